package hybrid

import (
	"math"
	"slices"

	"lightfast/pnn/optim"
	"lightfast/pnn/train"
)

// row puts accuracies with running statistics where others have a validation set.
func (e Epoch) row() train.Row {
	r := e.Epoch
	r.ModelValid, r.DeviceTune = e.ModelRunning, e.DeviceRunning
	return r.Row()
}

func epochOf(r train.Row) Epoch {
	e := Epoch{Epoch: r.Epoch()}
	e.ModelRunning, e.DeviceRunning = e.ModelValid, e.DeviceTune
	e.ModelValid, e.DeviceTune = math.NaN(), math.NaN()
	return e
}

// arrays lists what must be kept beside counters and curve.
func (s *Session) arrays() []*optim.Parameter {
	_, memory := s.optimiser.State()
	ps := slices.Concat(s.params, s.buffers, memory)
	if s.sepnAdam != nil {
		_, taught := s.sepnAdam.State()
		for _, p := range taught {
			// The other optimiser may step predictors too.
			if slices.ContainsFunc(memory, func(m *optim.Parameter) bool { return m.Name == p.Name }) {
				p.Name += ".taught"
			}
		}
		ps = slices.Concat(ps, s.sepns, taught)
	}
	return ps
}

// Save returns a copy of the state after the last completed epoch: everything
// needed to go on later with the same bits.
func (s *Session) Save() (st train.State) {
	steps, _ := s.optimiser.State()
	taught := 0
	if s.sepnAdam != nil {
		taught, _ = s.sepnAdam.State()
	}
	st.Add("counters", []float64{float64(s.steps), float64(steps), float64(taught)}, 3)
	var rows []train.Row
	for _, e := range s.Curve {
		rows = append(rows, e.row())
	}
	st.KeepCurve(rows)
	st.Keep(s.arrays()...)
	return st
}

// Load continues from a saved state.
func (s *Session) Load(st train.State) error {
	saved := st.Open("hybrid")
	counters, rows, values := saved.Array("counters", 3), saved.Curve(0), saved.Values(s.arrays())
	if err := saved.Err(); err != nil {
		return err
	}
	for i, p := range s.arrays() {
		copy(p.Value, values[i])
	}
	s.steps = uint64(counters[0])
	s.optimiser.SetSteps(int(counters[1]))
	if s.sepnAdam != nil {
		s.sepnAdam.SetSteps(int(counters[2]))
		s.System.mesh.dual.update(s.Pool)
	}
	s.Curve = s.Curve[:0]
	for _, r := range rows {
		s.Curve = append(s.Curve, epochOf(r))
	}
	s.System.Update(s.Pool)
	return nil
}

// Checkpoint is everything that makes the trained model: parameters, running
// statistics and, of dual adaptive training, the predictors.
func (s *Session) Checkpoint() []*optim.Parameter {
	return slices.Concat(s.params, s.buffers, s.sepns)
}
