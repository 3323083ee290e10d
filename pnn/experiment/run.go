package experiment

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"lightfast/pnn/mesh"
	"lightfast/pnn/model"
	"lightfast/pnn/optim"
	"lightfast/pnn/train"
)

// Code is the version of the numerics. It changes when the bits of a result do.
const Code = "lightfast 0.1.0"

// MPNN is the system of a [Run]: interferometer meshes with electro-optic
// activations between them.
const MPNN = "mpnn"

// Methods that a run can name.
const (
	InSilico = "in-silico" // train the ideal model, measure nothing
	Direct   = "direct"    // measure the in-silico result on a chip
	Adaptive = "at"
	PAT      = "pat"
	DAT      = "dat"
	NAT      = "nat"         // noise-aware training of the ideal model
	SAT      = "sat"         // sharpness-aware training of the ideal model
	InSitu   = "sat-in-situ" // sharpness-aware training with the gradients of PAT
)

// Run describes one training of a network of interferometer meshes and what it
// is measured on. Two runs with equal fields give equal bits.
type Run struct {
	System string `json:"system"` // "mpnn": meshes with electro-optic activations
	Ports  int    `json:"ports"`
	Meshes int    `json:"meshes"`

	Data  string `json:"data"`  // name of the data set
	Train int    `json:"train"` // samples used, the first of the set
	Test  int    `json:"test"`

	Chip Chip `json:"chip"`

	Method string `json:"method"`
	// Features of the error predictors and how DAT uses them.
	Features    [3]int `json:"features"`
	States      []int  `json:"states"` // stages, from 0, behind which DAT measures
	Separable   bool   `json:"separable"`
	Literal     bool   `json:"literal"`
	CorrectFrom int    `json:"correct_from"`

	Epochs     int     `json:"epochs"`
	Batch      int     `json:"batch"`
	Rate       float64 `json:"rate"`
	HalveEvery int     `json:"halve_every"`
	SEPNRate   float64 `json:"sepn_rate"`

	Protocol   string `json:"protocol"`
	Validation int    `json:"validation"`
	Seed       uint64 `json:"seed"` // of the initial parameters and the order of the samples

	// Rho is the climb of sharpness-aware training and Adaptive its form; Noise is the
	// standard deviation of noise-aware training, in the unit of the parameters.
	Rho      float64 `json:"rho,omitempty"`
	Adaptive bool    `json:"adaptive,omitempty"`
	Noise    float64 `json:"noise,omitempty"`
	// Probing makes sharpness-aware training of a D2NN meet misaligned plates; nil: it
	// does not.
	Probing *train.Probing `json:"probing,omitempty"`

	Absorbing   *Absorbing   `json:"absorbing,omitempty"`   // of system absorber
	Diffracting *Diffracting `json:"diffracting,omitempty"` // of system dpnn
	Hybrid      *Hybrid      `json:"hybrid,omitempty"`      // of system hybrid
}

// Chip describes the chip a run is measured on: normal errors with the given
// standard deviations, drawn from a seed or given by the user.
type Chip struct {
	Phase    float64 `json:"phase_sigma"` // rad
	Splitter float64 `json:"splitter_sigma"`
	Seed     uint64  `json:"seed"`
	// Sample names error arrays given by the user instead of drawn ones: the
	// SHA-256 of their values (see Sample). Such a run can be repeated only
	// where the arrays are.
	Sample string `json:"sample,omitempty"`
}

// Canonical is the encoding of a run that is hashed and stored.
func (r Run) Canonical() []byte {
	if r.States == nil {
		r.States = []int{}
	}
	b, err := json.Marshal(r)
	if err != nil {
		panic(err) // plain numbers and strings; Check refuses what JSON cannot hold
	}
	return b
}

