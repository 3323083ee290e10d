package published

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"lightfast/pnn/hybrid"
	"lightfast/pnn/mesh"
	"lightfast/pnn/torchfile"
)

// SATErrors reads the stored chip of the mesh system of sharpness-aware training
// from the authors' folder MZI_Error, or one above it: phase errors of 64 columns x
// 32 pairs, and products of splitter errors,
//
//	nn = sqrt((1-l)(1-r)), np = sqrt((1-l)(1+r)), pn = sqrt((1+l)(1-r)), pp = sqrt((1+l)(1+r)),
//
// as arrays of 64 lines x 64 columns whose even rows hold the pairs. Left and right
// errors follow from them,
//
//	l = 1 - (nn^2 + np^2)/2,   r = 1 - (nn^2 + pn^2)/2.
func SATErrors(dir string) (*mesh.Errors, error) {
	if info, err := os.Stat(filepath.Join(dir, "MZI_Error")); err == nil && info.IsDir() {
		dir = filepath.Join(dir, "MZI_Error")
	}
	layout, err := mesh.Rectangular(hybrid.MeshPorts)
	if err != nil {
		return nil, err
	}
	cols, pairs := layout.Columns(), layout.Pairs
	read := func(name string, rows, columns int) ([]float64, error) {
		path := filepath.Join(dir, "N64", filepath.FromSlash(name))
		t, err := torchfile.ReadNPY(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%w; expected the authors' folder MZI_Error with N64/%s", err, name)
		}
		if err != nil {
			return nil, err
		}
		if len(t.Shape) != 2 || t.Shape[0] != rows || t.Shape[1] != columns || t.Complex {
			return nil, fmt.Errorf("%s: array of shape %v, expected (%d, %d) of real numbers", path, t.Shape, rows, columns)
		}
		return t.Values, t.CheckFinite(path)
	}
	e := &mesh.Errors{Left: make([]float64, layout.Slots()), Right: make([]float64, layout.Slots())}
	if e.Theta, err = read("phaseE0.15/theta.npy", cols, pairs); err != nil {
		return nil, err
	}
	if e.Phi, err = read("phaseE0.15/phi.npy", cols, pairs); err != nil {
		return nil, err
	}
	var products [4][]float64 // nn, np, pn, pp
	for i, name := range [...]string{"enn", "enp", "epn", "epp"} {
		if products[i], err = read("bsE0.15/"+name+".npy", layout.Ports, cols); err != nil {
			return nil, err
		}
	}
	active := layout.Active()
	for j := range cols {
		for m := range pairs {
			at, slot := 2*m*cols+j, j*pairs+m
			if !active[slot] {
				continue
			}
			nn, np, pn, pp := products[0][at], products[1][at], products[2][at], products[3][at]
			l := 1 - float64((float64(nn*nn)+float64(np*np))/2)
			r := 1 - float64((float64(nn*nn)+float64(pn*pn))/2)
			if math.Abs(l) > 1 || math.Abs(r) > 1 || math.Abs(math.Sqrt((1+l)*(1+r))-pp) > 1e-5 {
				return nil, fmt.Errorf("%s: column %d, pair %d: %g, %g, %g and %g are not the products nn, np, pn and pp of two splitter errors; the files belong to different samples", dir, j, m, nn, np, pn, pp)
			}
			e.Left[slot], e.Right[slot] = l, r
		}
	}
	return e, nil
}
