package figures

import (
	"fmt"
	"math"
	"slices"

	"lightfast/pnn/optical"
)

// Names of two kinds of noise, as the legend has them.
const (
	proportional = "in proportion to the reading"
	uniform      = "the same at all readings"
	quiet        = "no noise"
)

// Labels of networks without nonlinearity, and with random functions in place of a
// derivative.
const (
	linear      = "linear"
	randomLabel = "random functions"
)

// hidden is the paper's network with one hidden layer.
func hidden(derivative string) optical.Spec {
	return optical.PublishedMLP(hiddenDepth, derivative, oneHidden)
}

// gainNet is the paper's network with saturable gain in place of absorption.
func gainNet(g0 float64, derivative string, layers ...int) optical.Spec {
	s := optical.PublishedMLP(g0, derivative, layers...)
	s.Neuron, s.Initial = optical.Gain, optical.Initial{SD: 0.1}
	return s
}

// trials3b is the network whose neurons are watched.
func trials3b(p Profile) []trial {
	return []trial{p.trial(opticalSA, opticalSA, math.NaN(), hidden(optical.Optical), p.Optics.first(), p.Optics.Shallow, 1)}
}

// trials3d lists the network with the exact derivative, the optical one, in the
// profile paper both with another loss, and one for each random function.
func trials3d(p Profile) (ts []trial) {
	o := p.Optics
	for _, d := range derivatives {
		t := p.trial(d.label, d.label, math.NaN(), hidden(d.name), o.first(), o.Shallow, o.Seeds)
		t.paper = guoOneHidden.on(o.first())
		ts = append(ts, t)
	}
	if o.BothLosses {
		for _, d := range derivatives {
			s := hidden(d.name)
			s.Loss = optical.CrossEntropy
			t := p.trial(d.label+entropy, d.label+entropy, math.NaN(), s, o.first(), o.Shallow, o.Seeds)
			t.paper = guoOneHidden.on(o.first())
			ts = append(ts, t)
		}
	}
	for i := range o.Random {
		s := hidden(optical.Random)
		s.Table = randomFunction(i, o.Random)
		ts = append(ts, p.trial(randomLabel, fmt.Sprintf("random function %d", i+1), math.NaN(), s, o.first(), o.Shallow, 1))
	}
	return ts
}

// randomFunction is function i of n: their knots in turn few and many, their share
// of the blend such that 1 - S, which grows with its square, is spread evenly.
func randomFunction(i, n int) *optical.Table {
	knots := []int{3, 4, 6, 8, 12, 20}
	share := math.Floor(float64(100*math.Sqrt(float64(i+1)/float64(n)))+0.5) / 100
	return &optical.Table{Seed: 1, Index: uint64(i), Knots: knots[i%len(knots)], Reach: 8, Share: share}
}

// trials4a lists the networks of Fig. 4a: those that absorbers are compared with,
// and absorbers of all depths.
func trials4a(p Profile) []trial {
	o, data := p.Optics, p.Optics.first()
	relu := p.trial("ReLU", "ReLU", math.NaN(), optical.PublishedMLP(30, optical.Optical).Baseline(optical.ReLU), data, o.Epochs, o.Seeds)
	relu.paper = guoReLU.on(data)
	limit := p.trial(linear, "linear (a₀ → 0)", math.NaN(), optical.PublishedMLP(0, optical.Exact), data, o.Epochs, o.Seeds)
	limit.paper = guoLinear.on(data)
	ts := []trial{relu, limit}
	for _, a0 := range o.Depths {
		for _, d := range derivatives {
			t := p.trial(d.label, fmt.Sprintf("%s, a₀ = %g", d.label, a0), a0, optical.PublishedMLP(a0, d.name), data, o.Epochs, o.Seeds)
			t.paper = lookUp(guoDepths[d.name], a0).on(data)
			ts = append(ts, t)
		}
	}
	return ts
}

