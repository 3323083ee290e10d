package optical

import (
	"slices"

	"lightfast/pnn/train"
)

// Save returns a copy of the state after the last completed epoch: everything
// needed to go on later with the same bits.
func (s *Session) Save() (st train.State) {
	steps, moments := s.adam.State()
	st.Add("counters", []float64{float64(steps), float64(s.BestEpoch)}, 2)
	var rows []train.Row
	for _, e := range s.Curve {
		rows = append(rows, e.Row())
	}
	st.KeepCurve(rows)
	st.Add("gains", s.Watch.Gains, len(s.Watch.Gains))
	if len(s.Watch.Counts) > 0 {
		st.Add("counts", s.Watch.Counts, len(s.Watch.Counts))
	}
	st.Keep(slices.Concat(s.params, moments)...)
	st.KeepBest(s.params, s.best)
	return st
}

// Load continues from a saved state.
func (s *Session) Load(st train.State) error {
	saved := st.Open("optical")
	counters := saved.Array("counters", 2)
	best := int(counters[1])
	rows := saved.Curve(best)
	counts := saved.Array("counts", (len(rows)+1)*s.Watch.Neurons*Bins)
	gains := saved.Array("gains", (len(rows)+1)*s.Watch.Weights*2)
	_, moments := s.adam.State()
	arrays := slices.Concat(s.params, moments)
	values, kept := saved.Values(arrays), saved.Best(s.params)
	if err := saved.Err(); err != nil {
		return err
	}
	for i, p := range arrays {
		copy(p.Value, values[i])
	}
	s.best, s.BestEpoch = kept, best
	s.adam.SetSteps(int(counters[0]))
	s.Watch.Counts, s.Watch.Gains = slices.Clone(counts), slices.Clone(gains)
	s.Curve = s.Curve[:0]
	for _, r := range rows {
		s.Curve = append(s.Curve, r.Epoch())
	}
	s.Net.Update(s.Pool)
	return nil
}
