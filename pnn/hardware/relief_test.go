package hardware

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightfast/pnn/diffract"
)

var glass = Material{Index: 1.46, Base: 0.5e-3}

// TestHeightsByHand: half a turn in glass of index 1.5 at 600 nm is 600 nm.
func TestHeightsByHand(t *testing.T) {
	p := PhaseMask{Grid: diffract.Grid{Rows: 1, Cols: 3, Pitch: 1e-5, Wavelength: 600e-9}, Rad: []float64{0, math.Pi, -math.Pi / 2}}
	r, err := (Material{Index: 1.5, Base: 1e-3}).Relief(p)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{1e-3, 1e-3 + 600e-9, 1e-3 + 900e-9} {
		if math.Abs(r.Height[i]-want) > 1e-15 {
			t.Errorf("height %d is %g m, want %g", i, r.Height[i], want)
		}
	}
}

func TestReliefComesBack(t *testing.T) {
	dir := t.TempDir()
	for _, base := range []float64{1e-6, 0.5e-3, 2e-3} {
		p := randomMask(9, 13, 4)
		m := Material{Index: 1.46, Base: base}
		r, err := m.Relief(p)
		if err != nil {
			t.Fatal(err)
		}
		turn := p.Grid.Wavelength / 0.46
		ulp := float64(math.Nextafter32(float32((base+turn)*1e3), 10)-float32((base+turn)*1e3)) / 1e3
		for _, c := range []struct {
			name    string
			write   func(string) error
			read    func(string) (*Relief, error)
			allowed float64
		}{
			{"a.png", r.WritePNG, ReadRelief, math.Pi / 65536},
			{"a.csv", r.WriteCSV, ReadReliefCSV, 1e-8},
			{"a.stl", r.WriteSTL, ReadSTL, math.Pi * ulp / turn},
		} {
			path := filepath.Join(dir, c.name)
			if err := c.write(path); err != nil {
				t.Fatal(err)
			}
			back, err := c.read(path)
			if err != nil {
				t.Fatal(err)
			}
			q, err := back.Phase()
			if err != nil {
				t.Fatal(err)
			}
			if d := p.Apart(q); !(d <= c.allowed*(1+1e-6)+1e-9) {
				t.Errorf("%s, base %g: %g rad off, allowed %g", c.name, base, d, c.allowed)
			}
			if back.Grid != r.Grid || back.Material != r.Material {
				t.Errorf("%s: %v %v, want %v %v", c.name, back.Grid, back.Material, r.Grid, r.Material)
			}
		}
	}
}

// surfaceOf reads the triangles of a file.
func surfaceOf(t *testing.T, data []byte) (triangles [][3]point, normals []point) {
	t.Helper()
	n := int(binary.LittleEndian.Uint32(data[80:]))
	if len(data) != 84+50*n {
		t.Fatalf("%d bytes for %d triangles", len(data), n)
	}
	at := func(i int) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(data[i:])) }
	for i := range n {
		o := 84 + 50*i
		normals = append(normals, point{at(o), at(o + 4), at(o + 8)})
		var tr [3]point
		for k := range 9 {
			tr[k/3][k%3] = at(o + 12 + 4*k)
		}
		triangles = append(triangles, tr)
	}
	return triangles, normals
}

