package experiment

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"lightfast/pnn/artifact"
	"lightfast/pnn/dataset"
	"lightfast/pnn/diffract"
	"lightfast/pnn/hybrid"
	"lightfast/pnn/imaging"
	"lightfast/pnn/optim"
	"lightfast/pnn/train"
)

// HybridSystem is the system of a [Run] of a network that is part digital and part
// optical, see [lightfast/pnn/hybrid]: which one is told by [Hybrid].
const HybridSystem = "hybrid"

// Pruning is optical pruning of a network of rings.
const Pruning = "pruning"

// Hybrid describes a hybrid network, what was built of it and how it is trained.
// Methods are in-silico, pat, nat, pruning, sat, sat-in-situ and dat. All but pat,
// sat-in-situ and dat train on the ideal model, and are tested on the device too if
// there is one: the mesh has one if the run's chip is given, rings if Controls is,
// the display-modulator system if Misaligned is.
//
// Nothing is chosen on the test set: the last epoch counts. Accuracies of the curve
// are by the authors' convention, batch norms looking at the test batches; those
// with running statistics are in [Result.Running].
type Hybrid struct {
	System string `json:"system"` // "mesh", "ring" or "free-space"

	Adam     bool    `json:"adam,omitempty"`     // instead of gradient descent
	Momentum float64 `json:"momentum,omitempty"` // of gradient descent
	// Decay multiplies the rate every halve_every epochs; 0: a half.
	Decay       float64 `json:"decay,omitempty"`
	Clamp       float64 `json:"clamp,omitempty"`        // of weights; 0: none
	ClampEpochs bool    `json:"clamp_epochs,omitempty"` // after epochs, not steps
	InOrder     bool    `json:"in_order,omitempty"`     // training images as they are in the set

	// Of rings.
	Currents  bool    `json:"currents,omitempty"`      // train the controls of all weights
	HalfWidth float64 `json:"half_width,omitempty"`    // of the tuning curve; 0: 0.15
	Controls  float64 `json:"control_sigma,omitempty"` // errors of the device's controls
	Strength  float64 `json:"strength,omitempty"`      // of pruning
	// SurfacePoints are those of the loss along each of two directions; 0: 51.
	SurfacePoints int `json:"surface_points,omitempty"`

	// Of the mesh.
	SplitterNoise float64 `json:"splitter_noise,omitempty"` // of noise-aware training
	Predictors    int     `json:"predictors,omitempty"`     // of dual adaptive training
	SEPNEvery     int     `json:"sepn_every,omitempty"`     // steps until their rate is halved; 0: never
	HessianImages int     `json:"hessian_images,omitempty"` // test images that sharpness is of; 0: 1000, of rings 100

	// Of the display-modulator system: misalignments that sat trains for, and the
	// device's.
	Axes       []hybrid.Axis `json:"axes,omitempty"`
	PerEpoch   bool          `json:"per_epoch,omitempty"`
	BothSides  bool          `json:"both_sides,omitempty"`
	Forget     bool          `json:"forget,omitempty"`
	Bilinear   bool          `json:"bilinear,omitempty"` // instead of the nearest pixel
	Offset     bool          `json:"offset,omitempty"`   // weights shown as brightness
	Misaligned *Misaligned   `json:"misaligned,omitempty"`
}

// Misaligned is how a display lies against a modulator.
type Misaligned struct {
	Rotation float64 `json:"rotation_deg"` // clockwise
	ShiftX   float64 `json:"shift_x_px"`   // to the right
	ShiftY   float64 `json:"shift_y_px"`   // down
	Scale    float64 `json:"scale"`
}

