package figures

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"math"
	"slices"
	"testing"

	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
	"lightfast/pnn/lane"
)

// tiny is a profile whose runs take milliseconds: 16 ports, 64 images, 1 epoch.
func tiny() Profile {
	return Profile{
		Name: "tiny", DataSets: []string{"glyphs"}, Joint: [][2]float64{{0.06, 0.06}},
		Template: experiment.Run{
			System: experiment.MPNN, Ports: 16, Meshes: 3, Chip: experiment.Chip{Seed: 1}, Protocol: "published", Seed: 1,
			Train: 64, Test: 32, Epochs: 1, Batch: 32, Rate: 5e-3, SEPNRate: 2e-3, HalveEvery: 1,
		},
	}
}

// lab runs the runs of a figure and returns their results and their folder.
func lab(t *testing.T, p Profile, runs []experiment.Run) (Results, string) {
	t.Helper()
	l := experiment.Lab{Dir: t.TempDir(), Data: &experiment.Data{}, Pool: lane.NewPool(1)}
	for _, r := range runs {
		if _, err := l.Execute(context.Background(), r); err != nil {
			t.Fatal(err)
		}
	}
	return func(r experiment.Run) (*experiment.Result, error) {
		res, err := experiment.Load(l.Dir, r)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return res, err
	}, l.Dir
}

// TestFiguresOfAnExample draws the figures that read the artifacts of runs.
func TestFiguresOfAnExample(t *testing.T) {
	p := tiny()
	runs := mustFind(t, "dat-fig5a").Runs(p)
	results, dir := lab(t, p, runs)
	draw := func(id string) Drawing {
		d, err := mustFind(t, id).Draw(p, results)
		if err != nil {
			t.Fatal(err)
		}
		check(t, d)
		return d
	}
	column := func(d Drawing, name string) artifact.Column {
		c, err := d.Sweep.Column(name)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}

	a := draw("dat-fig5a")
	if want := 4 * 4 * 16; a.Sweep.Rows() != want || len(a.Image.Panels) != 4*5 {
		t.Errorf("5a: %d rows and %d panels, expected methods x stages x ports = %d and 20", a.Sweep.Rows(), len(a.Image.Panels), want)
	}
	scores := 0
	for _, none := range column(a, "score").Missing {
		if !none {
			scores++
		}
	}
	if scores != 4*10 {
		t.Errorf("5a: %d scores, expected 40", scores)
	}
	in := column(a, "device_intensity").Floats
	if !slices.Equal(in[:16], in[64:80]) || slices.Equal(in[16:32], in[80:96]) {
		t.Error("5a: direct deployment and PAT should have the same input and different light behind mesh 1")
	}

	b := draw("dat-fig5b")
	if want := 4 * 3 * 16 * 8; b.Sweep.Rows() != want || len(b.Image.Panels) != 4*6 {
		t.Errorf("5b: %d rows and %d panels, expected methods x meshes x columns x pairs = %d and 24", b.Sweep.Rows(), len(b.Image.Panels), want)
	}
	off := 0
	for i, none := range column(b, "theta").Missing {
		if none {
			off++
			if column(b, "pair").Ints[i] != 7 || column(b, "column").Ints[i]%2 == 0 {
				t.Fatalf("5b: row %d has no phase but is not the wrap pair of an odd column", i)
			}
		}
	}
	if off != 4*3*8 {
		t.Errorf("5b: %d places without an interferometer, expected 8 a mesh", off)
	}

	d := draw("dat-fig5d")
	var images int64
	for _, n := range column(d, "count").Ints {
		images += n
	}
	if d.Sweep.Rows() != 400 || images != 4*32 || len(d.Image.Panels) != 4 {
		t.Errorf("5d: %d rows of %d images and %d panels, expected 400, 128 and 4", d.Sweep.Rows(), images, len(d.Image.Panels))
	}
	pt, err := results(runs[1])
	if err != nil {
		t.Fatal(err)
	}
	right := int64(0)
	for i := range 10 {
		right += column(d, "count").Ints[100+11*i]
	}
	if math.Abs(float64(right)/32-pt.Accuracy()) > 1e-12 {
		t.Errorf("5d: PAT has %d of 32 right, its accuracy is %g", right, pt.Accuracy())
	}

	var one, two bytes.Buffer
	if err := draw("dat-fig5b").Image.WritePNG(&one); err != nil {
		t.Fatal(err)
	}
	if err := b.Image.WritePNG(&two); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("5b: drawn twice, two pictures")
	}

	// What the artifacts of runs cite can be cited.
	at := runs[1]
	at.Method = experiment.Adaptive
	atResults, atDir := lab(t, p, []experiment.Run{at})
	if res, err := atResults(at); res == nil || err != nil {
		t.Fatal(err)
	}
	files := append(experiment.Files(dir, runs[1]), experiment.Files(dir, runs[3])...)
	for _, f := range append(append(files, experiment.Files(dir, runs[0].Base())...), experiment.Files(atDir, at)...) {
		info, err := artifact.Inspect(f)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := BibTeX(info.Provenance.References); err != nil || len(info.Provenance.References) == 0 {
			t.Errorf("%s cites %q: %v", f, info.Provenance.References, err)
		}
	}
}
