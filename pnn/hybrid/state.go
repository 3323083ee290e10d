package hybrid

import (
	"fmt"
	"math"
	"slices"

	"lightfast/pnn/optim"
	"lightfast/pnn/train"
)

// rowLength is the number of numbers in a row of the learning curve.
const rowLength = 8

func (e Epoch) row() [rowLength]float64 {
	return [rowLength]float64{float64(e.Number), e.TaskLoss, e.Similarity, e.TrainAccuracy, e.ModelTest, e.DeviceTest, e.ModelRunning, e.DeviceRunning}
}

func epochOf(v []float64) Epoch {
	var r [rowLength]float64
	for i := range r {
		if r[i] = v[i]; r[i] < 0 {
			r[i] = math.NaN() // no loss or accuracy is negative: -1 stands for "not measured"
		}
	}
	return Epoch{
		Epoch:        train.Epoch{Number: int(r[0]), TaskLoss: r[1], Similarity: r[2], TrainAccuracy: r[3], ModelTest: r[4], DeviceTest: r[5], ModelValid: math.NaN(), DeviceTune: math.NaN()},
		ModelRunning: r[6], DeviceRunning: r[7],
	}
}

// arrays lists what must be kept beside counters and curve.
func (s *Session) arrays() (st train.State) {
	st = append(st, s.params...)
	st = append(st, s.buffers...)
	_, memory := s.optimiser.State()
	st = append(st, memory...)
	if s.sepnAdam != nil {
		_, memory = s.sepnAdam.State()
		st = append(append(st, s.sepns...), memory...)
	}
	return st
}

// Save returns a copy of the state after the last completed epoch: everything
// needed to go on later with the same bits.
func (s *Session) Save() train.State {
	counters := []float64{float64(s.steps), 0, 0}
	steps, _ := s.optimiser.State()
	counters[1] = float64(steps)
	if s.sepnAdam != nil {
		steps, _ = s.sepnAdam.State()
		counters[2] = float64(steps)
	}
	var curve []float64
	for _, e := range s.Curve {
		for _, v := range e.row() {
			if math.IsNaN(v) {
				v = -1
			}
			curve = append(curve, v)
		}
	}
	st := train.State{
		&optim.Parameter{Name: "counters", Shape: []int{len(counters)}, Value: counters},
		&optim.Parameter{Name: "curve", Shape: []int{len(s.Curve), rowLength}, Value: curve},
	}
	for _, p := range s.arrays() {
		c := *p
		c.Value, c.Grad = slices.Clone(p.Value), nil
		st = append(st, &c)
	}
	return st
}

// Load continues from a saved state.
func (s *Session) Load(st train.State) error {
	byName := map[string]*optim.Parameter{}
	for _, p := range st {
		byName[p.Name] = p
	}
	get := func(name string, n int) ([]float64, error) {
		p, ok := byName[name]
		if !ok {
			return nil, fmt.Errorf("hybrid: the saved state has no array %q", name)
		}
		if n >= 0 && len(p.Value) != n {
			return nil, fmt.Errorf("hybrid: array %q of the saved state has %d values, expected %d", name, len(p.Value), n)
		}
		return p.Value, nil
	}
	counters, err := get("counters", 3)
	if err != nil {
		return err
	}
	curve, err := get("curve", -1)
	if err != nil {
		return err
	}
	if len(curve)%rowLength != 0 {
		return fmt.Errorf("hybrid: the saved state has a curve of %d numbers, expected rows of %d", len(curve), rowLength)
	}
	// Everything is looked up before anything is changed.
	arrays := s.arrays()
	from := make([][]float64, len(arrays))
	for i, p := range arrays {
		if from[i], err = get(p.Name, len(p.Value)); err != nil {
			return err
		}
	}
	for i, p := range arrays {
		copy(p.Value, from[i])
	}
	s.steps = uint64(counters[0])
	s.optimiser.SetSteps(int(counters[1]))
	if s.sepnAdam != nil {
		s.sepnAdam.SetSteps(int(counters[2]))
		s.System.mesh.dual.update(s.Pool)
	}
	s.Curve = s.Curve[:0]
	for i := 0; i < len(curve); i += rowLength {
		s.Curve = append(s.Curve, epochOf(curve[i:i+rowLength]))
	}
	s.System.Update(s.Pool)
	return nil
}

// Checkpoint is everything that makes the trained model: parameters, running
// statistics and, of dual adaptive training, the predictors.
func (s *Session) Checkpoint() []*optim.Parameter {
	return slices.Concat(s.params, s.buffers, s.sepns)
}
