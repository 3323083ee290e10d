package hardware

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"lightfast/pnn/diffract"
)

// measured is an S-shaped response of n bits over span radians, given at some
// levels.
func measured(bits int, first, span float64) *Response {
	r := &Response{}
	top := 1<<bits - 1
	for k := 0; k <= top; k += max(1, top/15) {
		r.Grey = append(r.Grey, k)
	}
	r.Grey[len(r.Grey)-1] = top
	for _, k := range r.Grey {
		x := float64(k) / float64(top)
		r.Rad = append(r.Rad, first+span*(0.7*x+0.3*x*x*(3-2*x)))
	}
	return r
}

// TestBitmapComesBack writes pictures and reads them: the phases are those of the
// mask up to half a level, whatever the bits, response, carrier and place.
func TestBitmapComesBack(t *testing.T) {
	dir := t.TempDir()
	for bits := 1; bits <= 16; bits++ {
		for i, s := range []SLM{
			{},
			{Response: measured(bits, 0.3, 2*math.Pi)},
			{Response: measured(bits, 5, -7)},
			{Response: measured(bits, -1, 9), LowBits: true},
			{Right: 41, Down: -28, Carrier: Carrier{Period: 4}},
			{Right: -43, Down: 24, Carrier: Carrier{Period: 7.3, Direction: 200}, Response: measured(bits, 1, 6.5)},
		} {
			if s.Response != nil && (len(s.Response.Grey) < 3 || bits < 4) {
				continue // too few levels for a curve
			}
			s.Rows, s.Cols, s.Pitch, s.Bits = 60, 90, 8e-6, bits
			p := randomMask(4, 4, uint64(bits))
			worst, err := s.Resolution()
			if err != nil {
				t.Fatalf("%d bits, panel %d: %v", bits, i, err)
			}
			if s.Response == nil && math.Abs(worst-math.Pi/float64(int(1)<<bits)) > 1e-12 {
				t.Errorf("%d bits: resolution %g", bits, worst)
			}
			b, err := s.Bitmap(p)
			if err != nil {
				t.Fatalf("%d bits, panel %d: %v", bits, i, err)
			}
			path := filepath.Join(dir, fmt.Sprintf("%d-%d.png", bits, i))
			if err := b.WritePNG(path); err != nil {
				t.Fatal(err)
			}
			back, err := ReadBitmap(path)
			if err != nil {
				t.Fatal(err)
			}
			q, err := back.Phase()
			if err != nil {
				t.Fatal(err)
			}
			if d := p.Apart(q); !(d <= worst+1e-9) || q.Grid != p.Grid {
				t.Errorf("%d bits, panel %d: %g rad off, allowed %g", bits, i, d, worst)
			}
			if bits < 4 && !(p.Apart(q) > worst/10) {
				t.Errorf("%d bits, panel %d: only %g rad off, a test that sees no rounding", bits, i, p.Apart(q))
			}
		}
	}
}

// TestBitmapIsThePanelOfTheSimulation compares with what diffract makes of bits.
func TestBitmapIsThePanelOfTheSimulation(t *testing.T) {
	g := diffract.Grid{Rows: 16, Cols: 16, Pitch: 8e-6, Wavelength: 532e-9}
	for _, bits := range []int{1, 3, 8, 10, 16} {
		m, err := diffract.NewModulator[float64]("plate", g, diffract.PhaseSigmoid, diffract.Panel{})
		if err != nil {
			t.Fatal(err)
		}
		m.DrawNormal(uint64(bits), 3)
		m.Update(nil)
		ideal, err := PhaseOf(m)
		if err != nil {
			t.Fatal(err)
		}
		b, err := panel(bits).Bitmap(ideal)
		if err != nil {
			t.Fatal(err)
		}
		p, err := b.Phase()
		if err != nil {
			t.Fatal(err)
		}
		if err := m.SetPanel(diffract.Panel{Bits: bits}); err != nil {
			t.Fatal(err)
		}
		m.Update(nil)
		for i, v := range m.Shown() {
			if p.Rad[i] != v {
				t.Fatalf("%d bits: pixel %d shows %g, in the simulation %g", bits, i, p.Rad[i], v)
			}
		}
	}
}