// trials4b lists the networks of Fig. 4b, data set by data set.
func trials4b(p Profile) (ts []trial) {
	o := p.Optics
	add := func(label string, net optical.Spec, data string, epochs int) {
		t := p.trial(label, label, math.NaN(), net, data, epochs, o.ConvSeeds)
		t.paper = lookUp(guoConv[data], label)
		ts = append(ts, t)
	}
	for _, data := range o.Sets {
		for _, d := range derivatives {
			net := optical.PublishedCNN(hiddenDepth, d.name, 10)
			net.Channels = o.Channels
			add(d.label, net, data, o.Conv)
		}
		for _, b := range baselines {
			net := optical.PublishedCNN(hiddenDepth, optical.Exact, 10).Baseline(b.neuron)
			net.Channels = o.Channels
			add(b.label, net, data, o.Baseline)
		}
		net := optical.PublishedMLP(hiddenDepth, optical.Exact).Baseline(optical.Linear)
		net.Hidden = []int{}
		add(linear, net, data, o.Baseline)
	}
	return ts
}

// trialsS2 lists networks of Fig. 4a whose weights are watched.
func trialsS2(p Profile) (ts []trial) {
	o := p.Optics
	for _, a0 := range o.Depths {
		if slices.Contains([]float64{1, 10, 30, 50}, a0) {
			name := fmt.Sprintf("a₀ = %g", a0)
			ts = append(ts, p.trial(name, name, a0, optical.PublishedMLP(a0, optical.Optical), o.first(), o.Epochs, o.Seeds))
		}
	}
	return ts
}

// publishedGain is the gain g0 of Fig. S3.
const publishedGain = 3

// trialsS3 lists the networks of saturable gain.
func trialsS3(p Profile) (ts []trial) {
	o := p.Optics
	for _, g0 := range o.Gains {
		t := p.trial(opticalSA, fmt.Sprintf("%s, g₀ = %g", opticalSA, g0), g0, gainNet(g0, optical.Optical), o.first(), o.Epochs, o.Seeds)
		if g0 == publishedGain {
			t.paper = guoGain.on(o.first())
		}
		ts = append(ts, t)
	}
	return ts
}

// trialsNoise lists a network of Fig. 4a whose probe is measured without noise and
// with two kinds of it.
func trialsNoise(p Profile) []trial {
	o, net := p.Optics, optical.PublishedMLP(hiddenDepth, optical.Optical)
	ts := []trial{p.trial(quiet, quiet, math.NaN(), net, o.first(), o.Epochs, o.BeyondSeeds)}
	for _, kind := range []string{proportional, uniform} {
		for _, sigma := range o.Noise {
			noisy := net
			noisy.Probe = &optical.Probe{Relative: sigma}
			if kind == uniform {
				noisy.Probe = &optical.Probe{Floor: sigma}
			}
			ts = append(ts, p.trial(kind, fmt.Sprintf("noise of %g, %s", sigma, kind), sigma, noisy, o.first(), o.Epochs, o.BeyondSeeds))
		}
	}
	return ts
}

// The neurons of deep networks: absorbers that take little, and gain that holds
// amplitudes where it is saturated if the weights are smaller than the paper's.
const (
	deepAbsorption = 1
	deepGain       = 3
	deepGainSD     = 0.05
)

// trialsDepth lists deep networks of absorbers, then of gain.
func trialsDepth(p Profile) (ts []trial) {
	o := p.Optics
	for _, neuron := range []string{optical.Absorber, optical.Gain} {
		for _, n := range o.Layers {
			widths := make([]int, max(n, 1))
			for i := range widths {
				widths[i] = oneHidden
			}
			for _, d := range derivatives {
				net := optical.PublishedMLP(deepAbsorption, d.name, widths...)
				if neuron == optical.Gain {
					net = gainNet(deepGain, d.name, widths...)
					net.Initial.SD = deepGainSD
				}
				ts = append(ts, p.trial(d.label, fmt.Sprintf("%s, %s of %s", d.label, count(n, "layer"), neuron), float64(n), net, o.first(), o.Deep, o.BeyondSeeds))
			}
		}
	}
	return ts
}
