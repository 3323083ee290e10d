package hardware

import (
	"fmt"
	"math"

	"lightfast/pnn/diffract"
)

// SLM is a spatial light modulator for phases: a panel of pixels whose grey
// levels set the phase of the light.
//
// A mask lies on the middle of the panel, or Right and Down of it. A pixel of the
// panel shows the pixel of the mask below its centre, so a mask of twice the
// pitch fills 2 x 2 pixels with each of its own. The pitch of the mask is that
// of the panel or larger; where it is no multiple of it, pixels of the mask
// differ in size by one pixel of the panel. Around the mask the panel shows
// phase 0, without carrier.
type SLM struct {
	Rows, Cols  int
	Pitch       float64   // metres from pixel to pixel
	Bits        int       // of a grey level, 1 to 16
	Response    *Response // nil: level k of n is a phase of 2 pi k/n
	Right, Down int       // pixels of the panel that the mask lies off the middle
	Carrier     Carrier
	// LowBits puts levels into the low bits of the samples of a picture, for
	// software that takes 10-bit levels as 0 to 1023. Else they are in the high
	// bits, so that a sample of a linear modulator means the same share of a turn
	// whatever the number of bits.
	LowBits bool
}

// maxPanel bounds the sides of panels and pictures.
const maxPanel = 1 << 14

func (s SLM) check() error {
	switch {
	case s.Rows < 1 || s.Cols < 1 || s.Rows > maxPanel || s.Cols > maxPanel:
		return fmt.Errorf("hardware: a panel of %d rows and %d columns, expected 1 to %d of each, as 1080 and 1920", s.Rows, s.Cols, maxPanel)
	case !(s.Pitch > 0) || math.IsInf(s.Pitch, 0):
		return fmt.Errorf("hardware: SLM.Pitch is %g m, expected a positive length such as 8e-6", s.Pitch)
	}
	if err := checkBits(s.Bits); err != nil {
		return err
	}
	if s.Response != nil {
		if err := s.Response.check(s.Bits); err != nil {
			return err
		}
	}
	return s.Carrier.check()
}

// Resolution is the largest error of a phase that the grey levels leave, in
// radians: half of their largest step.
func (s SLM) Resolution() (float64, error) {
	if err := s.check(); err != nil {
		return 0, err
	}
	return radians(newScale(s.Response, s.Bits).gap() / 2), nil
}

// place is where a mask lies on a panel.
type place struct {
	top, left  int     // its first pixel
	rows, cols int     // its size in pixels of the panel
	ratio      float64 // pixels of the panel a pixel of the mask
	mask       diffract.Grid
}

func (s SLM) place(g diffract.Grid) (place, error) {
	p := place{ratio: g.Pitch / s.Pitch, mask: g}
	if whole := math.Round(p.ratio); whole >= 1 && math.Abs(p.ratio-whole) < float64(1e-6*whole) {
		p.ratio = whole // 8e-6 here, 4e-6 twice there
	}
	if p.ratio < 1 {
		return p, fmt.Errorf("hardware: the mask has pixels of %.6g um, the panel of %.6g um; expected pixels at least as large as the panel's: train the mask at its pitch or a multiple", g.Pitch*1e6, s.Pitch*1e6)
	}
	// A ratio beyond the panel would overflow an int below.
	h, w := float64(p.ratio*float64(g.Rows)), float64(p.ratio*float64(g.Cols))
	if h > float64(s.Rows) || w > float64(s.Cols) {
		return p, fmt.Errorf("hardware: a mask of %d x %d pixels of %.6g um needs %.0f x %.0f pixels of %.6g um, the panel has %d x %d (rows x columns); use a larger panel or a smaller mask",
			g.Rows, g.Cols, g.Pitch*1e6, math.Ceil(h), math.Ceil(w), s.Pitch*1e6, s.Rows, s.Cols)
	}
	// A pixel whose centre the mask does not reach is not the mask's.
	p.rows, p.cols = int(math.Ceil(h-0.5)), int(math.Ceil(w-0.5))
	p.top, p.left = (s.Rows-p.rows)/2, (s.Cols-p.cols)/2
	up, side := p.top, p.left
	if s.Down < -up || s.Down > s.Rows-p.rows-up || s.Right < -side || s.Right > s.Cols-p.cols-side {
		return p, fmt.Errorf("hardware: an offset of %d right and %d down moves the mask of %d x %d pixels off the panel of %d x %d (rows x columns); expected %d to %d right and %d to %d down",
			s.Right, s.Down, p.rows, p.cols, s.Rows, s.Cols, -side, s.Cols-p.cols-side, -up, s.Rows-p.rows-up)
	}
	p.top, p.left = p.top+s.Down, p.left+s.Right
	return p, nil
}

// under is the pixel of the mask under a pixel of the panel, counted from the
// first one of the mask, along one side of n pixels.
func (p place) under(i, n int) int {
	return min(n-1, int(math.Floor((float64(i)+0.5)/p.ratio)))
}

// over is the pixel of the panel, likewise, over the centre of a pixel of the
// mask.
func (p place) over(k int) int {
	return int(math.Floor(float64((float64(k) + 0.5) * p.ratio)))
}