// TestSurfaceIsClosed: every edge belongs to two triangles which run along it in
// opposite directions, normals point outwards, and the volume is that of upright
// columns. The masks hold pixels that touch at corners, and single rows.
func TestSurfaceIsClosed(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {1, 4}, {5, 1}, {2, 2}, {9, 13}, {32, 32}} {
		p := randomMask(8, 8, 7)
		p.Grid.Rows, p.Grid.Cols = size[0], size[1]
		p.Rad = make([]float64, p.Grid.Pixels())
		q := randomMask(32, 32, 7)
		for i := range p.Rad {
			if p.Rad[i] = q.Rad[i%1024]; size[0] == 32 {
				p.Rad[i] = 3 * float64((i/32+i%32)%2) // a chessboard
			}
		}
		r, err := (Material{Index: 1.46, Base: 1e-6}).Relief(p)
		if err != nil {
			t.Fatal(err)
		}
		data, err := r.stl()
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(string(data), "solid") {
			t.Error("the header begins as that of a text file")
		}
		triangles, normals := surfaceOf(t, data)
		edges := map[[2]point]int{}
		var volume float64
		for i, tr := range triangles {
			var n [3]float64
			var a, b, c [3]float64
			for k := range 3 {
				a[k], b[k], c[k] = float64(tr[0][k]), float64(tr[1][k]), float64(tr[2][k])
			}
			for k := range 3 {
				x, y := (k+1)%3, (k+2)%3
				n[k] = (b[x]-a[x])*(c[y]-a[y]) - (b[y]-a[y])*(c[x]-a[x])
				volume += a[k] * n[k] / 6
			}
			area := math.Sqrt(n[0]*n[0] + n[1]*n[1] + n[2]*n[2])
			if !(area > 0) {
				t.Fatalf("%v: triangle %d has no area", size, i)
			}
			for k := range 3 {
				if math.Abs(n[k]/area-float64(normals[i][k])) > 1e-6 {
					t.Fatalf("%v: triangle %d has the normal %v, its corners say %v", size, i, normals[i], n)
				}
				edges[[2]point{tr[k], tr[(k+1)%3]}]++
			}
		}
		for e, n := range edges {
			if n != 1 || edges[[2]point{e[1], e[0]}] != 1 {
				t.Fatalf("%v: edge %v is in %d triangles, and in %d the other way round", size, e, n, edges[[2]point{e[1], e[0]}])
			}
		}
		if want := r.Volume() * 1e9; !(math.Abs(volume/want-1) < 1e-5) {
			t.Errorf("%v: a volume of %g mm3, want %g", size, volume, want)
		}
	}
}

func TestBadReliefs(t *testing.T) {
	p := randomMask(3, 3, 1)
	for _, c := range []struct {
		m   Material
		say string
	}{{Material{Index: 1, Base: 1}, "Index is 1"}, {Material{Index: math.NaN()}, "Index is NaN"}, {Material{Index: 1.5, Base: -1}, "Base is -1"}, {Material{Index: 1.5, Base: math.Inf(1)}, "Base"}} {
		_, err := c.m.Relief(p)
		wants(t, c.say, err, c.say, "expected")
	}
	dir := t.TempDir()
	r, err := (Material{Index: 1.5}).Relief(p)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, "no base", r.WriteSTL(filepath.Join(dir, "a.stl")), "a.stl", "Base is 0", "1e-3")
	if r, err = glass.Relief(p); err != nil {
		t.Fatal(err)
	}
	r.Height[4] = 1
	for _, write := range []func(string) error{r.WritePNG, r.WriteCSV, r.WriteSTL} {
		wants(t, "too high", write(filepath.Join(dir, "b")), "row 1, column 1", "height")
	}
	long := PhaseMask{Grid: diffract.Grid{Rows: 1, Cols: 1 << 14, Pitch: 1e-7, Wavelength: 1e-6}, Rad: make([]float64, 1<<14)}
	if r, err = glass.Relief(long); err != nil {
		t.Fatal(err)
	}
	if _, err := r.stl(); err != nil {
		t.Errorf("16384 pixels in a row: %v", err)
	}
	big := diffract.Grid{Rows: 1 << 14, Cols: 129, Pitch: 1e-6, Wavelength: 1e-6}
	r = &Relief{Grid: big, Material: glass, Height: make([]float64, big.Pixels())}
	for i := range r.Height {
		r.Height[i] = glass.Base
	}
	_, err = r.stl()
	wants(t, "too many pixels", err, "16384 x 129", "PNG or CSV")
}

func TestDamagedSTL(t *testing.T) {
	r, err := glass.Relief(randomMask(3, 4, 1))
	if err != nil {
		t.Fatal(err)
	}
	data, err := r.stl()
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, "cut.stl", string(data[:len(data)-7]))
	_, err = ReadSTL(path)
	wants(t, "cut off", err, "cut.stl", "cut off")
	_, err = ReadSTL(write(t, "other.stl", "solid\n"))
	wants(t, "a text file", err, "other.stl", "header")
	bad := append([]byte(nil), data...)
	binary.LittleEndian.PutUint32(bad[84+12:], math.Float32bits(float32(math.NaN())))
	_, err = readSTL(bad)
	wants(t, "NaN", err, "triangle 0", "finite")
	bad = append([]byte(nil), data...)
	copy(bad[84:], data[184:234]) // half of a wall instead of half of the first pixel
	_, err = readSTL(bad)
	wants(t, "half a pixel", err, "row 0, column 0", "expected 2")
	for i := range data {
		bad := append([]byte(nil), data...)
		bad[i] ^= 0xc1
		back, err := readSTL(bad)
		if err != nil {
			continue
		}
		if _, err := back.Phase(); err != nil {
			t.Errorf("byte %d changed: read, but %v", i, err)
		}
	}
}