// HybridRun is a run with the settings of Xu et al. (2026), as far as they tell them,
// on all images of a set: for the mesh with a drawn chip of errors 0.15, for rings
// that are measured with controls off by 0.08, for the display-modulator system with
// sat jointly for all three misalignments. Of a set that there is not it has no
// images, which Check refuses.
func HybridRun(system, method, data string, seed uint64) Run {
	h := &Hybrid{System: system, Momentum: 0.5}
	r := Run{System: HybridSystem, Data: data, Method: method, Protocol: train.Published, Seed: seed, Hybrid: h}
	if training, test, _, err := dataset.Size(data); err == nil {
		r.Train, r.Test = training, test
	}
	adam := func(rate float64) { h.Adam, h.Momentum, r.Rate = true, 0, rate }
	sharp := method == SAT || method == InSitu
	switch system {
	case hybrid.Mesh:
		// The rate is halved at half of the epochs, as the text says of all methods; in
		// the authors' code it is so for dual adaptive training only.
		r.Batch, r.Epochs, r.HalveEvery, r.Rate, h.Clamp = 6000, 40, 20, 0.1, 1
		r.Chip = Chip{Phase: 0.15, Splitter: 0.15, Seed: 1}
		if method == NAT {
			r.Noise, h.SplitterNoise = 0.01, 0.01
		}
		if method == DAT {
			r.Epochs, r.HalveEvery, r.SEPNRate = 60, 30, 1e-3
			r.Features, r.CorrectFrom, h.Predictors = [3]int{4, 8, 16}, 20, 6
		}
		if sharp {
			adam(0.1)
			r.Rho, h.Clamp = 0.3, 0
		}
	case hybrid.Rings:
		r.Batch, r.Epochs, r.Rate, h.Clamp = 64, 20, 0.05, hybrid.WeightLimit
		if method == NAT {
			r.Noise = 0.3
		}
		if method == Pruning {
			r.Rate, r.HalveEvery, r.Epochs, h.Strength = 0.01, 50, 200, 0.01
		}
		if method == PAT {
			r.Rate = 0.01
		}
		if method == PAT || method == InSitu {
			h.Controls, r.Chip.Seed = 0.08, 1
		}
		if sharp {
			adam(0.01)
			r.Rho, r.Adaptive, h.Currents, h.Clamp = 0.5, true, true, 0
		}
	case hybrid.Space:
		r.Batch, r.Epochs, r.HalveEvery, h.Decay, h.Clamp = 64, 10, 10, 0.1, 1
		adam(0.0015)
		if sharp {
			adam(1e-3)
			r.Rho, r.HalveEvery, h.Decay, h.ClampEpochs, h.InOrder = 0.1, 0, 0, true, true
			h.Axes = []hybrid.Axis{{Name: hybrid.Rotation, Reach: 2, Gain: 50}, {Name: hybrid.Shift, Reach: 2, Gain: 50}, {Name: hybrid.Scaling, Reach: 0.1, Gain: 0.001}}
		}
		if method == PAT || method == InSitu {
			h.Misaligned = &Misaligned{Rotation: 1, ShiftY: 1, Scale: 1}
		}
	}
	return r
}

// measured tells whether there is a device.
func (r Run) measured() bool {
	switch r.Hybrid.System {
	case hybrid.Mesh:
		return r.Chip != Chip{}
	case hybrid.Rings:
		return r.Hybrid.Controls != 0
	}
	return r.Hybrid.Misaligned != nil
}

