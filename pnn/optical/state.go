package optical

import (
	"fmt"
	"math"
	"slices"

	"lightfast/pnn/optim"
	"lightfast/pnn/train"
)

// rowLength is the number of numbers in a row of the learning curve.
const rowLength = 8

func row(e train.Epoch) [rowLength]float64 {
	return [rowLength]float64{float64(e.Number), e.TaskLoss, e.Similarity, e.TrainAccuracy, e.ModelTest, e.DeviceTest, e.ModelValid, e.DeviceTune}
}

// Save returns a copy of the state after the last completed epoch: everything
// needed to go on later with the same bits.
func (s *Session) Save() train.State {
	steps, moments := s.adam.State()
	put := func(name string, v []float64, shape ...int) *optim.Parameter {
		return &optim.Parameter{Name: name, Shape: shape, Value: slices.Clone(v)}
	}
	var curve []float64
	for _, e := range s.Curve {
		for _, v := range row(e) {
			if math.IsNaN(v) {
				v = -1 // no loss or accuracy is negative: "not measured"
			}
			curve = append(curve, v)
		}
	}
	st := train.State{
		put("counters", []float64{float64(steps), float64(s.BestEpoch)}, 2),
		put("curve", curve, len(s.Curve), rowLength),
		put("gains", s.Watch.Gains, len(s.Watch.Gains)),
	}
	if len(s.Watch.Counts) > 0 {
		st = append(st, put("counts", s.Watch.Counts, len(s.Watch.Counts)))
	}
	for _, p := range append(slices.Clone(s.params), moments...) {
		c := *p
		c.Value, c.Grad = slices.Clone(p.Value), nil
		st = append(st, &c)
	}
	for i, v := range s.best {
		p := s.params[i]
		st = append(st, &optim.Parameter{Name: "best." + p.Name, Shape: p.Shape, Single: p.Single, Value: slices.Clone(v)})
	}
	return st
}

// Load continues from a saved state.
func (s *Session) Load(st train.State) error {
	byName := map[string]*optim.Parameter{}
	for _, p := range st {
		byName[p.Name] = p
	}
	var failed error
	get := func(name string, n int) []float64 {
		p, ok := byName[name]
		switch {
		case failed != nil || n == 0:
		case !ok:
			failed = fmt.Errorf("optical: the saved state has no array %q", name)
		case n >= 0 && len(p.Value) != n:
			failed = fmt.Errorf("optical: array %q of the saved state has %d values, expected %d", name, len(p.Value), n)
		default:
			return p.Value
		}
		return make([]float64, max(n, 0))
	}
	counters, curve := get("counters", 2), get("curve", -1)
	epochs := len(curve) / rowLength
	counts := get("counts", (epochs+1)*s.Watch.Neurons*Bins)
	gains := get("gains", (epochs+1)*s.Watch.Weights*2)
	best := int(counters[1])
	if failed == nil && (len(curve)%rowLength != 0 || epochs < 1 || best < 1 || best > epochs) {
		failed = fmt.Errorf("optical: the saved state has a curve of %d numbers and best epoch %d, which do not fit", len(curve), best)
	}
	// Everything is looked up before anything is changed.
	_, moments := s.adam.State()
	arrays := append(slices.Clone(s.params), moments...)
	var from, kept [][]float64
	for _, p := range arrays {
		from = append(from, get(p.Name, len(p.Value)))
	}
	for _, p := range s.params {
		kept = append(kept, slices.Clone(get("best."+p.Name, len(p.Value))))
	}
	if failed != nil {
		return failed
	}
	for i, p := range arrays {
		copy(p.Value, from[i])
	}
	s.best, s.BestEpoch = kept, best
	s.adam.SetSteps(int(counters[0]))
	s.Watch.Counts, s.Watch.Gains = slices.Clone(counts), slices.Clone(gains)
	s.Curve = s.Curve[:0]
	for r := range epochs {
		var v [rowLength]float64
		for i := range v {
			if v[i] = curve[r*rowLength+i]; v[i] < 0 {
				v[i] = math.NaN()
			}
		}
		s.Curve = append(s.Curve, train.Epoch{Number: int(v[0]), TaskLoss: v[1], Similarity: v[2], TrainAccuracy: v[3], ModelTest: v[4], DeviceTest: v[5], ModelValid: v[6], DeviceTune: v[7]})
	}
	s.Net.Update(s.Pool)
	return nil
}