// TestHeaderFits: numbers of many digits lose some, and come back nearly.
func TestHeaderFits(t *testing.T) {
	p := randomMask(3, 4, 1)
	p.Grid.Pitch, p.Grid.Wavelength = 8e-6/3, 532e-9/3
	r, err := (Material{Index: 4.0 / 3, Base: 1e-3 / 3}).Relief(p)
	if err != nil {
		t.Fatal(err)
	}
	data, err := r.stl()
	if err != nil {
		t.Fatal(err)
	}
	back, err := readSTL(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range [][2]float64{{back.Grid.Pitch, p.Grid.Pitch}, {back.Grid.Wavelength, p.Grid.Wavelength}, {back.Material.Index, 4.0 / 3}, {back.Material.Base, 1e-3 / 3}} {
		if d := math.Abs(v[0]/v[1] - 1); !(d < 1e-9) || d == 0 {
			t.Errorf("%v came back as %v", v[1], v[0])
		}
	}
	r.Grid.Rows, r.Grid.Cols, r.Material.Base = 1<<14, 1<<14, 0.12345678901234567
	if h := string(r.header()); len(h) != 80 || !strings.HasPrefix(h, "lightfast relief 16384 16384 2.66666") {
		t.Errorf("header %q", h)
	}
}

func TestAmplitudeComesBack(t *testing.T) {
	dir := t.TempDir()
	p := randomMask(9, 13, 4)
	a := AmplitudeMask{Grid: p.Grid}
	for _, v := range p.Rad {
		a.Amplitude = append(a.Amplitude, turns(v))
	}
	a.Amplitude[7] = 1
	for bits := 1; bits <= 16; bits++ {
		for _, power := range []bool{false, true} {
			path := filepath.Join(dir, "a.png")
			if err := a.WritePNG(path, Grey{bits, power}); err != nil {
				t.Fatal(err)
			}
			b, g, err := ReadAmplitude(path)
			if err != nil {
				t.Fatal(err)
			}
			if g != (Grey{bits, power}) || b.Grid != a.Grid {
				t.Errorf("%v %v, want %d bits, power %v", g, b.Grid, bits, power)
			}
			half := 0.5 / (math.Ldexp(1, bits) - 1)
			for i, v := range a.Amplitude {
				w := b.Amplitude[i]
				if power {
					v, w = v*v, w*w
				}
				if !(math.Abs(v-w) <= half+1e-12) {
					t.Errorf("%d bits, power %v: pixel %d is %g, want %g", bits, power, i, w, v)
				}
			}
		}
	}
	path := filepath.Join(dir, "a.csv")
	if err := a.WriteCSV(path); err != nil {
		t.Fatal(err)
	}
	b, err := ReadAmplitudeCSV(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range a.Amplitude {
		if b.Amplitude[i] != v {
			t.Errorf("pixel %d is %g, want %g", i, b.Amplitude[i], v)
		}
	}
	wants(t, "17 bits", a.WritePNG(path, Grey{Bits: 17}), "17 bits", "1 to 16")
	wants(t, "0 bits", a.WritePNG(path, Grey{}), "0 bits", "1 to 16")
	a.Amplitude[14] = 1.5
	wants(t, "too bright", a.WritePNG(path, Grey{Bits: 8}), "row 1, column 1", "1.5", "0 to 1")
	a.Amplitude[14] = math.NaN()
	wants(t, "NaN", a.WriteCSV(path), "row 1, column 1", "NaN")
	if err := os.Truncate(path, 200); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadAmplitudeCSV(path); err == nil {
		t.Error("a table that is cut off is read")
	}
}