// checkHybrid finds settings of a hybrid network that cannot be run.
func (r Run) checkHybrid() error {
	bad := func(field string, v any, want string) error {
		return fmt.Errorf("experiment: %s is %v, expected %s", field, v, want)
	}
	h := r.Hybrid
	if h == nil {
		return bad("hybrid", "missing", "the network of system hybrid")
	}
	known := []string{hybrid.Mesh, hybrid.Rings, hybrid.Space}
	if !slices.Contains(known, h.System) {
		return bad("hybrid system", fmt.Sprintf("%q", h.System), "one of "+strings.Join(known, ", "))
	}
	if methods := []string{InSilico, PAT, NAT, Pruning, SAT, InSitu, DAT}; !slices.Contains(methods, r.Method) {
		return bad("method", fmt.Sprintf("%q", r.Method), "one of "+strings.Join(methods, ", ")+" for system hybrid")
	}
	if r.Protocol != train.Published {
		return bad("protocol", fmt.Sprintf("%q", r.Protocol), fmt.Sprintf("%q: the last epoch counts, nothing is chosen", train.Published))
	}
	for _, f := range []struct {
		name   string
		given  bool
		system string // that has it; empty: none
	}{
		{"ports", r.Ports != 0, ""}, {"meshes", r.Meshes != 0, ""}, {"states", len(r.States) > 0, ""}, {"separable", r.Separable, ""},
		{"validation", r.Validation != 0, ""}, {"absorbing", r.Absorbing != nil, ""}, {"diffracting", r.Diffracting != nil, ""},
		{"chip errors", r.Chip.Phase != 0 || r.Chip.Splitter != 0 || r.Chip.Sample != "", hybrid.Mesh},
		{"splitter_noise", h.SplitterNoise != 0, hybrid.Mesh}, {"predictors", h.Predictors != 0, hybrid.Mesh}, {"hessian_images", h.HessianImages != 0 && h.System == hybrid.Space, ""}, {"surface_points", h.SurfacePoints != 0, hybrid.Rings},
		{"features", r.Features != [3]int{}, hybrid.Mesh}, {"literal", r.Literal, hybrid.Mesh},
		{"chip seed", r.Chip.Seed != 0 && h.System == hybrid.Space, ""},
		{"currents", h.Currents, hybrid.Rings}, {"half_width", h.HalfWidth != 0, hybrid.Rings}, {"control_sigma", h.Controls != 0, hybrid.Rings}, {"strength", h.Strength != 0, hybrid.Rings},
		{"axes", len(h.Axes) > 0, hybrid.Space}, {"misaligned", h.Misaligned != nil, hybrid.Space}, {"bilinear", h.Bilinear, hybrid.Space}, {"offset", h.Offset, hybrid.Space},
	} {
		if f.given && f.system != h.System {
			return bad(f.name, "given", fmt.Sprintf("none with hybrid system %q", h.System))
		}
	}
	if !(r.Rho >= 0) || math.IsInf(r.Rho, 0) || r.Method != SAT && r.Method != InSitu && (r.Rho != 0 || r.Adaptive || len(h.Axes) > 0) {
		return bad("rho", r.Rho, "a number from 0 with method sat or sat-in-situ, none (and no adaptive, no axes) with others")
	}
	if r.Method != NAT && (r.Noise != 0 || h.SplitterNoise != 0) {
		return bad("noise, splitter_noise", fmt.Sprintf("%g, %g", r.Noise, h.SplitterNoise), "none but with method nat")
	}
	if r.Literal && r.Method != NAT && r.Method != DAT {
		return bad("literal", true, "false but with methods nat and dat: no other has a defect to repeat")
	}
	if r.Method == DAT && (!(r.SEPNRate > 0) || math.IsInf(r.SEPNRate, 0) || h.SEPNEvery < 0) {
		return bad("sepn_rate, sepn_every", fmt.Sprintf("%g, %d", r.SEPNRate, h.SEPNEvery), "a positive learning rate, halved every so many steps")
	}
	if r.Train < 1 || r.Test < 1 {
		return bad("train, test", fmt.Sprintf("%d, %d", r.Train, r.Test), "at least one image of each")
	}
	if h.HessianImages < 0 {
		return bad("hessian_images", h.HessianImages, "a number of test images, or 0 for 1000, of rings 100")
	}
	if h.SurfacePoints < 0 || h.SurfacePoints == 1 || h.SurfacePoints > mostPoints {
		return bad("surface_points", h.SurfacePoints, fmt.Sprintf("2 to %d, or 0 for %d", mostPoints, surfacePoints))
	}
	for _, f := range []struct {
		name string
		v    float64
	}{{"phase_sigma", r.Chip.Phase}, {"splitter_sigma", r.Chip.Splitter}, {"control_sigma", h.Controls}, {"decay", h.Decay}, {"half_width", h.HalfWidth}} {
		if !(f.v >= 0) || math.IsInf(f.v, 0) {
			return bad(f.name, f.v, "a number from 0")
		}
	}
	if m := h.Misaligned; m != nil {
		if _, err := imaging.Misaligned(m.Rotation, m.ShiftX, m.ShiftY, m.Scale); err != nil {
			return fmt.Errorf("experiment: misaligned: %w", err)
		}
	}
	// The rest is for the session to refuse, on a device that costs nothing.
	y, err := r.hybridSystem()
	if err != nil {
		return fmt.Errorf("experiment: %w", err)
	}
	var dev hybrid.Physical
	switch {
	case !r.measured():
	case h.System == hybrid.Mesh:
		dev = &hybrid.Chip{}
	default:
		dev = &hybrid.Twin{}
	}
	m := r.hybridMethod()
	if m.Measures() && dev == nil {
		return bad("chip, control_sigma or misaligned", "missing", fmt.Sprintf("a device for method %s to measure", r.Method))
	}
	if err := m.Check(y, dev); err != nil {
		return fmt.Errorf("experiment: %w", err)
	}
	if err := r.hybridSettings().Check(); err != nil {
		return fmt.Errorf("experiment: %w", err)
	}
	return nil
}

