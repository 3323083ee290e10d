package nn

import (
	"math"

	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
)

// Initialiser draws one initial weight. fanIn and fanOut are how many inputs an
// output is the sum of, and how many outputs an input contributes to.
type Initialiser interface {
	Draw(s *lane.Stream, fanIn, fanOut int) float64
}

// KaimingUniform draws uniformly in +-sqrt(6/((1+a^2) fanIn)) for rectifiers of
// slope a (He et al., ICCV 2015). With a = sqrt 5 that is +-1/sqrt(fanIn), the
// default of PyTorch and of this package; see [Default].
type KaimingUniform struct{ A float64 }

func (k KaimingUniform) Draw(s *lane.Stream, fanIn, _ int) float64 {
	return uniform(s, math.Sqrt(6/((1+float64(k.A*k.A))*float64(fanIn))))
}

// Default draws uniformly in +-1/sqrt(fanIn): weights and biases of PyTorch.
type Default struct{}

func (Default) Draw(s *lane.Stream, fanIn, _ int) float64 {
	return uniform(s, 1/math.Sqrt(float64(fanIn)))
}

// XavierUniform draws uniformly in +-sqrt(6/(fanIn+fanOut)) (Glorot and Bengio,
// AISTATS 2010).
type XavierUniform struct{}

func (XavierUniform) Draw(s *lane.Stream, fanIn, fanOut int) float64 {
	return uniform(s, math.Sqrt(6/float64(fanIn+fanOut)))
}

// Uniform draws uniformly in +-Bound.
type Uniform struct{ Bound float64 }

func (u Uniform) Draw(s *lane.Stream, _, _ int) float64 { return uniform(s, u.Bound) }

// Normal draws from N(Mean, SD^2).
type Normal struct{ Mean, SD float64 }

func (n Normal) Draw(s *lane.Stream, _, _ int) float64 { return n.Mean + float64(n.SD*s.Normal()) }

// TwoPeaks draws from N(Mean, SD^2) and gives the number a random sign.
type TwoPeaks struct{ Mean, SD float64 }

func (t TwoPeaks) Draw(s *lane.Stream, fanIn, fanOut int) float64 {
	v := Normal(t).Draw(s, fanIn, fanOut)
	if s.Uint32()&1 == 1 {
		return -v
	}
	return v
}

// Constant gives the same number each time.
type Constant struct{ Value float64 }

func (c Constant) Draw(*lane.Stream, int, int) float64 { return c.Value }

func uniform(s *lane.Stream, bound float64) float64 {
	return float64(bound * (float64(2*s.Float64()) - 1))
}

// fill draws a parameter from the stream of its name; nil stands for [Default].
func fill(p *optim.Parameter, seed uint64, init Initialiser, fanIn, fanOut int) {
	if init == nil {
		init = Default{}
	}
	s := lane.NewStream(seed, "initial "+p.Name, 0)
	for i := range p.Value {
		p.Value[i] = init.Draw(s, fanIn, fanOut)
	}
	p.Round()
}
