package hardware

import (
	"fmt"

	"lightfast/pnn/diffract"
	"lightfast/pnn/whole"
)

// Material is what a plate is made of.
type Material struct {
	// Index is the refractive index at the wavelength of the mask, relative to
	// that of the medium around: 1.46 for fused silica in air.
	Index float64
	// Base is the thickness of the plate where it is thinnest, in metres.
	Base float64
}

func (m Material) check() error {
	switch {
	case !(m.Index > 1 && m.Index <= 10):
		return fmt.Errorf("hardware: Material.Index is %g, expected a refractive index above 1 (that of the medium around) and up to 10, such as 1.46", m.Index)
	case !(m.Base >= 0 && m.Base <= 1):
		return fmt.Errorf("hardware: Material.Base is %g m, expected a thickness from 0 to 1 m, such as 1e-3", m.Base)
	}
	return nil
}

// Relief is a plate whose thickness delays the light,
//
//	height = base + phase/(2 pi) wavelength/(index - 1),   phase in [0, 2 pi)
type Relief struct {
	Grid     diffract.Grid
	Material Material
	Height   []float64 // metres, from the flat side, row by row
}

// turn is the height of a delay of a wavelength, in metres.
func (m Material) turn(g diffract.Grid) float64 { return g.Wavelength / (m.Index - 1) }

// Relief is the plate for a mask. Whole turns are taken off its phases.
func (m Material) Relief(p PhaseMask) (*Relief, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	r := &Relief{Grid: p.Grid, Material: m, Height: make([]float64, len(p.Rad))}
	full := m.turn(p.Grid)
	for i, v := range p.Rad {
		r.Height[i] = m.Base + float64(full*turns(v))
	}
	return r, nil
}

// Phase is the mask that the plate is.
func (r *Relief) Phase() (PhaseMask, error) {
	if err := r.check(); err != nil {
		return PhaseMask{}, err
	}
	p := PhaseMask{Grid: r.Grid, Rad: make([]float64, len(r.Height))}
	for i := range r.Height {
		p.Rad[i] = radians(fraction(r.delay(i)))
	}
	return p, nil
}

// delay is by how many turns pixel i delays the light more than the base.
func (r *Relief) delay(i int) float64 {
	return (r.Height[i] - r.Material.Base) / r.Material.turn(r.Grid)
}

// check allows heights for the rounding of the files that they come from.
func (r *Relief) check() error {
	if err := r.Material.check(); err != nil {
		return err
	}
	if err := checkPixels(r.Grid, len(r.Height)); err != nil {
		return err
	}
	base, full := r.Material.Base, r.Material.turn(r.Grid)
	slack := float64(1e-6 * (full + base))
	for i, h := range r.Height {
		if !(h >= base-slack && h <= base+full+slack) {
			return fmt.Errorf("hardware: the height of pixel (row %d, column %d) is %g m, expected %g to %g m, from the base to a delay of one wavelength", i/r.Grid.Cols, i%r.Grid.Cols, h, base, base+full)
		}
	}
	return nil
}

const kindRelief = "height"

// reliefLabel describes a plate in its file.
type reliefLabel struct {
	label
	Index float64 `json:"refractive_index"`
	Base  float64 `json:"base_m"`
	Turn  float64 `json:"height_of_65536_m"` // above the base, for pictures
}

func (r *Relief) label() reliefLabel {
	return reliefLabel{label: newLabel(kindRelief, r.Grid), Index: r.Material.Index, Base: r.Material.Base, Turn: r.Material.turn(r.Grid)}
}

func (l reliefLabel) relief() *Relief {
	return &Relief{Grid: l.grid(), Material: Material{Index: l.Index, Base: l.Base}}
}

const reliefLevels = 1 << 16

// WritePNG writes a picture with a pixel for each pixel of the mask and 16 bits a
// sample: sample v is a height of base + v/65536 wavelength/(index - 1).
func (r *Relief) WritePNG(path string) error {
	if err := r.check(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	p := &picture{rows: r.Grid.Rows, cols: r.Grid.Cols, wide: true, samples: make([]uint16, len(r.Height)), pitch: r.Grid.Pitch}
	for i := range r.Height {
		p.samples[i] = uint16(level(fraction(r.delay(i)), reliefLevels))
	}
	data, err := p.encode(r.label())
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return whole.Write(path, data)
}

// ReadRelief reads a picture that [Relief.WritePNG] wrote.
func ReadRelief(path string) (*Relief, error) {
	var l reliefLabel
	p, err := readPicture(path, kindRelief, &l)
	if err != nil {
		return nil, err
	}
	r := l.relief()
	if p.rows != r.Grid.Rows || p.cols != r.Grid.Cols || !p.wide {
		return nil, fmt.Errorf("%s: %d x %d pixels of %d bits, its description says %d x %d pixels of 16 bits", path, p.rows, p.cols, p.depth(), r.Grid.Rows, r.Grid.Cols)
	}
	full := r.Material.turn(r.Grid)
	for _, v := range p.samples {
		r.Height = append(r.Height, r.Material.Base+float64(full*(float64(v)/reliefLevels)))
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

// WriteCSV writes a table of the pixels: row, column, x_um, y_um (from the
// optical axis, to the right and downwards), phase_rad and height_um.
func (r *Relief) WriteCSV(path string) error {
	p, err := r.Phase()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	um := make([]float64, len(r.Height))
	for i, h := range r.Height {
		um[i] = h * 1e6
	}
	return writePixels(path, r.label(), r.Grid, pixelColumn{"phase_rad", p.Rad}, pixelColumn{"height_um", um})
}

// ReadReliefCSV reads the heights of a table that [Relief.WriteCSV] wrote.
func ReadReliefCSV(path string) (*Relief, error) {
	var l reliefLabel
	um, _, err := readPixels(path, kindRelief, &l, "height_um")
	if err != nil {
		return nil, err
	}
	r := l.relief()
	for _, h := range um {
		r.Height = append(r.Height, h/1e6)
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

// Volume is the volume of the plate in cubic metres.
func (r *Relief) Volume() float64 {
	var sum float64
	for _, h := range r.Height {
		sum += h
	}
	return sum * (r.Grid.Pitch * r.Grid.Pitch)
}
