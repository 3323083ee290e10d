package figures

import (
	"fmt"
	"math"

	"lightfast/pnn/artifact"
	"lightfast/pnn/dataset"
	"lightfast/pnn/experiment"
)

// sweep is the table of the runs, one row a run. Accuracies are fractions; a run
// without a result has none and best epoch 0.
func (s study) sweep() artifact.Table {
	n, run := len(s.points), func(i int) experiment.Run { return s.points[i].run }
	return artifact.Table{Columns: []artifact.Column{
		texts("id", n, func(i int) string { return run(i).ID() }),
		texts("method", n, func(i int) string { return s.points[i].way.label }),
		texts("data", n, func(i int) string { return run(i).Data }),
		floats("phase_sigma", "rad", n, func(i int) float64 { return run(i).Chip.Phase }),
		floats("splitter_sigma", "1", n, func(i int) float64 { return run(i).Chip.Splitter }),
		texts("features", n, func(i int) string {
			f := run(i).Features
			if f == [3]int{} {
				return ""
			}
			return fmt.Sprintf("%d-%d-%d", f[0], f[1], f[2])
		}),
		ints("internal_states", n, func(i int) int { return len(run(i).States) }),
		flags("separable", n, func(i int) bool { return run(i).Separable }),
		ints("epochs", n, func(i int) int { return run(i).Epochs }),
		ints("train", n, func(i int) int { return run(i).Train }),
		ints("seed", n, func(i int) int { return int(run(i).Seed) }),
		ints("chip_seed", n, func(i int) int { return int(run(i).Chip.Seed) }),
		ints("best_epoch", n, func(i int) int {
			if s.points[i].result == nil {
				return 0
			}
			return s.points[i].result.BestEpoch
		}),
		floats("accuracy", "1", n, func(i int) float64 { return s.points[i].fraction() }),
		floats("published_accuracy", "1", n, func(i int) float64 { return s.points[i].published() / 100 }),
	}}
}

// values compares each accuracy with the published one. Only methods that train
// on the chip are held to it, under the published protocol: the accuracy of a
// direct deployment is a property of the chip.
func (s study) values() (vs []Value) {
	for _, pt := range s.points {
		paper := pt.published()
		if math.IsNaN(paper) {
			continue
		}
		v := Value{What: fmt.Sprintf("%s, %s, %s", pt.way.label, dataset.Title(pt.run.Data), pt.run.Chip.Describe()), Ours: pt.accuracy(), Paper: paper, Unit: "%"}
		if s.p.Name == "paper" && pt.way.method != experiment.Direct {
			v.Tolerance = 1
		}
		vs = append(vs, v)
	}
	return vs
}

// floats is a column of n numbers; where there is none, f gives NaN.
func floats(name, unit string, n int, f func(i int) float64) artifact.Column {
	c := artifact.Column{Name: name, Unit: unit, Floats: make([]float64, n), Missing: make([]bool, n)}
	for i := range n {
		c.Floats[i] = f(i)
		c.Missing[i] = math.IsNaN(c.Floats[i])
	}
	return c
}

func ints(name string, n int, f func(i int) int) artifact.Column {
	c := artifact.Column{Name: name, Ints: make([]int64, n)}
	for i := range n {
		c.Ints[i] = int64(f(i))
	}
	return c
}

func texts(name string, n int, f func(i int) string) artifact.Column {
	c := artifact.Column{Name: name, Strings: make([]string, n)}
	for i := range n {
		c.Strings[i] = f(i)
	}
	return c
}

func flags(name string, n int, f func(i int) bool) artifact.Column {
	c := artifact.Column{Name: name, Bools: make([]bool, n)}
	for i := range n {
		c.Bools[i] = f(i)
	}
	return c
}