// ID names the files of a run: what a reader wants to see first, and the
// beginning of the SHA-256 of the canonical encoding.
func (r Run) ID() string {
	sum := sha256.Sum256(r.Canonical())
	if r.System == Absorber {
		return idOf(r.absorbingID(), sum)
	}
	if r.System == DPNN {
		return idOf(r.diffractingID(), sum)
	}
	if r.System == HybridSystem {
		return idOf(r.hybridID(), sum)
	}
	parts := []string{r.Method}
	if r.Method == DAT {
		parts = append(parts, fmt.Sprintf("%dis", len(r.States)), fmt.Sprintf("f%d-%d-%d", r.Features[0], r.Features[1], r.Features[2]))
		if r.Separable {
			parts = append(parts, "separable")
		}
		if r.Literal {
			parts = append(parts, "literal")
		}
	}
	if r.System == D2NN {
		parts = append([]string{D2NN}, parts...)
		if r.Probing != nil {
			for _, a := range r.Probing.Axes {
				parts = append(parts, a.Name)
			}
		}
	}
	if r.Rho != 0 {
		parts = append(parts, fmt.Sprintf("rho%g", r.Rho))
	}
	if r.Noise != 0 {
		parts = append(parts, fmt.Sprintf("noise%g", r.Noise))
	}
	parts = append(parts, r.Data)
	if r.Chip.Phase != 0 {
		parts = append(parts, fmt.Sprintf("ps%g", r.Chip.Phase))
	}
	if r.Chip.Splitter != 0 {
		parts = append(parts, fmt.Sprintf("bs%g", r.Chip.Splitter))
	}
	if r.Chip.Sample != "" {
		parts = append(parts, "given")
	}
	return strings.Join(append(parts, hex.EncodeToString(sum[:4])), "_")
}

// Deploys tells whether the run trains nothing but measures what another run,
// its [Run.Base], has trained.
func (r Run) Deploys() bool { return r.Method == Direct || r.Method == Later }

// Base is the run whose result a direct deployment or a later day measures: in
// silico, or by dual adaptive training on day 0.
func (r Run) Base() Run {
	if r.Method == Later {
		return r.onDayZero()
	}
	r.Method, r.Chip = InSilico, Chip{}
	if r.Diffracting != nil {
		d := *r.Diffracting
		d.Built, d.Nearest, d.Camera, d.Calibrated = nil, false, nil, false
		r.Diffracting = &d
	}
	return r
}

// Check finds settings that cannot be run.
func (r Run) Check() error {
	bad := func(field string, v any, want string) error {
		return fmt.Errorf("experiment: %s is %v, expected %s", field, v, want)
	}
	if r.Probing != nil {
		if err := r.checkProbing(); err != nil {
			return err
		}
	}
	if r.System == HybridSystem {
		return r.checkHybrid()
	}
	if r.Hybrid != nil {
		return bad("hybrid", "given", fmt.Sprintf("none with system %q", r.System))
	}
	if r.System == Absorber {
		return r.checkAbsorbing()
	}
	if r.Absorbing != nil {
		return bad("absorbing", "given", fmt.Sprintf("none with system %q", r.System))
	}
	switch r.Method {
	case InSilico:
		if r.Chip != (Chip{}) {
			return bad("chip", fmt.Sprintf("%+v", r.Chip), "none: training in silico measures nothing (direct deployment does)")
		}
	case Direct, Adaptive, PAT, DAT, NAT, SAT, InSitu:
	case Later:
		if r.System != DPNN {
			return bad("method", fmt.Sprintf("%q", r.Method), fmt.Sprintf("another with system %q: only a laboratory drifts", r.System))
		}
	default:
		return bad("method", fmt.Sprintf("%q", r.Method), "one of in-silico, direct, at, pat, dat, nat, sat, sat-in-situ")
	}
	switch r.System {
	case MPNN:
		if r.Diffracting != nil {
			return bad("diffracting", "given", fmt.Sprintf("none with system %q", r.System))
		}
	case DPNN:
		if err := r.checkDiffracting(); err != nil {
			return err
		}
	case D2NN:
		if err := r.checkD2NN(); err != nil {
			return err
		}
	default:
		return bad("system", fmt.Sprintf("%q", r.System), fmt.Sprintf("%q, %q, %q, %q or %q", MPNN, DPNN, D2NN, Absorber, HybridSystem))
	}
	for _, f := range []struct {
		name string
		v    float64
	}{{"phase_sigma", r.Chip.Phase}, {"splitter_sigma", r.Chip.Splitter}} {
		if !(f.v >= 0) || math.IsInf(f.v, 0) {
			return bad(f.name, f.v, "a number from 0")
		}
	}
	if sharp := r.Method == SAT || r.Method == InSitu; !(r.Rho >= 0) || math.IsInf(r.Rho, 0) || !sharp && (r.Rho != 0 || r.Adaptive) {
		return bad("rho", r.Rho, "a number from 0 with method sat or sat-in-situ, none with others")
	}
	if !(r.Noise >= 0) || math.IsInf(r.Noise, 0) || r.Method != NAT && r.Noise != 0 {
		return bad("noise", r.Noise, "a standard deviation from 0 with method nat, none with others")
	}
	if r.Train < 1 || r.Test < 1 {
		return bad("train, test", fmt.Sprintf("%d, %d", r.Train, r.Test), "at least one sample of each")
	}
	if !(r.Rate > 0) || math.IsInf(r.Rate, 0) {
		return bad("rate", r.Rate, "a positive learning rate")
	}
	if (r.Method == DAT || r.Method == Later) && (!(r.SEPNRate > 0) || math.IsInf(r.SEPNRate, 0)) {
		return bad("sepn_rate", r.SEPNRate, "a positive learning rate")
	}
	if side := int(math.Sqrt(float64(r.Ports))); r.System == MPNN && side*side != r.Ports {
		return bad("ports", r.Ports, "a square number: the input is a square crop of a spectrum")
	}
	return nil
}