// hybridID is the readable part of the name of the files of a hybrid network.
func (r Run) hybridID() string {
	h := r.Hybrid
	if h == nil {
		return r.System
	}
	parts := []string{h.System, r.Method}
	for _, a := range h.Axes {
		parts = append(parts, a.Name)
	}
	if r.Rho != 0 {
		parts = append(parts, fmt.Sprintf("rho%g", r.Rho))
	}
	if r.Noise != 0 {
		parts = append(parts, fmt.Sprintf("noise%g", r.Noise))
	}
	if r.Literal {
		parts = append(parts, "literal")
	}
	parts = append(parts, r.Data)
	if r.Chip.Sample != "" {
		parts = append(parts, "given")
	} else if r.Chip.Phase != 0 || r.Chip.Splitter != 0 {
		parts = append(parts, fmt.Sprintf("chip%d", r.Chip.Seed))
	}
	return strings.Join(append(parts, fmt.Sprintf("seed%d", r.Seed)), "_")
}

// hybridSystem builds the ideal model.
func (r Run) hybridSystem() (*hybrid.System, error) {
	h := r.Hybrid
	switch h.System {
	case hybrid.Mesh:
		return hybrid.NewMesh()
	case hybrid.Rings:
		return hybrid.NewRings(h.curve(), h.Currents)
	}
	return hybrid.NewSpace(h.shown())
}

// shown is how the display-modulator system shows weights.
func (h *Hybrid) shown() (imaging.Encoding, diffract.Resampling) {
	e, how := imaging.Signed, diffract.Nearest
	if h.Offset {
		e = imaging.Offset
	}
	if h.Bilinear {
		how = diffract.Bilinear
	}
	return e, how
}

// hybridMethod is the method of the run.
func (r Run) hybridMethod() hybrid.Method {
	h := r.Hybrid
	var of hybrid.Descending = hybrid.Ideal{}
	if r.Method == PAT || r.Method == InSitu {
		of = hybrid.PAT{}
	}
	switch r.Method {
	case NAT:
		return hybrid.Noisy{Of: of, Sigma: r.Noise, Splitters: h.SplitterNoise, Literal: r.Literal}
	case Pruning:
		return hybrid.Pruned{Of: of, Strength: h.Strength}
	case DAT:
		return hybrid.DAT{Predictors: h.Predictors, Features: r.Features, CorrectFrom: r.CorrectFrom, Literal: r.Literal}
	case SAT, InSitu:
		sharp := hybrid.Sharp{Of: of, Rho: r.Rho, Adaptive: r.Adaptive}
		if len(h.Axes) > 0 {
			return hybrid.Astray{Sharp: sharp, Probing: train.Probing{Axes: h.Axes, PerEpoch: h.PerEpoch, BothSides: h.BothSides, Forget: h.Forget}}
		}
		return sharp
	}
	return of
}

func (r Run) hybridSettings() hybrid.Settings {
	h := r.Hybrid
	factor := h.Decay
	if factor == 0 {
		factor = 0.5
	}
	return hybrid.Settings{
		Epochs: r.Epochs, Batch: r.Batch, Rate: optim.Decay{Rate: r.Rate, Factor: factor, Every: r.HalveEvery},
		Adam: h.Adam, Momentum: h.Momentum, Clamp: h.Clamp, ClampEpochs: h.ClampEpochs, InOrder: h.InOrder,
		SEPNRate: optim.Decay{Rate: r.SEPNRate, Factor: 0.5, Every: h.SEPNEvery}, Seed: r.Seed,
	}
}

// physical makes the device of the run; nil if there is none.
func (l *Lab) physical(r Run, y *hybrid.System) (hybrid.Physical, error) {
	h := r.Hybrid
	switch {
	case !r.measured():
		return nil, nil
	case h.System == hybrid.Rings:
		return hybrid.Detuned(y, h.Controls, 0, r.Chip.Seed, l.Pool)
	case h.System == hybrid.Space:
		m := h.Misaligned
		a, err := imaging.Misaligned(m.Rotation, m.ShiftX, m.ShiftY, m.Scale)
		if err != nil {
			return nil, err
		}
		e, how := h.shown()
		return hybrid.Displaced(e, how, a, l.Pool)
	case r.Chip.Sample == "":
		return hybrid.FabricateAs(r.sigma(), r.Chip.Seed, l.Pool)
	}
	errs, ok := l.Given[r.Chip.Sample]
	if !ok || len(errs) != 1 {
		return nil, fmt.Errorf("experiment: run %s is on a chip with given errors %.12s..., which are not at hand; point at the folder that holds them (--errors)", r.ID(), r.Chip.Sample)
	}
	return hybrid.Fabricate(errs[0], l.Pool)
}

