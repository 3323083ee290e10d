package hardware

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"

	"lightfast/pnn/diffract"
	"lightfast/pnn/whole"
)

// The surface of a plate is a flat square for each pixel, walls between them,
// the sides and the flat bottom. Walls lean by 1/64 of the pitch to either side
// of the border between two pixels: with upright ones, four would meet in one
// edge where two pixels that touch at a corner stand above the other two, and
// programs for printers reject that. Leaning walls and the corners between them
// (four triangles around a point of mean height) keep the volume of upright ones.
const lean = 1.0 / 64

// maxSurface is the number of pixels whose triangles fill a file of maxFile.
const maxSurface = 2 << 20

const (
	stlHeader   = 80
	stlTriangle = 50
	stlMagic    = "lightfast relief "
)

// WriteSTL writes the plate as a binary STL file in millimetres: a closed
// surface, the flat side at z = 0. Seen from above, rows run downwards and
// columns to the right as in a picture of the mask, from x = 0 to the width and
// from y = the height down to 0.
func (r *Relief) WriteSTL(path string) error {
	data, err := r.stl()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return whole.Write(path, data)
}

func (r *Relief) stl() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	if r.Material.Base <= 0 {
		return nil, fmt.Errorf("hardware: Material.Base is 0, expected a positive thickness such as 1e-3 m: without it the surface has holes where the phase is 0")
	}
	if r.Grid.Pixels() > maxSurface {
		return nil, fmt.Errorf("hardware: a surface of %d x %d pixels, expected up to %d pixels in all (1 GiB); write a height map as PNG or CSV", r.Grid.Rows, r.Grid.Cols, maxSurface)
	}
	x, err := ticks(r.Grid.Cols, r.Grid.Pitch*1e3)
	if err != nil {
		return nil, err
	}
	y, err := ticks(r.Grid.Rows, r.Grid.Pitch*1e3)
	if err != nil {
		return nil, err
	}
	s := &surface{rows: r.Grid.Rows, cols: r.Grid.Cols, x: x, y: y, z: make([]float32, len(r.Height))}
	for i, h := range r.Height {
		s.z[i] = float32(h * 1e3)
	}
	s.out = append(s.out, r.header()...)
	s.out = append(s.out, 0, 0, 0, 0) // the number of triangles
	s.top()
	s.sides()
	binary.LittleEndian.PutUint32(s.out[stlHeader:], uint32((len(s.out)-stlHeader-4)/stlTriangle))
	return s.out, nil
}

// header describes the plate in the 80 bytes that other programs do not read:
// rows, columns, pitch and wavelength in metres, index, base in metres. Numbers
// get fewer digits if they do not fit.
func (r *Relief) header() []byte {
	digits := -1 // as many as it takes
	for {
		t := fmt.Sprintf("%s%d %d", stlMagic, r.Grid.Rows, r.Grid.Cols)
		for _, v := range []float64{r.Grid.Pitch, r.Grid.Wavelength, r.Material.Index, r.Material.Base} {
			t += " " + strconv.FormatFloat(v, 'g', digits, 64)
		}
		if len(t) <= stlHeader {
			return append([]byte(t), make([]byte, stlHeader-len(t))...)
		}
		if digits < 0 {
			digits = 16
		}
		digits-- // 8 digits always fit
	}
}

// ticks are the edges of the flat parts of n pixels, two for each, and the
// borders of the pixels.
func ticks(n int, pitch float64) (t axis, err error) {
	for i := range n {
		lo, hi := (float64(i)+lean)*pitch, (float64(i+1)-lean)*pitch
		if i == 0 {
			lo = 0
		}
		if i == n-1 {
			hi = float64(n) * pitch
		}
		t.flat = append(t.flat, float32(lo), float32(hi))
		t.border = append(t.border, float32(float64(i)*pitch))
	}
	for i := 1; i < n; i++ {
		if !(t.flat[2*i-1] < t.border[i] && t.border[i] < t.flat[2*i]) {
			return t, fmt.Errorf("hardware: %d pixels of %.6g mm are too many for the float32 coordinates of an STL file; write the mask in parts", n, pitch)
		}
	}
	return t, nil
}

// axis is where things are along one side, in millimetres.
type axis struct {
	flat   []float32 // 2 for each pixel
	border []float32 // the beginning of each pixel
}

type point [3]float32

// surface collects triangles. Rows run downwards, y upwards.
type surface struct {
	rows, cols int
	x, y       axis
	z          []float32 // by pixel
	out        []byte
}

// at is a corner of the flat part of a pixel: tick i of the rows, j of the
// columns.
func (s *surface) at(i, j int) point {
	return point{s.x.flat[j], s.up(s.y.flat[i]), s.z[i/2*s.cols+j/2]}
}

// up turns a place along the rows into y.
func (s *surface) up(y float32) float32 { return s.y.flat[len(s.y.flat)-1] - y }

// foot is what lies under a point on the bottom.
func foot(p point) point { return point{p[0], p[1], 0} }

// top adds flat parts, walls and corners.
func (s *surface) top() {
	for i := range 2*s.rows - 1 {
		for j := range 2*s.cols - 1 {
			nw, ne, se, sw := s.at(i, j), s.at(i, j+1), s.at(i+1, j+1), s.at(i+1, j)
			if i%2 == 0 || j%2 == 0 {
				s.quad(nw, sw, se, ne)
				continue
			}
			mean := (float64(nw[2]) + float64(ne[2]) + float64(se[2]) + float64(sw[2])) / 4
			m := point{s.x.border[(j+1)/2], s.up(s.y.border[(i+1)/2]), float32(mean)}
			s.triangle(m, nw, sw)
			s.triangle(m, sw, se)
			s.triangle(m, se, ne)
			s.triangle(m, ne, nw)
		}
	}
}

