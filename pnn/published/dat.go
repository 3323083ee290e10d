package published

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/model"
	"lightfast/pnn/optim"
	"lightfast/pnn/torchfile"
)

// datShape is the network of all published files.
var datShape = model.MPNN{Ports: 64, Meshes: 3, Classes: 10}

// DATNetwork reads a weight file of the mesh network of dual adaptive training
// (train.pth, train_best.pth) into a network with the given chip errors (nil:
// ideal). Files of DAT hold error predictors, whose features are taken from the
// tensors themselves; with predictors false they are left out.
func DATNetwork[T lane.Float](path string, errs []*mesh.Errors, predictors bool) (*model.Network[T], error) {
	st, err := torchfile.ReadState(path)
	if err != nil {
		return nil, err
	}
	shape := datShape
	if _, ok := st.Get("cn1.ConvB1.ComplexConv-0.ComplexConv2d.conv_r.weight"); ok && predictors {
		for i, layer := range []string{"ConvB1", "ConvB2", "ConvB3"} {
			t, ok := st.Get("cn1." + layer + ".ComplexConv-0.ComplexConv2d.conv_r.weight")
			if !ok || len(t.Shape) != 4 {
				return nil, fmt.Errorf("%s: no weight of %s of the error predictor cn1 with four axes, expected one as in the files of dual adaptive training", path, layer)
			}
			shape.Features[i] = t.Shape[0]
		}
	}
	net, err := model.NewMPNN[T](shape, errs)
	if err != nil {
		return nil, err
	}
	for _, p := range append(net.Parameters(), net.SEPNParameters()...) {
		name := datName(p)
		t, err := st.Want(name, p.Shape...)
		if err != nil {
			return nil, err
		}
		if t.Complex {
			return nil, fmt.Errorf("%s: tensor %s is complex, expected real numbers", path, name)
		}
		if err := t.CheckFinite(path); err != nil {
			return nil, err
		}
		copy(p.Value, t.Values)
	}
	net.UpdateSEPN()
	return net, nil
}

// datName is the authors' name of a parameter of ours: meshN.theta is
// RM_block(N-1).theta, sepnN.ConvB1.0.real.weight is
// cnN.ConvB1.ComplexConv-0.ComplexConv2d.conv_r.weight.
func datName(p *optim.Parameter) string {
	f := strings.Split(p.Name, ".")
	if n, ok := strings.CutPrefix(f[0], "mesh"); ok {
		i, _ := strconv.Atoi(n)
		return fmt.Sprintf("RM_block%d.%s", i-1, f[1])
	}
	layer := f[1]
	if len(f) == 5 {
		layer += ".ComplexConv-" + f[2]
	}
	part := map[string]string{"real": "r", "imag": "i"}[f[len(f)-2]]
	kind := "ComplexConv2d.conv_"
	if strings.HasPrefix(layer, "UpConv") {
		kind = "ComplexConvT2d.conv_tran_"
	}
	return strings.Replace(f[0], "sepn", "cn", 1) + "." + layer + "." + kind + part + "." + f[len(f)-1]
}

// DATErrors reads the error sample of a chip from the authors' folder
// MZI_Error: splitter errors of standard deviation bs and phase errors of
// standard deviation ps (0: none), for all three meshes. dir is the folder that
// holds PureMZINet, or one above it.
func DATErrors(dir string, bs, ps float64) ([]*mesh.Errors, error) {
	layout, err := datShape.Layout()
	if err != nil {
		return nil, err
	}
	root := filepath.Join(dir, "PureMZINet", "N64")
	read := func(folder, mesh, file string) ([]float64, error) {
		path := filepath.Join(root, folder, mesh, file)
		t, err := torchfile.ReadNPY(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%w; expected the authors' folder MZI_Error with PureMZINet/N64/%s/%s/%s", err, folder, mesh, file)
		}
		if err != nil {
			return nil, err
		}
		if len(t.Shape) != 2 || t.Shape[0] != layout.Columns() || t.Shape[1] != layout.Pairs || t.Complex {
			return nil, fmt.Errorf("%s: array of shape %v, expected (%d columns, %d pairs) of real numbers", path, t.Shape, layout.Columns(), layout.Pairs)
		}
		return t.Values, t.CheckFinite(path)
	}
	var chip []*mesh.Errors
	for i := range datShape.Meshes {
		e := &mesh.Errors{}
		iter := fmt.Sprintf("Iter%d", i)
		for _, f := range []struct {
			sigma        float64
			folder, file string
			to           *[]float64
		}{
			{bs, "bsE", "e_l.npy", &e.Left}, {bs, "bsE", "e_r.npy", &e.Right},
			{ps, "phaseE", "theta_errors.npy", &e.Theta}, {ps, "phaseE", "phi_errors.npy", &e.Phi},
		} {
			if f.sigma == 0 {
				continue
			}
			if *f.to, err = read(f.folder+strconv.FormatFloat(f.sigma, 'g', -1, 64), iter, f.file); err != nil {
				return nil, err
			}
		}
		if err := e.Check(layout); err != nil {
			return nil, fmt.Errorf("%s, mesh %d, splitter errors %g, phase errors %g: %w", root, i+1, bs, ps, err)
		}
		chip = append(chip, e)
	}
	return chip, nil
}
