package hardware

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
)

// randomMask has phases of several turns of either sign, whole turns among them.
func randomMask(rows, cols int, seed uint64) PhaseMask {
	p := PhaseMask{Grid: diffract.Grid{Rows: rows, Cols: cols, Pitch: 8e-6, Wavelength: 532e-9}, Rad: make([]float64, rows*cols)}
	s := lane.NewStream(seed, "test masks", 0)
	for i := range p.Rad {
		p.Rad[i] = 40 * (s.Float64() - 0.5)
	}
	copy(p.Rad, []float64{0, 2 * math.Pi, -1e-18, 2*math.Pi - 1e-16, -2 * math.Pi})
	return p
}

func panel(bits int) SLM {
	return SLM{Rows: 60, Cols: 90, Pitch: 8e-6, Bits: bits}
}

// wants fails unless an error says all of these.
func wants(t *testing.T, what string, err error, say ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error, want one with %q", what, say)
		return
	}
	for _, s := range say {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("%s: %v; want something with %q", what, err, s)
		}
	}
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPhaseCSV(t *testing.T) {
	p := randomMask(5, 7, 1)
	path := filepath.Join(t.TempDir(), "mask.csv")
	if err := p.WriteCSV(path); err != nil {
		t.Fatal(err)
	}
	q, err := ReadPhaseCSV(path)
	if err != nil {
		t.Fatal(err)
	}
	if q.Grid != p.Grid {
		t.Errorf("grid %v, want %v", q.Grid, p.Grid)
	}
	for i := range p.Rad {
		if p.Rad[i] != q.Rad[i] {
			t.Errorf("phase %d: %g, want %g", i, q.Rad[i], p.Rad[i])
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// The middle pixel (2, 3) is on the axis.
	if text := string(data); !strings.Contains(text, "row,column,x_um,y_um,phase_rad\n") || !strings.Contains(text, "\n2,3,0,0,") || !strings.Contains(text, "\n0,6,24,-16,") {
		t.Errorf("table:\n%s", text)
	}
	head, rest, _ := strings.Cut(string(data), "\n")
	lines := strings.Split(rest, "\n")
	for _, c := range []struct {
		name, text string
		say        []string
	}{
		{"no description", rest, []string{"first line", "keep it"}},
		{"a row missing", head + "\n" + strings.Join(lines[:len(lines)-2], "\n"), []string{"34 rows", "5 x 7"}},
		{"a row twice", head + "\n" + strings.Join(append(lines[:len(lines)-2:len(lines)-2], lines[1], ""), "\n"), []string{"line 37", "already"}},
		{"NaN", strings.Replace(string(data), "\n2,3,0,0,", "\n2,3,0,0,NaN", 1), []string{"line 20", "phase_rad", "finite"}},
		{"a row beyond", strings.Replace(string(data), "\n4,6,", "\n5,6,", 1), []string{`row is "5"`, "0 to 4"}},
		{"another kind", strings.Replace(string(data), `"phase"`, `"height"`, 1), []string{"height", "phase"}},
		{"a newer one", strings.Replace(string(data), `"format":1`, `"format":9`, 1), []string{"newer"}},
		{"no column", strings.Replace(string(data), "phase_rad", "phase", 1), []string{"no column phase_rad"}},
		{"no pitch", strings.Replace(string(data), `"pitch_m":0.000008`, `"pitch_m":0`, 1), []string{"Pitch"}},
		{"empty", "", []string{"columns row, column, phase_rad"}},
	} {
		_, err := ReadPhaseCSV(write(t, "bad.csv", c.text))
		wants(t, c.name, err, append(c.say, "bad.csv")...)
	}
}

func TestBadMasks(t *testing.T) {
	p := randomMask(4, 4, 2)
	p.Rad[6] = math.NaN()
	_, err := panel(8).Bitmap(p)
	wants(t, "NaN phase", err, "row 1, column 2", "NaN", "finite")
	_, err = (Material{Index: 1.5}).Relief(p)
	wants(t, "NaN phase of a relief", err, "row 1, column 2")
	path := filepath.Join(t.TempDir(), "x.csv")
	wants(t, "NaN phase to CSV", p.WriteCSV(path), "x.csv", "row 1, column 2")
	if _, err := os.Stat(path); err == nil {
		t.Error("a mask with NaN left a file")
	}
	p.Rad = p.Rad[:3]
	_, err = panel(8).Bitmap(p)
	wants(t, "too few phases", err, "3 values", "expected 16")
	p = randomMask(4, 4, 2)
	p.Grid.Pitch = 0
	_, err = panel(8).Bitmap(p)
	wants(t, "no pitch", err, "Pitch")
	if d := randomMask(4, 4, 2).Apart(randomMask(4, 3, 2)); !math.IsNaN(d) {
		t.Errorf("masks of different sizes are %g apart", d)
	}
}
