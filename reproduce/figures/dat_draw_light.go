package figures

import (
	"fmt"
	"math"

	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
)

// gatherLight finds the results of the runs of diffractive networks that a figure
// lists, in their order.
func gatherLight(id string, p Profile, r Results, ts []attempt) (study, error) {
	d := p.Diffractive
	s := study{id: id, p: p}
	s.p.Template, s.p.Given = d.Run, nil
	if n := d.Optics.Side; n > 0 {
		s.more = append(s.more, fmt.Sprintf("%d x %d pixels", n, n))
	}
	if d.Longer > 0 {
		s.more = append(s.more, fmt.Sprintf("without predictors %d epochs", d.Longer))
	}
	for i, t := range ts {
		res, err := r(t.run)
		if err != nil {
			return s, fmt.Errorf("figures: %s: %w", id, err)
		}
		s.points = append(s.points, point{t.way, t.run, res})
		switch b := t.run.Batch; {
		case i == 0:
			s.p.Template.Batch = b
		case b != ts[i-1].run.Batch:
			s.more = append(s.more, fmt.Sprintf("%s batch %d", t.net.name, b))
		}
	}
	return s, nil
}

// of is the point of a attempt.
func (s study) of(t attempt) point {
	id := t.run.ID()
	for _, pt := range s.points {
		if pt.run.ID() == id {
			return pt
		}
	}
	return point{way: t.way, run: t.run}
}

// repeated is the mean accuracy in percent of the repeats of an attempt that have a
// result, with their standard deviation, NaN of fewer than two.
func (s study) repeated(ts []attempt) (mean, deviation float64) {
	var accuracies []float64
	for _, t := range ts {
		accuracies = append(accuracies, s.of(t).accuracy())
	}
	return spread(accuracies)
}

// ideal is the result in silico that a direct deployment measures, nil if there
// is none yet.
func (s study) ideal(r Results, t attempt) (point, error) {
	base := t.run.Base()
	res, err := r(base)
	if err != nil {
		return point{}, fmt.Errorf("figures: %s: %w", s.id, err)
	}
	return point{t.way, base, res}, nil
}

// setup says in a note where the numbers come from.
const setup = "Wavelength, planes, distances and levels of error are our own setup: those of the paper are not public, so that only the order of the methods can be compared with it."

// lightTable lists the runs, one row a run, with the deviations of what was built.
// Differences are the root mean square ones of the model's intensities behind the
// last block from the laboratory's, in units of the mean, with the predictions of
// its errors and without.
func (s study) lightTable() (artifact.Table, error) {
	n := len(s.points)
	difference, uncorrected := make([][]float64, n), make([][]float64, n)
	for i, pt := range s.points {
		if pt.result == nil {
			continue
		}
		var err error
		if difference[i], uncorrected[i], err = pt.result.Differences(); err != nil {
			return artifact.Table{}, err
		}
	}
	at := func(i int) *experiment.Diffracting { return s.points[i].run.Diffracting }
	last := func(v []float64) float64 {
		if len(v) == 0 {
			return math.NaN()
		}
		return v[len(v)-1]
	}
	t := artifact.Table{Columns: []artifact.Column{
		texts("id", n, func(i int) string { return s.points[i].run.ID() }),
		texts("method", n, func(i int) string { return s.points[i].way.label }),
		texts("data", n, func(i int) string { return s.points[i].run.Data }),
		ints("blocks", n, func(i int) int { return at(i).Blocks }),
		ints("layers", n, func(i int) int { return at(i).Layers }),
	}}
	for _, c := range []struct{ name, unit string }{{"shift", "px"}, {"rotation", "deg"}, {"z", "m"}, {"scale", "1"}, {"phase", "rad"}} {
		t.Columns = append(t.Columns, floats(c.name, c.unit, n, func(i int) float64 {
			b := at(i).Built
			switch c.name {
			case "shift":
				return b.Shift
			case "rotation":
				return b.Rotation
			case "z":
				return b.Z
			case "scale":
				return b.Scale
			}
			return b.Phase
		}))
	}
	t.Columns = append(t.Columns,
		ints("day", n, func(i int) int { return at(i).Day }),
		flags("calibrated", n, func(i int) bool { return at(i).Calibrated }),
		ints("internal_states", n, func(i int) int { return len(s.points[i].run.States) }),
		ints("epochs", n, func(i int) int { return s.points[i].run.Epochs }),
		ints("train", n, func(i int) int { return s.points[i].run.Train }),
		ints("seed", n, func(i int) int { return int(s.points[i].run.Seed) }),
		ints("chip_seed", n, func(i int) int { return int(s.points[i].run.Chip.Seed) }),
		ints("best_epoch", n, func(i int) int {
			if s.points[i].result == nil {
				return 0
			}
			return s.points[i].result.BestEpoch
		}),
		floats("accuracy", "1", n, func(i int) float64 { return s.points[i].fraction() }),
		floats("difference", "1", n, func(i int) float64 { return last(difference[i]) }),
		floats("difference_uncorrected", "1", n, func(i int) float64 { return last(uncorrected[i]) }),
	)
	return t, nil
}
