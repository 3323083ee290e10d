package figures

import (
	"fmt"
	"math"

	"lightfast/pnn/diffract"
	"lightfast/pnn/figure"
)

// drawED4 draws, a column for each method: the intensities behind the blocks of
// the laboratory for the first test image, the first modulator of each block, and
// how the test set is classified.
func drawED4(p Profile, r Results) (Drawing, error) {
	s, err := gatherLight("dat-ed4", p, r, jointLight(p))
	if err != nil {
		return Drawing{}, err
	}
	var there []point
	for _, pt := range s.points {
		if pt.result != nil {
			there = append(there, pt)
		}
	}
	f := &figure.Figure{Columns: len(there), WidthCM: 5.4 * float64(len(there))}
	var states, phases, matrices []figure.Panel
	for i, pt := range there {
		planes, err := pt.result.Planes()
		if err != nil {
			return Drawing{}, fmt.Errorf("figures: %s: %w", s.id, err)
		}
		last := i == len(there)-1
		heading := fmt.Sprintf("%s (%s)", pt.way.label, percent(pt.accuracy()))
		for b, plane := range planes.First[0] {
			m, err := amplitudeMap(fmt.Sprintf("%s, state %d", heading, b+1), plane, planes.Side, 0)
			if err != nil {
				return Drawing{}, fmt.Errorf("figures: %s: %w", s.id, err)
			}
			m.HideBar, m.Max = !last, brightest
			states = append(states, m)
		}
		net, err := pt.result.Network()
		if err != nil {
			return Drawing{}, err
		}
		net.Update(nil)
		for b, st := range net.Stages {
			block, ok := st.Element.(*diffract.Block[float32])
			if !ok {
				return Drawing{}, fmt.Errorf("figures: %s: block %d of run %s is no diffractive block", s.id, b+1, pt.run.ID())
			}
			v, err := figure.Grid(block.Phases()[0], block.Layers.Grid.Rows, block.Layers.Grid.Cols)
			if err != nil {
				return Drawing{}, fmt.Errorf("figures: %s: %w", s.id, err)
			}
			m := figure.Map{Title: fmt.Sprintf("%s, block %d, layer 1", pt.way.label, b+1), Values: v, Colours: figure.Phase, HideBar: !last}
			if last {
				m.Label = "phase (rad)"
			}
			phases = append(phases, m)
		}
		c, err := pt.result.Confusion()
		if err != nil {
			return Drawing{}, err
		}
		names := classNames(pt.run.Data)
		matrices = append(matrices, figure.Matrix{
			Title: heading, XLabel: "predicted class", YLabel: "true class", Values: counts(c), RowNames: names, ColumnNames: names,
			Annotate: names == nil, Label: "images", HideBar: !last,
		})
	}
	blocks := multi.blocks
	for b := range blocks {
		for i := range there {
			f.Panels = append(f.Panels, states[i*blocks+b])
		}
	}
	for b := range blocks {
		for i := range there {
			f.Panels = append(f.Panels, phases[i*blocks+b])
		}
	}
	f.Panels = append(f.Panels, matrices...)
	d, err := s.lit(f)
	d.Notes = append(d.Notes,
		"Joint errors: "+describe(p.Diffractive.Joint)+".",
		fmt.Sprintf("States are the amplitudes that the cameras of the laboratory measure behind the blocks for the first test image, in units of the root mean intensity, up to %d; each column is one method. The other modulators are in the checkpoints of the runs.", brightest))
	return d, err
}

// brightest is the largest amplitude that maps of planes tell apart.
const brightest = 4

// amplitudeMap shows a plane of intensities, which are in units of their mean, as
// amplitudes; with a step the plane is the difference from another one.
func amplitudeMap(heading string, intensity []float64, side int, bar float64) (figure.Map, error) {
	a := make([]float64, len(intensity))
	for i, v := range intensity {
		a[i] = math.Sqrt(math.Max(v, 0))
	}
	v, err := figure.Grid(a, side, side)
	return figure.Map{Title: heading, Values: v, Label: "amplitude", Max: bar}, err
}

// describe writes what was built wrong.
func describe(d diffract.Deviations) string {
	text := ""
	for _, k := range deviations {
		if v := *k.of(&d) / k.factor; v != 0 {
			if text != "" {
				text += ", "
			}
			text += errorLabel(k.kind, math.Round(1e6*v)/1e6)
		}
	}
	return text
}
