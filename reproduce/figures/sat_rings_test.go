package figures

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
	"lightfast/pnn/train"
)

// tinyRings has runs of a second.
func tinyRings() Profile {
	return Profile{Name: "tiny", Template: experiment.Run{Protocol: train.Published}, Rings: Rings{
		Set: "glyphs", Train: 96, Test: 40, Seeds: 1, Batch: 48, Epochs: 2, NAT: 1, Pruning: 1, PAT: 1, Noise: 0.1, Rate: 0.05,
		Radii: []float64{0, 0.1}, RadiiEpochs: 1, Images: 4, Points: 3,
	}}
}

// TestPaperRunsOfRings holds the runs of the profile paper to the names under which
// their artifacts are kept: a change of a field would orphan them.
func TestPaperRunsOfRings(t *testing.T) {
	ids := map[string]bool{}
	for _, f := range ringFigures() {
		if f.Runs == nil {
			continue
		}
		for _, p := range Profiles() {
			for _, r := range f.Runs(p) {
				if err := r.Check(); err != nil {
					t.Errorf("%s: %v", f.ID, err)
				}
				if p.Name == "paper" {
					ids[r.ID()] = true
				}
			}
		}
	}
	for _, id := range []string{
		"ring_in-silico_mnist_seed1_3cfe9204",
		"ring_sat_rho0.5_mnist_seed1_f5016dba",
		"ring_nat_noise0.3_mnist_seed1_eda1f607",
	} {
		if !ids[id] {
			t.Errorf("no figure has run %s", id)
		}
	}
}