// TestMeasuredResponse checks levels of a response by hand.
func TestMeasuredResponse(t *testing.T) {
	path := write(t, "lut.csv", "# at 532 nm\nphase_rad, grey\n0.5,0\n3.5,4\n7.5,7\n")
	r, err := ReadResponse(path, 3)
	if err != nil {
		t.Fatal(err)
	}
	s := newScale(r, 3)
	// Levels: 0.5, 1.25, 2, 2.75, 3.5, 4.833, 6.167, and 7.5, which is more than a turn
	// behind the first.
	for _, c := range []struct {
		rad  float64
		want int
	}{{0.5, 0}, {0.8, 0}, {1, 1}, {2.1, 2}, {3.2, 4}, {4.1, 4}, {4.3, 5}, {6.1, 6}, {6.167 + 2*math.Pi, 6}, {0.1, 6}, {0.2, 0}, {6.4, 6}, {-math.Pi, 4}, {-math.Pi - 0.1, 3}} {
		if got := s.level(c.rad / (2 * math.Pi)); got != c.want {
			t.Errorf("phase %g: level %d, want %d", c.rad, got, c.want)
		}
	}
	for _, c := range []struct {
		name, text string
		say        []string
	}{
		{"not monotonic", "grey,phase_rad\n0,0\n3,3\n5,2.9\n7,7\n", []string{"row 3", "2.9", "monotonic"}},
		{"wrapped", "grey,phase_rad\n0,0\n3,6\n5,0.5\n7,7\n", []string{"row 3", "unwrap"}},
		{"flat", "grey,phase_rad\n0,0\n3,0\n7,7\n", []string{"row 2", "monotonic"}},
		{"too small", "grey,phase_rad\n0,0\n7,5\n", []string{"spans 5 rad", "2 pi"}},
		{"levels missing", "grey,phase_rad\n0,0\n255,7\n", []string{"0 to 255", "0 to 7 for 3 bits"}},
		{"levels back", "grey,phase_rad\n0,0\n5,3\n4,4\n7,7\n", []string{"row 3", "rising"}},
		{"a word", "grey,phase_rad\n0,zero\n7,7\n", []string{"line 2", "phase_rad", "zero"}},
		{"half a level", "grey,phase_rad\n0,0\n1.5,2\n7,7\n", []string{"line 3", "grey", "whole"}},
		{"one row", "grey,phase_rad\n0,0\n", []string{"at least 2"}},
		{"no rows", "grey,phase_rad\n", []string{"no rows"}},
		{"infinite", "grey,phase_rad\n0,0\n7,Inf\n", []string{"line 3", "finite"}},
	} {
		_, err := ReadResponse(write(t, "bad.csv", c.text), 3)
		wants(t, c.name, err, append(c.say, "bad.csv")...)
	}
	_, err = ReadResponse(filepath.Join(t.TempDir(), "none.csv"), 8)
	wants(t, "no file", err, "none.csv")
}

func TestBadPanels(t *testing.T) {
	p := randomMask(50, 40, 1)
	for _, c := range []struct {
		name   string
		change func(s *SLM)
		say    []string
	}{
		{"0 bits", func(s *SLM) { s.Bits = 0 }, []string{"0 bits", "1 to 16"}},
		{"17 bits", func(s *SLM) { s.Bits = 17 }, []string{"17 bits", "1 to 16"}},
		{"too few rows", func(s *SLM) { s.Rows = 49 }, []string{"50 x 40", "49 x 90", "larger panel"}},
		{"too fine", func(s *SLM) { s.Pitch = 4e-6 }, []string{"100 x 80", "4 um"}},
		{"too coarse", func(s *SLM) { s.Pitch = 9e-6 }, []string{"8 um", "9 um"}},
		{"far finer", func(s *SLM) { s.Pitch = 1e-300 }, []string{"larger panel"}},
		{"off to the right", func(s *SLM) { s.Right = 26 }, []string{"26 right", "-25 to 25 right"}},
		{"off upwards", func(s *SLM) { s.Down = -6 }, []string{"-6 down", "-5 to 5 down"}},
		{"far off", func(s *SLM) { s.Down = math.MinInt }, []string{"down"}},
		{"far off right", func(s *SLM) { s.Right = math.MaxInt }, []string{"right"}},
		{"no pitch", func(s *SLM) { s.Pitch = math.NaN() }, []string{"SLM.Pitch"}},
		{"no rows", func(s *SLM) { s.Rows = 0 }, []string{"0 rows"}},
		{"period", func(s *SLM) { s.Carrier.Period = 1.5 }, []string{"1.5", "at least 2"}},
		{"direction", func(s *SLM) { s.Carrier = Carrier{4, math.NaN()} }, []string{"NaN degrees"}},
		{"response", func(s *SLM) { s.Response = &Response{} }, []string{"at least 2"}},
	} {
		s := panel(8)
		c.change(&s)
		_, err := s.Bitmap(p)
		wants(t, c.name, err, c.say...)
	}
}