// combine executes the run of a hybrid network.
func (l *Lab) combine(ctx context.Context, r Run) (*Result, error) {
	done, err := trained(l.Dir, r)
	if err != nil {
		return nil, err
	}
	if !done {
		if err := l.trainHybrid(ctx, r); err != nil {
			return nil, err
		}
	}
	if r.sharpened() {
		if err := l.storeSharpness(ctx, r); err != nil {
			return nil, err
		}
	}
	if r.Hybrid.System == hybrid.Rings {
		if err := l.storeRings(ctx, r); err != nil {
			return nil, err
		}
	}
	return l.done(r)
}

// trainHybrid trains a hybrid network, from its state if there is one, and stores
// what is known of it then.
func (l *Lab) trainHybrid(ctx context.Context, r Run) error {
	pair, refs, err := l.Data.Images(ctx, r)
	if err != nil {
		return err
	}
	y, err := r.hybridSystem()
	if err != nil {
		return err
	}
	dev, err := l.physical(r, y)
	if err != nil {
		return err
	}
	s, err := hybrid.New(y, dev, r.hybridMethod(), pair, r.hybridSettings(), l.Pool)
	if err != nil {
		return err
	}
	if err := l.learn(ctx, r, refs, s); err != nil {
		return err
	}
	return l.storeHybrid(ctx, r, s, pair.Test, provenance(r, refs))
}

// reopen reads what a run whose training is over has left, and its data.
func (l *Lab) reopen(ctx context.Context, r Run) (*hybrid.System, dataset.Pair, []artifact.DataRef, error) {
	res, err := loadCurve(l.Dir, r)
	if err != nil {
		return nil, dataset.Pair{}, nil, err
	}
	y, err := res.Hybrid(l.Pool)
	if err != nil {
		return nil, dataset.Pair{}, nil, err
	}
	pair, refs, err := l.Data.Images(ctx, r)
	return y, pair, refs, err
}

// hybridFiles lists the artifacts of the run of a hybrid network.
func hybridFiles(dir string, r Run) []string {
	f := hybridTraining(dir, r)
	if r.sharpened() {
		f = append(f, file(dir, r, "sharpness"))
	}
	if r.Hybrid != nil && r.Hybrid.System == hybrid.Rings {
		for _, what := range []string{"cold", "hessian", "surface"} {
			f = append(f, file(dir, r, what))
		}
	}
	return f
}

// hybridTraining lists those that are stored when it has been trained. As with
// absorbers the checkpoint stands beside them; only what is computed of the weights
// later needs it, and says so if it is gone.
func hybridTraining(dir string, r Run) (f []string) {
	for _, what := range []string{"curve", "confusion", "running", "sweep"} {
		f = append(f, file(dir, r, what))
	}
	return f
}

// storeHybrid writes the artifacts of a finished run, the curve last.
func (l *Lab) storeHybrid(ctx context.Context, r Run, s *hybrid.Session, test *dataset.Set, p artifact.Provenance) error {
	c, err := confusionOf(ctx, s)
	if err != nil {
		return err
	}
	sweep, err := sweepHybrid(ctx, l.Pool, s.System, test)
	if err != nil {
		return err
	}
	if _, err := artifact.WriteCheckpoint(file(l.Dir, r, "checkpoint"), p, tensors(s.Checkpoint())); err != nil {
		return err
	}
	if err := writeConfusion(file(l.Dir, r, "confusion"), p, c); err != nil {
		return err
	}
	if err := writeSweep(file(l.Dir, r, "sweep"), p, r.Hybrid.System, sweep); err != nil {
		return err
	}
	if err := writeRunning(file(l.Dir, r, "running"), p, s.Curve); err != nil {
		return err
	}
	var curve []train.Epoch
	for _, e := range s.Curve {
		curve = append(curve, e.Epoch)
	}
	return writeCurve(file(l.Dir, r, "curve"), p, curve, len(curve))
}