// TestRingFiguresFromRuns trains tiny networks and draws all figures from their
// artifacts.
func TestRingFiguresFromRuns(t *testing.T) {
	p := tinyRings()
	var runs []experiment.Run
	seen := map[string]bool{}
	for _, f := range ringFigures() {
		if f.Runs == nil {
			continue
		}
		for _, r := range f.Runs(p) {
			if !seen[r.ID()] {
				seen[r.ID()] = true
				runs = append(runs, r)
			}
		}
	}
	if len(runs) != 5+2 {
		t.Errorf("%d runs, expected five methods and two radii", len(runs))
	}
	results, _ := lab(t, p, runs)
	draw := func(id string) Drawing {
		d, err := mustFind(t, id).Draw(p, results)
		if err != nil {
			t.Fatal(err)
		}
		check(t, d)
		if len(d.Values) > 0 {
			t.Errorf("%s: glyphs are compared with the paper", id)
		}
		for _, n := range d.Notes {
			if strings.Contains(n, "missing") || strings.Contains(n, "NaN") {
				t.Errorf("%s: %s", id, n)
			}
		}
		return d
	}
	for _, f := range ringFigures() {
		d := draw(f.ID)
		if d.Sweep.Rows() == 0 {
			t.Errorf("%s: an empty table", f.ID)
		}
	}
	column := func(d Drawing, name string) artifact.Column {
		c, err := d.Sweep.Column(name)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}

	var sum float64
	for _, n := range column(draw("sat-fig2f"), "rings").Floats {
		sum += n
	}
	if sum > 2*61470 || sum < 2*61000 {
		t.Errorf("2f counts %g rings, expected nearly all of twice 61470", sum)
	}
	if g := draw("sat-fig2g"); g.Sweep.Rows() != 3*9 || len(g.Image.Panels) != 4 {
		t.Errorf("2g: %d rows and %d panels, expected three surfaces of 9 points and bars", g.Sweep.Rows(), len(g.Image.Panels))
	}
	j := draw("sat-fig2j")
	var images int64
	for _, n := range column(j, "count").Ints {
		images += n
	}
	if j.Sweep.Rows() != 4*2*100 || images != 4*2*40 {
		t.Errorf("2j: %d rows of %d images, expected 800 and 320", j.Sweep.Rows(), images)
	}
	if d := draw("sat-drift"); d.Sweep.Rows() != 5*2*21 || len(d.Image.Panels) != 2 {
		t.Errorf("drift: %d rows and %d panels, expected methods x views x temperatures = 210 and 2", d.Sweep.Rows(), len(d.Image.Panels))
	}
	h := draw("sat-fig2h")
	if k := column(h, "kelvin").Floats; len(k) != 2*21 || !slices.IsSorted(k[:21]) || k[0] != -1 || k[20] != 1 {
		t.Errorf("2h: temperatures %v, expected -1 to 1 in order, twice", k)
	}
	if rho := column(draw("sat-rho"), "rho").Floats; !slices.Equal(rho, []float64{0, 0.1}) {
		t.Errorf("radii %v", rho)
	}

	var one, two bytes.Buffer
	if err := h.Image.WritePNG(&one); err != nil {
		t.Fatal(err)
	}
	if err := draw("sat-fig2h").Image.WritePNG(&two); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("2h: drawn twice, two pictures")
	}

	// A folder of the authors' data adds hollow curves and changes no table.
	p.Measured = measuredFolder(t)
	for _, id := range []string{"sat-fig2c", "sat-fig2d", "sat-figs3", "sat-fig2e", "sat-fig2f", "sat-fig2h", "sat-fig2j"} {
		with := draw(id)
		hollow := len(with.Image.Panels) > 4 // confusions
		for _, panel := range with.Image.Panels {
			if l, ok := panel.(figure.Lines); ok {
				hollow = hollow || slices.ContainsFunc(l.Series, func(s figure.Series) bool { return s.Paper })
			}
		}
		if !hollow {
			t.Errorf("%s: the authors' data are not drawn", id)
		}
	}
	if note := strings.Join(draw("sat-figs3").Notes, " "); !strings.Contains(note, "differs from that of training by 1e-01") {
		t.Errorf("S3: %s", note)
	}
	write(t, p.Measured, "Figure2h", "dT,BP,SAT\n0,80,many\n")
	if _, err := mustFind(t, "sat-fig2h").Draw(p, results); err == nil || !strings.Contains(err.Error(), "line 2, column 3 (SAT)") {
		t.Errorf("a damaged data file: %v", err)
	}
	write(t, p.Measured, "Figure2f", "left,right,BP,SAT\n7,7.025,1,2\n")
	if _, err := mustFind(t, "sat-fig2f").Draw(p, results); err == nil || !strings.Contains(err.Error(), "line 2: a bin that begins at 7 mA") {
		t.Errorf("a bin out of range: %v", err)
	}
	write(t, p.Measured, "Figure2j-BP-confusion", "truth,0,1\n0,1,2\n")
	if _, err := mustFind(t, "sat-fig2j").Draw(p, results); err == nil || !strings.Contains(err.Error(), "1 rows for 2 classes") {
		t.Errorf("half a confusion matrix: %v", err)
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name+".csv"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// measuredFolder has files as the authors', of our making.
func measuredFolder(t *testing.T) string {
	dir := t.TempDir()
	write(t, dir, "Figure2c", "wavelength,Start,End\n1540,0.8,1\n1541,0.5,1\n1542,-0.9,0.9\n1543,0.4,-0.8\n1544,0.9,0.2\n1545,1,0.8\n")
	write(t, dir, "Figure2d", "current,weight,label\n0,1,00\n1,0.9,00\n2,0.5,00\n3,-0.9,00\n4,0.3,00\n5,0.8,00\n0,1,Model\n")
	write(t, dir, "Figure2e", "epoch,loss BP,loss SAT,acc BP,acc SAT\n0,0.3,0.5,98,96\n1,0.1,0.2,99,98\n")
	write(t, dir, "Figure2f", "left,right,BP,SAT\n3.825,3.85,5,0\n3.825,3.85,0,7\n")
	write(t, dir, "Figure2h", "dT,BP,SAT\n-1,38,91\n0,80,97\n")
	write(t, dir, "Figure2j-BP-confusion", "truth,0,1\n0,1,2\n1,3,4\n")
	// 0.1 above the law of training everywhere.
	var s strings.Builder
	s.WriteString("current,weight\n")
	for i, w := range shown(inCurrent(0.15), axis(0, 6, 1000)) {
		s.WriteString(strings.Join([]string{number(6 * float64(i) / 999), number(w + 0.1)}, ",") + "\n")
	}
	write(t, dir, "FigureS3", s.String())
	return dir
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func TestHistogramOfCurrents(t *testing.T) {
	// In resonance, on either side of it, at 0 mA, and beyond.
	bins, below := histogram([]float64{0, 0.15, -0.15, 4, 4.5, -5})
	if below != 2 || bins[159] != 1 || bins[154] != 2 || bins[0] != 1 {
		t.Errorf("%d below 0, bins %v", below, bins)
	}
}

// TestDriftOfThePaper looks up what is published, and nothing else.
func TestDriftOfThePaper(t *testing.T) {
	for _, c := range []struct {
		label  string
		kelvin float64
		want   float64
	}{{"BP", -1, 60}, {"SAT", -1, 98}, {"SAT", -2, 88}, {"NAT", -0.1, 98}} {
		if v := ringDriftAt(c.label, c.kelvin); v != c.want {
			t.Errorf("%s at %g K: %g, published %g", c.label, c.kelvin, v, c.want)
		}
	}
	for _, k := range []float64{0.1, -2.1, -0.05} {
		if v := ringDriftAt("SAT", k); !math.IsNaN(v) {
			t.Errorf("%g at %g K, expected none", v, k)
		}
	}
	if !math.IsNaN(ringDriftAt("AT", 0)) {
		t.Error("a drift of a method that has none")
	}
}

// TestProfileWithoutRings: a profile that has none of it, as one of an older bundle.
func TestProfileWithoutRings(t *testing.T) {
	for _, f := range ringFigures() {
		d, err := f.Draw(Profile{}, none)
		if err != nil {
			t.Errorf("%s: %v", f.ID, err)
			continue
		}
		check(t, d)
	}
}
