package train

import (
	"fmt"
	"math"

	"lightfast/pnn/optim"
)

// State is everything that a session must keep to go on later with the same
// bits, as named arrays of finite numbers.
type State []*optim.Parameter

// epochFields is the number of numbers in a row of the learning curve.
const epochFields = 8

func (e Epoch) row() [epochFields]float64 {
	return [epochFields]float64{float64(e.Number), e.TaskLoss, e.Similarity, e.TrainAccuracy, e.ModelTest, e.DeviceTest, e.ModelValid, e.DeviceTune}
}

func epochOf(v []float64) Epoch {
	for i, x := range v {
		if x < 0 {
			v[i] = math.NaN() // no loss or accuracy is negative: -1 stands for "not measured"
		}
	}
	return Epoch{int(v[0]), v[1], v[2], v[3], v[4], v[5], v[6], v[7]}
}

// tensors lists the arrays of a session in a fixed order; the curve is only as
// long as it is now.
func (s *Session) tensors() State {
	var st State
	st = append(st, s.elements...)
	st = append(st, s.sepns...)
	_, m := s.adam.State()
	_, n := s.sepnAdam.State()
	return append(append(st, m...), n...)
}

// Save returns a copy of the state after the last completed epoch.
func (s *Session) Save() State {
	a, _ := s.adam.State()
	b, _ := s.sepnAdam.State()
	counters := optim.NewParameter("counters", "", 4)
	copy(counters.Value, []float64{float64(s.steps), float64(a), float64(b), float64(s.BestEpoch)})
	curve := optim.NewParameter("curve", "", len(s.Curve), epochFields)
	for i, e := range s.Curve {
		for j, v := range e.row() {
			if math.IsNaN(v) {
				v = -1
			}
			curve.Value[i*epochFields+j] = v
		}
	}
	st := State{counters, curve}
	for _, p := range s.tensors() {
		c := *p
		c.Value = append([]float64(nil), p.Value...)
		st = append(st, &c)
	}
	for i, p := range append(append([]*optim.Parameter(nil), s.elements...), s.sepns...) {
		if s.BestEpoch > 0 {
			st = append(st, &optim.Parameter{Name: "best." + p.Name, Shape: p.Shape, Single: p.Single, Value: append([]float64(nil), s.best[i]...)})
		}
	}
	return st
}

// Load continues from a saved state.
func (s *Session) Load(st State) error {
	byName := map[string]*optim.Parameter{}
	for _, p := range st {
		byName[p.Name] = p
	}
	get := func(name string, n int) ([]float64, error) {
		p, ok := byName[name]
		if !ok {
			return nil, fmt.Errorf("train: the saved state has no array %q", name)
		}
		if n >= 0 && len(p.Value) != n {
			return nil, fmt.Errorf("train: array %q of the saved state has %d values, expected %d", name, len(p.Value), n)
		}
		return p.Value, nil
	}
	counters, err := get("counters", 4)
	if err != nil {
		return err
	}
	curve, err := get("curve", -1)
	if err != nil {
		return err
	}
	best := int(counters[3])
	if len(curve)%epochFields != 0 || best < 0 || best > len(curve)/epochFields {
		return fmt.Errorf("train: the saved state has a curve of %d numbers and best epoch %d, which do not fit", len(curve), best)
	}
	// Everything is looked up before anything is changed.
	var from, to [][]float64
	for _, p := range s.tensors() {
		v, err := get(p.Name, len(p.Value))
		if err != nil {
			return err
		}
		from, to = append(from, v), append(to, p.Value)
	}
	var kept [][]float64
	if best > 0 {
		for _, p := range append(append([]*optim.Parameter(nil), s.elements...), s.sepns...) {
			v, err := get("best."+p.Name, len(p.Value))
			if err != nil {
				return err
			}
			kept = append(kept, append([]float64(nil), v...))
		}
	}
	for i := range from {
		copy(to[i], from[i])
	}
	s.best, s.BestEpoch, s.steps = kept, best, uint64(counters[0])
	s.adam.SetSteps(int(counters[1]))
	s.sepnAdam.SetSteps(int(counters[2]))
	s.Curve = s.Curve[:0]
	for i := 0; i < len(curve); i += epochFields {
		s.Curve = append(s.Curve, epochOf(append([]float64(nil), curve[i:i+epochFields]...)))
	}
	s.Model.Update(s.Pool)
	s.Model.UpdateSEPN()
	return nil
}
