package train

import (
	"fmt"
	"math"
	"slices"

	"lightfast/pnn/optim"
)

// State is everything that a session must keep to go on later with the same
// bits, as named arrays of finite numbers.
type State []*optim.Parameter

// Add adds a copy of numbers.
func (st *State) Add(name string, v []float64, shape ...int) {
	*st = append(*st, &optim.Parameter{Name: name, Shape: shape, Value: slices.Clone(v)})
}

// Keep adds copies of the values of parameters.
func (st *State) Keep(ps ...*optim.Parameter) {
	for _, p := range ps {
		c := *p
		c.Value, c.Grad = slices.Clone(p.Value), nil
		*st = append(*st, &c)
	}
}

// KeepBest adds copies of the values that parameters had at the best epoch.
func (st *State) KeepBest(ps []*optim.Parameter, best [][]float64) {
	for i, v := range best {
		c := *ps[i]
		c.Name, c.Value, c.Grad = "best."+c.Name, slices.Clone(v), nil
		*st = append(*st, &c)
	}
}

// Row is a row of a learning curve as numbers; NaN stands for what was not
// measured.
type Row [8]float64

// Row lists the numbers of an epoch.
func (e Epoch) Row() Row {
	return Row{float64(e.Number), e.TaskLoss, e.Similarity, e.TrainAccuracy, e.ModelTest, e.DeviceTest, e.ModelValid, e.DeviceTune}
}

// Epoch is the inverse of [Epoch.Row].
func (r Row) Epoch() Epoch {
	return Epoch{int(r[0]), r[1], r[2], r[3], r[4], r[5], r[6], r[7]}
}

// KeepCurve adds a learning curve. No loss or accuracy is negative: -1 stands for
// "not measured".
func (st *State) KeepCurve(rows []Row) {
	var v []float64
	for _, r := range rows {
		for _, x := range r {
			if math.IsNaN(x) {
				x = -1
			}
			v = append(v, x)
		}
	}
	st.Add("curve", v, len(rows), len(Row{}))
}

// Saved looks up arrays in a state. After the first that is missing or of another
// size, arrays are zeros and [Saved.Err] says what was wrong, so that a session
// can look up everything before it changes anything.
type Saved struct {
	by     string
	arrays map[string]*optim.Parameter
	err    error
}

// Open begins to look things up; by is the package that errors name.
func (st State) Open(by string) *Saved {
	s := &Saved{by: by, arrays: map[string]*optim.Parameter{}}
	for _, p := range st {
		s.arrays[p.Name] = p
	}
	return s
}

// Err is the first failure.
func (s *Saved) Err() error { return s.err }

// Array is an array of n numbers, or of any number if n is negative.
func (s *Saved) Array(name string, n int) []float64 {
	p, ok := s.arrays[name]
	switch {
	case s.err != nil || n == 0:
	case !ok:
		s.err = fmt.Errorf("%s: the saved state has no array %q", s.by, name)
	case n >= 0 && len(p.Value) != n:
		s.err = fmt.Errorf("%s: array %q of the saved state has %d values, expected %d", s.by, name, len(p.Value), n)
	default:
		return p.Value
	}
	return make([]float64, max(n, 0))
}

// Values are the values of parameters.
func (s *Saved) Values(ps []*optim.Parameter) (vs [][]float64) {
	for _, p := range ps {
		vs = append(vs, s.Array(p.Name, len(p.Value)))
	}
	return vs
}

// Best are copies of the values that parameters had at the best epoch.
func (s *Saved) Best(ps []*optim.Parameter) (vs [][]float64) {
	for _, p := range ps {
		vs = append(vs, slices.Clone(s.Array("best."+p.Name, len(p.Value))))
	}
	return vs
}

// Curve is the learning curve. The best epoch, 0 if none is chosen, must be one of
// it.
func (s *Saved) Curve(best int) (rows []Row) {
	v, width := s.Array("curve", -1), len(Row{})
	if s.err == nil && (len(v)%width != 0 || best < 0 || best > len(v)/width) {
		s.err = fmt.Errorf("%s: the saved state has a curve of %d numbers and best epoch %d, which do not fit", s.by, len(v), best)
		return nil
	}
	for i := 0; i < len(v); i += width {
		r := Row(v[i : i+width])
		for k, x := range r {
			if x < 0 {
				r[k] = math.NaN()
			}
		}
		rows = append(rows, r)
	}
	return rows
}

// trained lists what training changes and the best epoch keeps.
func (s *Session) trained() []*optim.Parameter { return slices.Concat(s.elements, s.sepns) }

// arrays lists what must be kept beside counters and curve.
func (s *Session) arrays() []*optim.Parameter {
	_, m := s.adam.State()
	_, n := s.sepnAdam.State()
	return slices.Concat(s.trained(), m, n)
}

// Save returns a copy of the state after the last completed epoch.
func (s *Session) Save() (st State) {
	a, _ := s.adam.State()
	b, _ := s.sepnAdam.State()
	st.Add("counters", []float64{float64(s.steps), float64(a), float64(b), float64(s.BestEpoch)}, 4)
	var rows []Row
	for _, e := range s.Curve {
		rows = append(rows, e.Row())
	}
	st.KeepCurve(rows)
	st.Keep(s.arrays()...)
	st.KeepBest(s.trained(), s.best)
	return st
}

// Load continues from a saved state.
func (s *Session) Load(st State) error {
	saved := st.Open("train")
	counters := saved.Array("counters", 4)
	best := int(counters[3])
	rows, values := saved.Curve(best), saved.Values(s.arrays())
	var kept [][]float64
	if best > 0 {
		kept = saved.Best(s.trained())
	}
	if err := saved.Err(); err != nil {
		return err
	}
	for i, p := range s.arrays() {
		copy(p.Value, values[i])
	}
	s.best, s.BestEpoch, s.steps = kept, best, uint64(counters[0])
	s.adam.SetSteps(int(counters[1]))
	s.sepnAdam.SetSteps(int(counters[2]))
	s.Curve = s.Curve[:0]
	for _, r := range rows {
		s.Curve = append(s.Curve, r.Epoch())
	}
	s.Model.Update(s.Pool)
	s.Model.UpdateSEPN()
	return nil
}
