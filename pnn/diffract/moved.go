package diffract

// Move puts the modulator out of its place in the light: at each pixel light meets
// the pixel of the modulator that a brings there, the nearest one, as pixels are
// squares of one value; see [Affine]. Beyond its edge a phase plate is clear and an
// amplitude mask dark. The zero value puts it back; weights stay as they are.
// [Modulator.Update] makes it take effect, in which [Modulator.Accumulate] then
// passes gradients back to the pixels that they are of.
func (m *Modulator[T]) Move(a Affine) error {
	if m.away == nil {
		w, err := NewWarp[float64](m.Grid.Rows, m.Grid.Cols, a, Nearest)
		if err != nil {
			return err
		}
		m.away, m.own = w, make([]float64, m.Grid.Pixels())
	} else if err := m.away.Set(a); err != nil {
		return err
	}
	m.moved = a != Affine{} && a != Affine{Scale: 1}
	return nil
}

// met is the phase in turns or the amplitude that light meets at a pixel.
func (m *Modulator[T]) met(i int) float64 {
	if !m.moved {
		return m.value(i)
	}
	if at := m.away.from[i]; at >= 0 {
		return m.value(int(at))
	}
	return 0
}

// pull takes the gradients of what light has met back to the pixels it has met.
func (m *Modulator[T]) pull() {
	if m.moved {
		fits(m.away.PlaneBackward(m.own, m.pixel))
		m.pixel, m.own = m.own, m.pixel
	}
}

// Move puts all modulators out of their place, together; see [Modulator.Move]. The
// next Updating makes it take effect. It must not run at the same time as Forward or
// Backward.
func (b *Block[T]) Move(a Affine) error {
	if err := a.check(); err != nil {
		return err
	}
	for _, m := range b.Modulators {
		if err := m.Move(a); err != nil {
			return err
		}
	}
	return nil
}
