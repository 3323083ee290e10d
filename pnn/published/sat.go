package published

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"lightfast/pnn/lane"
	"lightfast/pnn/nn"
	"lightfast/pnn/ring"
	"lightfast/pnn/torchfile"
)

// SATSystem is one of the four systems of sharpness-aware training (Xu et al.
// 2026), told apart by what is in a weight file.
type SATSystem int

const (
	SATUnknown   SATSystem = iota
	SATRings               // LeNet with microring weight banks
	SATMesh                // LeNet in front of a mesh of 64 ports
	SATFreeSpace           // display and modulator, 784-144-10
	SATD2NN                // nonlinear diffractive network
)

// String names the system as the authors' folders do.
func (s SATSystem) String() string {
	switch s {
	case SATRings:
		return "System1"
	case SATMesh:
		return "System2"
	case SATFreeSpace:
		return "System3"
	case SATD2NN:
		return "D2NN"
	}
	return "unknown"
}

// SATWeights is a weight file.
type SATWeights struct {
	Path   string
	System SATSystem
	state  *torchfile.StateDict
}

// ReadSAT reads a weight file and finds out which system it belongs to.
func ReadSAT(path string) (*SATWeights, error) {
	st, err := torchfile.ReadState(path)
	if err != nil {
		return nil, err
	}
	w := &SATWeights{Path: path, state: st}
	has := func(name string, shape ...int) bool {
		t, ok := st.Get(name)
		return ok && (shape == nil || slices.Equal(t.Shape, shape))
	}
	switch {
	case has("layer1.theta") && has("conv1.weight"):
		w.System = SATMesh
	case has("fc3.weight") && has("norm4.weight"):
		w.System = SATRings
	case has("fc1.weight", 144, 784) && has("fc2.weight", 10, 144):
		w.System = SATFreeSpace
	case has("phase_0") || has("state_dict.phase_0"):
		w.System = SATD2NN
	}
	return w, nil
}

// HoldsControls tells whether the weights of a file of the ring system are controls
// of rings, x, and not weights, w: those have "Lorentz" in their names.
func (w *SATWeights) HoldsControls() bool {
	return w.System == SATRings && strings.Contains(filepath.Base(w.Path), "Lorentz")
}

// LoadSAT copies the tensors of a file into the parameters and buffers of the same
// names, all of which it must hold in the same shapes, and makes them take effect.
// Tensors that the network does not have, such as error predictors, are left out.
func LoadSAT[T lane.Float](w *SATWeights, net *nn.Net[T]) error {
	for _, p := range append(net.Parameters(), net.Buffers()...) {
		t, err := w.state.Want(p.Name, p.Shape...)
		if err != nil {
			return err
		}
		if t.Complex {
			return fmt.Errorf("%s: tensor %s is complex, expected real numbers", w.Path, p.Name)
		}
		if err := t.CheckFinite(w.Path); err != nil {
			return err
		}
		if strings.HasSuffix(p.Name, ".running_var") {
			for i, v := range t.Values {
				if v < 0 {
					return fmt.Errorf("%s: %s[%d] is %g, expected a variance", w.Path, p.Name, i, v)
				}
			}
		}
		copy(p.Value, t.Values)
	}
	net.Update(nil)
	return nil
}

// LoadSATControls is [LoadSAT] of a network of the ring system whose weights are all
// set by rings of the same curve: where the file holds weights, the parameters
// become the controls that give them.
func LoadSATControls[T lane.Float](w *SATWeights, net *nn.Net[T], c ring.Curve) error {
	if err := LoadSAT(w, net); err != nil || w.HoldsControls() {
		return err
	}
	for _, p := range net.Parameters() {
		if len(p.Shape) < 2 { // biases and norms are no rings
			continue
		}
		for i, v := range p.Value {
			p.Value[i] = c.Control(v)
			if math.IsInf(p.Value[i], 0) {
				return fmt.Errorf("%s: %s[%d] is %g, which rings of this curve reach at no finite control; expected a weight below %g", w.Path, p.Name, i, v, c.Base)
			}
		}
	}
	net.Update(nil)
	return nil
}
