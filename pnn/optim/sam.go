package optim

import (
	"fmt"
	"math"

	"lightfast/pnn/lane"
)

// SAM is the first half of a step of sharpness-aware minimisation (Foret et al.,
// ICLR 2021): it moves the parameters to where the loss is worst nearby, and back.
// The second half is any [Optimiser], with the gradient that is found there:
//
//	gradient at the parameters        // zeroed before, and each time
//	norm, err := sam.Ascend()
//	gradient at the moved parameters, on the same batch
//	err = sam.Restore()
//	optimiser.Step(rate)
//
// With the gradient g, over all parameters together,
//
//	n = ||s g||,   p <- p + Rho/(n + 1e-12) t g
//
// where s = t = 1 or, in the adaptive form (Kwon et al., ICML 2021, without its
// eta), s = |p| and t = p^2. The step ||dp||, or ||dp/|p||| in the adaptive form,
// is therefore Rho, in the parameters' own units, whatever the gradient. Xu et
// al. (Nat. Commun. 2026) call it alpha and take currents and phases for
// parameters: what a loss is robust to depends on what is moved.
//
// The norm is a sum over the numbers in their order, in parts whose size does not
// depend on the workers: the same bits on any number of them. A network needs its
// Update after Ascend and after Restore. Buffers, such as running statistics, are
// not moved; both passes of a batch may update them, as the authors' do.
type SAM struct {
	Rho      float64 // may be changed between steps
	Adaptive bool

	// Pool, if not nil, shares the numbers out among its workers.
	Pool *lane.Pool

	params []*Parameter
	saved  [][]float64
	away   bool // between Ascend and Restore

	spans           []span
	sums            []float64 // of squares, by span
	summing, moving func(item, worker int)
	scale           float64 // of the ascent under way
}

// NewSAM returns a SAM for params: all that are trained, since one norm belongs to
// all of them. It fails if rho is negative or not a number.
func NewSAM(params []*Parameter, rho float64, adaptive bool) (*SAM, error) {
	if err := checkRho(rho); err != nil {
		return nil, err
	}
	s := &SAM{Rho: rho, Adaptive: adaptive, params: params, spans: spansOf(params)}
	s.sums = make([]float64, len(s.spans))
	s.summing, s.moving = s.sum, s.move
	for _, p := range params {
		if len(p.Grad) != len(p.Value) {
			return nil, fmt.Errorf("optim: parameter %s has %d values and %d gradients; make it with NewParameter", p.Name, len(p.Value), len(p.Grad))
		}
		s.saved = append(s.saved, make([]float64, len(p.Value)))
	}
	return s, nil
}

func checkRho(rho float64) error {
	if !(rho >= 0) || math.IsInf(rho, 0) {
		return fmt.Errorf("optim: SAM with Rho = %g; expected a finite number of at least 0 (published ones are 0.1 to 0.5; 0 is the optimiser alone)", rho)
	}
	return nil
}

// Ascend keeps the values and moves them uphill. It returns the norm n; the values
// are left alone if it fails, which it does if a gradient is not finite, Rho is
// unfit or Restore is due.
func (s *SAM) Ascend() (norm float64, err error) {
	if s.away {
		return 0, fmt.Errorf("optim: SAM.Ascend twice; call Restore in between")
	}
	if err := checkRho(s.Rho); err != nil {
		return 0, err
	}
	s.Pool.For(len(s.spans), s.summing)
	var sum float64
	for _, v := range s.sums {
		sum += v
	}
	norm = math.Sqrt(sum)
	if math.IsNaN(norm) || math.IsInf(norm, 0) {
		return norm, s.complain()
	}
	for i, p := range s.params {
		copy(s.saved[i], p.Value)
	}
	s.scale = s.Rho / (norm + 1e-12)
	s.Pool.For(len(s.spans), s.moving)
	s.away = true
	return norm, nil
}

// Restore puts the values back, bit for bit. It fails if they are where they
// belong.
func (s *SAM) Restore() error {
	if !s.away {
		return fmt.Errorf("optim: SAM.Restore without Ascend")
	}
	for i, p := range s.params {
		copy(p.Value, s.saved[i])
	}
	s.away = false
	return nil
}

// sum adds the squares of one span.
func (s *SAM) sum(item, _ int) {
	part := s.spans[item]
	value, grad := s.slices(part)
	var sum float64
	for i, g := range grad {
		if s.Adaptive {
			g = math.Abs(value[i]) * g
		}
		sum += float64(g * g)
	}
	s.sums[item] = sum
}

// move takes one span uphill.
func (s *SAM) move(item, _ int) {
	part := s.spans[item]
	value, grad := s.slices(part)
	single := s.params[part.param].Single
	for i, x := range value {
		g := grad[i]
		if s.Adaptive {
			g = float64(x*x) * g
		}
		y := x + float64(s.scale*g)
		if single {
			y = float64(float32(y))
		}
		value[i] = y
	}
}

func (s *SAM) slices(part span) (value, grad []float64) {
	p := s.params[part.param]
	return p.Value[part.lo:part.hi], p.Grad[part.lo:part.hi]
}

// complain names the number that keeps the norm from being finite.
func (s *SAM) complain() error {
	for _, p := range s.params {
		for i, g := range p.Grad {
			if math.IsNaN(g) || math.IsInf(g, 0) || s.Adaptive && (math.IsNaN(p.Value[i]) || math.IsInf(p.Value[i], 0)) {
				return fmt.Errorf("optim: SAM.Ascend: number %d of parameter %s is %g with the gradient %g; expected finite ones (training has diverged: lower the learning rate)", i, p.Name, p.Value[i], g)
			}
		}
	}
	return fmt.Errorf("optim: SAM.Ascend: the squares of the gradients overflow; training has diverged: lower the learning rate")
}