// TestPlaces checks where a mask of several pitches lies.
func TestPlaces(t *testing.T) {
	p := PhaseMask{Grid: diffract.Grid{Rows: 2, Cols: 3, Pitch: 16e-6, Wavelength: 532e-9}, Rad: []float64{1, 2, 3, 4, 5, 6}}
	s := SLM{Rows: 8, Cols: 12, Pitch: 8e-6, Bits: 8, Right: 1, Down: 2}
	b, err := s.Bitmap(p)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range b.Levels {
		r, c := (i/12-4)/2, (i%12-4)/2
		want := 0
		if i/12 >= 4 && i%12 >= 4 && r < 2 && c < 3 {
			want = int(math.Round(p.Rad[r*3+c] / (2 * math.Pi) * 256))
		}
		if int(v) != want {
			t.Errorf("row %d, column %d: level %d, want %d", i/12, i%12, v, want)
		}
	}
	// Pixels of 2.5 become 2 or 3 wide, and each can be read back.
	s = SLM{Rows: 41, Cols: 57, Pitch: 3.2e-6, Bits: 8}
	for rows := 1; rows <= 16; rows++ {
		q := randomMask(rows, 22, 5)
		b, err := s.Bitmap(q)
		if err != nil {
			t.Fatal(err)
		}
		back, err := b.Phase()
		if err != nil {
			t.Fatal(err)
		}
		if d := q.Apart(back); !(d <= math.Pi/256+1e-9) {
			t.Errorf("%d rows: %g rad off", rows, d)
		}
	}
}

// TestCarrierDeflects looks at a picture of a flat mask: a blazed grating of the
// period along its direction.
func TestCarrierDeflects(t *testing.T) {
	p := PhaseMask{Grid: diffract.Grid{Rows: 8, Cols: 8, Pitch: 8e-6, Wavelength: 532e-9}, Rad: make([]float64, 64)}
	for _, c := range []struct {
		degrees     float64
		right, down int
	}{{0, 1, 0}, {90, 0, 1}, {180, -1, 0}, {-90, 0, -1}} {
		s := SLM{Rows: 8, Cols: 8, Pitch: 8e-6, Bits: 8, Carrier: Carrier{Period: 4, Direction: c.degrees}}
		b, err := s.Bitmap(p)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range b.Levels {
			if want := 64 * ((c.right*(i%8-4) + c.down*(i/8-4) + 16) % 4); int(v) != want {
				t.Fatalf("%g degrees, pixel %d: level %d, want %d", c.degrees, i, v, want)
			}
		}
	}
}

// TestForeignPictures reads what other programs make of pictures.
func TestForeignPictures(t *testing.T) {
	dir := t.TempDir()
	p := randomMask(6, 6, 3)
	s := panel(6)
	b, err := s.Bitmap(p)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "a.png")
	if err := b.WritePNG(path); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	save := func(name string, img image.Image) string {
		var b bytes.Buffer
		if err := png.Encode(&b, img); err != nil {
			t.Fatal(err)
		}
		return write(t, name, b.String())
	}
	plain := save("plain.png", img)
	_, err = ReadBitmap(plain)
	wants(t, "no description", err, "plain.png", "tEXt", "another program")
	again, err := s.ReadBitmap(plain, p.Grid)
	if err != nil {
		t.Fatal(err)
	}
	for i, k := range b.Levels {
		if again.Levels[i] != k {
			t.Fatalf("level %d is %d, want %d", i, again.Levels[i], k)
		}
	}
	s.Cols = 91
	_, err = s.ReadBitmap(plain, p.Grid)
	wants(t, "another size", err, "60 x 90", "60 x 91")
	s.Cols, s.Bits = 90, 12
	_, err = s.ReadBitmap(plain, p.Grid)
	wants(t, "other bits", err, "8 bits", "12 bits")

	gray := img.(*image.Gray)
	gray.Pix[33*90+44] += 1
	_, err = panel(6).ReadBitmap(save("smooth.png", img), p.Grid)
	wants(t, "between levels", err, "row 33, column 44", "multiples of 4")
	colour := image.NewRGBA(img.Bounds())
	colour.Set(1, 1, color.RGBA{1, 2, 3, 255})
	_, err = panel(6).ReadBitmap(save("colour.png", colour), p.Grid)
	wants(t, "colours", err, "grey")

	// Any byte that is changed, and any end that is cut off, is found or harmless.
	for i := range data {
		bad := append([]byte(nil), data...)
		bad[i] ^= 0x41
		if got, err := decode(bad, kindSLM, new(bitmapLabel)); err == nil {
			for j, v := range got.samples {
				if v != b.Levels[j]<<2 {
					t.Fatalf("byte %d changed: sample %d is %d without an error", i, j, v)
				}
			}
		}
		if _, err := decode(data[:i], kindSLM, new(bitmapLabel)); err == nil && i < len(data)-12 {
			t.Fatalf("%d of %d bytes are read without an error", i, len(data))
		}
	}
}

// TestMaskPixelsMustAgree finds a picture whose mask lies elsewhere.
func TestMaskPixelsMustAgree(t *testing.T) {
	p := randomMask(6, 6, 3)
	s := SLM{Rows: 30, Cols: 30, Pitch: 4e-6, Bits: 8}
	b, err := s.Bitmap(p)
	if err != nil {
		t.Fatal(err)
	}
	b.SLM.Right = 1
	_, err = b.Phase()
	wants(t, "shifted by half a pixel", err, "rad off", "check pitch, offset and carrier")
	b.SLM.Right = 0
	b.SLM.Carrier = Carrier{Period: 5}
	_, err = b.Phase()
	wants(t, "without its carrier", err, "check pitch, offset and carrier")
}
