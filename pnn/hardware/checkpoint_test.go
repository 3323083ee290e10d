package hardware

import (
	"testing"

	"lightfast/pnn/artifact"
	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
)

// TestCheckpoint finds what a checkpoint holds, in both layouts and with digital
// layers in it.
func TestCheckpoint(t *testing.T) {
	var ts []artifact.Tensor
	add := func(name string, shape ...int) {
		n := 1
		for _, d := range shape {
			n *= d
		}
		v := make([]float64, n)
		s := lane.NewStream(1, name, 0)
		for i := range v {
			v[i] = s.Normal()
		}
		ts = append(ts, artifact.Tensor{Name: name, Shape: shape, Values: v})
	}
	var layouts []*mesh.Layout
	for _, kind := range []string{"rectangular", "triangular"} {
		l := layout(t, kind, 6)
		layouts = append(layouts, l)
		add(kind+".theta", l.Columns(), l.Pairs)
		add(kind+".phi", l.Columns(), l.Pairs)
		add(kind+".gamma", 1, 6)
	}
	add("block1.layer1", 4, 5)
	add("fc.weight", 10, 20)
	add("fc.bias", 10)
	add("sepn1.conv.real.weight", 2, 2, 3, 3)
	chips, err := Chips(ts)
	if err != nil {
		t.Fatal(err)
	}
	if len(chips) != 2 {
		t.Fatalf("%d meshes, want 2", len(chips))
	}
	for i, c := range chips {
		if c.Name != layouts[i].Kind || c.Layout.Kind != c.Name || c.Phases.Phi[2] != ts[3*i+1].Values[2] {
			t.Errorf("mesh %d is %s, %s", i, c.Name, c.Layout.Kind)
		}
	}
	planes := Planes(ts)
	if len(planes) != 1 || planes[0].Name != "block1.layer1" {
		t.Fatalf("masks %v", planes)
	}
	m, err := Weights(planes[0], diffract.Grid{Pitch: 8e-6, Wavelength: 532e-9}, diffract.PhaseTurns)
	if err != nil {
		t.Fatal(err)
	}
	p, err := PhaseOf(m)
	if err != nil {
		t.Fatal(err)
	}
	if p.Grid.Rows != 4 || p.Grid.Cols != 5 || apart(p.Rad[7], radians(planes[0].Values[7])) > 1e-12 {
		t.Errorf("mask %+v", p)
	}
	_, err = Weights(planes[0], diffract.Grid{Wavelength: 532e-9}, diffract.PhaseTurns)
	wants(t, "no pitch", err, "Pitch")
	_, err = Weights(ts[len(ts)-1], diffract.Grid{Pitch: 8e-6, Wavelength: 532e-9}, diffract.PhaseTurns)
	wants(t, "a kernel", err, "sepn1", "rows x columns")
	_, err = Chips(ts[1:])
	if err != nil {
		t.Errorf("a phi without a theta: %v", err) // no mesh
	}
	_, err = Chips(ts[:2])
	wants(t, "no gamma", err, "rectangular.gamma")
	ts[2].Values = ts[2].Values[:5]
	_, err = Chips(ts)
	wants(t, "too few ports", err, "rectangular", "5 ports")
}
