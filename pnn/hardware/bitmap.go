package hardware

import (
	"fmt"
	"math"

	"lightfast/pnn/diffract"
	"lightfast/pnn/whole"
)

// Bitmap is the picture that an SLM shows for a mask.
type Bitmap struct {
	SLM    SLM
	Grid   diffract.Grid // of the mask
	Levels []uint16      // of every pixel of the panel, row by row: 0 to 2^Bits - 1
}

// Bitmap is the picture that shows a mask: the phase and that of the carrier,
// rounded to the nearest grey level. The carrier is 0 in the middle of the panel.
func (s SLM) Bitmap(p PhaseMask) (*Bitmap, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	at, err := s.place(p.Grid)
	if err != nil {
		return nil, err
	}
	levels := newScale(s.Response, s.Bits)
	b := &Bitmap{SLM: s, Grid: p.Grid, Levels: make([]uint16, s.Rows*s.Cols)}
	dark := uint16(levels.level(0))
	for i := range b.Levels {
		b.Levels[i] = dark
	}
	for i := range at.rows {
		from := p.Rad[at.under(i, p.Grid.Rows)*p.Grid.Cols:][:p.Grid.Cols]
		row, left := at.top+i, at.left
		for j := range at.cols {
			f := turns(from[at.under(j, p.Grid.Cols)]) + s.carried(row, left+j)
			b.Levels[row*s.Cols+left+j] = uint16(levels.level(f))
		}
	}
	return b, nil
}

// carried is the phase of the carrier at a pixel, in turns.
func (s SLM) carried(row, col int) float64 {
	x, y := s.Carrier.slopes()
	return float64(x*float64(col-s.Cols/2)) + float64(y*float64(row-s.Rows/2))
}

// Phase is the mask that the picture shows, without the carrier: what the panel
// shows at the centres of the mask's pixels. It refuses a picture that is not
// constant, to one level, over a pixel of the mask, since that shows another
// mask or a mask that lies elsewhere.
func (b *Bitmap) Phase() (PhaseMask, error) {
	none := PhaseMask{}
	if err := b.SLM.check(); err != nil {
		return none, err
	}
	if err := b.Grid.Check(); err != nil {
		return none, err
	}
	at, err := b.SLM.place(b.Grid)
	if err != nil {
		return none, err
	}
	if len(b.Levels) != b.SLM.Rows*b.SLM.Cols {
		return none, fmt.Errorf("hardware: a picture of %d pixels for a panel of %d x %d", len(b.Levels), b.SLM.Rows, b.SLM.Cols)
	}
	levels := newScale(b.SLM.Response, b.SLM.Bits)
	shown := func(row, col int) (float64, error) {
		k := int(b.Levels[row*b.SLM.Cols+col])
		if k >= len(levels.turns) {
			return 0, fmt.Errorf("hardware: pixel (row %d, column %d) of the picture has grey level %d, expected 0 to %d, the levels of the first turn", row, col, k, len(levels.turns)-1)
		}
		return fraction(levels.at(k) - b.SLM.carried(row, col)), nil
	}
	p := PhaseMask{Grid: b.Grid, Rad: make([]float64, b.Grid.Pixels())}
	for r := range b.Grid.Rows {
		for c := range b.Grid.Cols {
			f, err := shown(at.top+at.over(r), at.left+at.over(c))
			if err != nil {
				return none, err
			}
			p.Rad[r*b.Grid.Cols+c] = radians(f)
		}
	}
	// Two pixels that show the same phase differ by half a step each.
	allowed := radians(levels.gap()) + 1e-9
	for i := range at.rows {
		for j := range at.cols {
			f, err := shown(at.top+i, at.left+j)
			if err != nil {
				return none, err
			}
			r, c := at.under(i, b.Grid.Rows), at.under(j, b.Grid.Cols)
			if d := apart(radians(f), p.Rad[r*b.Grid.Cols+c]); d > allowed {
				return none, fmt.Errorf("hardware: pixel (row %d, column %d) of the picture is %.3g rad off the centre of pixel (row %d, column %d) of the mask, expected up to %.3g rad; check pitch, offset and carrier",
					at.top+i, at.left+j, d, r, c, allowed)
			}
		}
	}
	return p, nil
}

const kindSLM = "slm"