// Spec is the network of the run.
func (r Run) Spec() model.MPNN {
	m := model.MPNN{Ports: r.Ports, Meshes: r.Meshes, Classes: 10}
	if r.Method == DAT {
		m.Features = r.Features
	}
	return m
}

// Sample is the name of given error arrays in a [Chip]: the SHA-256 of the
// numbers, mesh by mesh: theta, phi, left and right splitter errors.
func Sample(errs []*mesh.Errors) string {
	h := sha256.New()
	for _, e := range errs {
		for _, v := range [][]float64{e.Theta, e.Phi, e.Left, e.Right} {
			binary.Write(h, binary.LittleEndian, uint64(len(v)))
			binary.Write(h, binary.LittleEndian, v)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (r Run) sigma() mesh.Sigma { return mesh.Sigma{Phase: r.Chip.Phase, Splitter: r.Chip.Splitter} }

func (r Run) trainer() train.Method {
	switch r.Method {
	case Adaptive:
		stages := r.Meshes
		if r.System == DPNN {
			stages = r.Diffracting.Blocks
		}
		return train.Adaptive{Epochs: r.Epochs, Stages: stages}
	case PAT:
		return train.PAT{}
	case NAT:
		return train.Noisy{Of: train.InSilico{}, Sigma: r.Noise, Literal: r.Literal}
	case SAT:
		sharp := train.Sharp{Of: train.InSilico{}, Rho: r.Rho, Adaptive: r.Adaptive}
		if r.Probing != nil {
			return train.Astray{Sharp: sharp, Probing: *r.Probing}
		}
		return sharp
	case InSitu:
		return train.Sharp{Of: train.PAT{}, Rho: r.Rho, Adaptive: r.Adaptive}
	case DAT:
		return train.DAT{States: r.States, Separable: r.Separable, CorrectFrom: r.CorrectFrom, Literal: r.Literal}
	}
	return train.InSilico{}
}

func (r Run) settings() train.Settings {
	return train.Settings{
		Epochs: r.Epochs, Batch: r.Batch,
		Rate:     optim.Halving{Rate: r.Rate, Every: r.HalveEvery},
		SEPNRate: optim.Halving{Rate: r.SEPNRate, Every: r.HalveEvery},
		Seed:     r.Seed, Protocol: r.Protocol, Validation: r.Validation,
	}
}