// sides adds the upright sides and, as a fan, the bottom.
func (s *surface) sides() {
	var rim []point // counterclockwise, seen from above
	bottom, right := 2*s.rows-1, 2*s.cols-1
	for i := range bottom {
		rim = append(rim, s.at(i, 0))
	}
	for j := range right {
		rim = append(rim, s.at(bottom, j))
	}
	for i := bottom; i > 0; i-- {
		rim = append(rim, s.at(i, right))
	}
	for j := right; j > 0; j-- {
		rim = append(rim, s.at(0, j))
	}
	middle := point{s.x.flat[right] / 2, s.y.flat[bottom] / 2, 0}
	for k, p := range rim {
		q := rim[(k+1)%len(rim)]
		s.quad(foot(p), foot(q), q, p)
		s.triangle(middle, foot(q), foot(p))
	}
}

// quad adds a quadrangle whose corners run counterclockwise seen from outside.
func (s *surface) quad(a, b, c, d point) {
	s.triangle(a, b, c)
	s.triangle(a, c, d)
}

func (s *surface) triangle(a, b, c point) {
	var u, v [3]float64
	for k := range 3 {
		u[k], v[k] = float64(b[k])-float64(a[k]), float64(c[k])-float64(a[k])
	}
	n := [3]float64{
		float64(u[1]*v[2]) - float64(u[2]*v[1]),
		float64(u[2]*v[0]) - float64(u[0]*v[2]),
		float64(u[0]*v[1]) - float64(u[1]*v[0]),
	}
	length := math.Sqrt(float64(n[0]*n[0]) + float64(n[1]*n[1]) + float64(n[2]*n[2]))
	for k := range n {
		s.float(float32(n[k] / length))
	}
	for _, p := range [3]point{a, b, c} {
		for _, x := range p {
			s.float(x)
		}
	}
	s.out = append(s.out, 0, 0)
}

func (s *surface) float(x float32) {
	s.out = binary.LittleEndian.AppendUint32(s.out, math.Float32bits(x))
}

// ReadSTL reads the heights from a file that [Relief.WriteSTL] wrote.
func ReadSTL(path string) (*Relief, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	r, err := readSTL(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

func readSTL(data []byte) (*Relief, error) {
	if len(data) < stlHeader+4 || !strings.HasPrefix(string(data[:stlHeader]), stlMagic) {
		return nil, fmt.Errorf("not the binary STL file of a plate: its header does not begin with %q; read the file that Lightfast wrote", stlMagic)
	}
	r := &Relief{}
	text := strings.TrimRight(string(data[len(stlMagic):stlHeader]), "\x00")
	if _, err := fmt.Sscan(text, &r.Grid.Rows, &r.Grid.Cols, &r.Grid.Pitch, &r.Grid.Wavelength, &r.Material.Index, &r.Material.Base); err != nil {
		return nil, fmt.Errorf("its header is %q, expected rows, columns, pitch, wavelength, index and base", text)
	}
	if err := r.Grid.Check(); err != nil {
		return nil, err
	}
	if err := r.Material.check(); err != nil {
		return nil, err
	}
	count := int(binary.LittleEndian.Uint32(data[stlHeader:]))
	if body := len(data) - stlHeader - 4; body != count*stlTriangle || count < 2*r.Grid.Pixels() {
		return nil, fmt.Errorf("%d bytes of triangles for %d triangles of %d pixels; the file is cut off or damaged", body, count, r.Grid.Pixels())
	}
	heights, err := flatHeights(data[stlHeader+4:], r.Grid)
	if err != nil {
		return nil, err
	}
	r.Height = heights
	return r, r.check()
}

// flatHeights are the heights of the flat parts, each of two triangles, in metres.
func flatHeights(triangles []byte, g diffract.Grid) ([]float64, error) {
	heights, parts := make([]float64, g.Pixels()), make([]int, g.Pixels())
	pitch := g.Pitch * 1e3
	for t := triangles; len(t) > 0; t = t[stlTriangle:] {
		var lo, hi [3]float64
		for k := range 9 {
			v := float64(math.Float32frombits(binary.LittleEndian.Uint32(t[12+4*k:])))
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("a corner of triangle %d is not finite; the file is damaged", (len(triangles)-len(t))/stlTriangle)
			}
			if k < 3 || v < lo[k%3] {
				lo[k%3] = v
			}
			if k < 3 || v > hi[k%3] {
				hi[k%3] = v
			}
		}
		// Walls and corners are narrow, sides upright, and the bottom is at 0.
		if lo[2] != hi[2] || lo[2] <= 0 || hi[0]-lo[0] < pitch/2 || hi[1]-lo[1] < pitch/2 {
			continue
		}
		col := math.Floor((lo[0] + hi[0]) / 2 / pitch)
		row := math.Floor(float64(g.Rows) - (lo[1]+hi[1])/2/pitch)
		if !(row >= 0 && row < float64(g.Rows) && col >= 0 && col < float64(g.Cols)) {
			return nil, fmt.Errorf("triangle %d lies beyond the plate; the file is damaged", (len(triangles)-len(t))/stlTriangle)
		}
		i := int(row)*g.Cols + int(col)
		h := lo[2] / 1e3
		if parts[i] > 0 && h != heights[i] {
			return nil, fmt.Errorf("pixel (row %d, column %d) is not flat: %g and %g m; the file is damaged or was changed", int(row), int(col), heights[i], h)
		}
		heights[i] = h
		parts[i]++
	}
	for i, n := range parts {
		if n != 2 {
			return nil, fmt.Errorf("pixel (row %d, column %d) has %d flat triangles, expected 2; the file is damaged or was changed", i/g.Cols, i%g.Cols, n)
		}
	}
	return heights, nil
}