// bitmapLabel describes a picture in its file.
type bitmapLabel struct {
	label
	PanelPitch  float64   `json:"panel_pitch_m"`
	Bits        int       `json:"bits"`
	LowBits     bool      `json:"low_bits"`
	Right       int       `json:"right"`
	Down        int       `json:"down"`
	Period      float64   `json:"carrier_period"`
	Direction   float64   `json:"carrier_degrees"`
	Grey        []int     `json:"response_grey,omitempty"`
	ResponseRad []float64 `json:"response_rad,omitempty"`
}

// WritePNG writes the picture, with 8 bits a sample for levels of up to 8 bits,
// else 16, as large as the panel.
func (b *Bitmap) WritePNG(path string) error {
	if _, err := b.Phase(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	s := b.SLM
	l := bitmapLabel{label: newLabel(kindSLM, b.Grid), PanelPitch: s.Pitch, Bits: s.Bits, LowBits: s.LowBits, Right: s.Right, Down: s.Down,
		Period: s.Carrier.Period, Direction: s.Carrier.Direction}
	if s.Response != nil {
		l.Grey, l.ResponseRad = s.Response.Grey, s.Response.Rad
	}
	p := &picture{rows: s.Rows, cols: s.Cols, wide: s.Bits > 8, samples: make([]uint16, len(b.Levels)), pitch: s.Pitch}
	for i, k := range b.Levels {
		p.samples[i] = k << s.shift()
	}
	data, err := p.encode(l)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return whole.Write(path, data)
}

// shift is by how many bits levels stand to the left in a sample.
func (s SLM) shift() int {
	switch {
	case s.LowBits:
		return 0
	case s.Bits > 8:
		return 16 - s.Bits
	}
	return 8 - s.Bits
}

// ReadBitmap reads a picture that WritePNG wrote.
func ReadBitmap(path string) (*Bitmap, error) {
	var l bitmapLabel
	p, err := readPicture(path, kindSLM, &l)
	if err != nil {
		return nil, err
	}
	s := SLM{Rows: p.rows, Cols: p.cols, Pitch: l.PanelPitch, Bits: l.Bits, LowBits: l.LowBits, Right: l.Right, Down: l.Down,
		Carrier: Carrier{Period: l.Period, Direction: l.Direction}}
	if len(l.Grey) > 0 || len(l.ResponseRad) > 0 {
		s.Response = &Response{Grey: l.Grey, Rad: l.ResponseRad}
	}
	return s.bitmap(path, p, l.grid())
}

// ReadBitmap reads a picture for this modulator that says nothing about itself,
// as other programs leave it. g is the grid of its mask.
func (s SLM) ReadBitmap(path string, g diffract.Grid) (*Bitmap, error) {
	p, err := readPicture(path, "", nil)
	if err != nil {
		return nil, err
	}
	return s.bitmap(path, p, g)
}

func (s SLM) bitmap(path string, p *picture, g diffract.Grid) (*Bitmap, error) {
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := g.Check(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if p.rows != s.Rows || p.cols != s.Cols {
		return nil, fmt.Errorf("%s: %d x %d pixels (rows x columns), the panel has %d x %d", path, p.rows, p.cols, s.Rows, s.Cols)
	}
	if p.wide != (s.Bits > 8) {
		return nil, fmt.Errorf("%s: samples of %d bits for grey levels of %d bits; levels of up to 8 bits are in pictures of 8 bits, others in pictures of 16", path, p.depth(), s.Bits)
	}
	b := &Bitmap{SLM: s, Grid: g, Levels: make([]uint16, len(p.samples))}
	for i, v := range p.samples {
		k := v >> s.shift()
		if k<<s.shift() != v || int(k) > 1<<s.Bits-1 {
			return nil, fmt.Errorf("%s: pixel (row %d, column %d) is %d, expected a grey level of %d bits (%s); was the picture scaled or smoothed?", path, i/p.cols, i%p.cols, v, s.Bits, s.samples())
		}
		b.Levels[i] = k
	}
	if _, err := b.Phase(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}

// samples describes the samples of a picture.
func (s SLM) samples() string {
	if s.shift() == 0 {
		return fmt.Sprintf("0 to %d", 1<<s.Bits-1)
	}
	return fmt.Sprintf("multiples of %.0f", math.Ldexp(1, s.shift()))
}
