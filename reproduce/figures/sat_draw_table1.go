package figures

import (
	"fmt"
	"math"
	"strings"

	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
)

// qualities are the words of the paper's Table 1 for a method: accuracy once it is
// deployed, accuracy after transfer to other devices, cost of training.
type qualities struct{ deployed, transferred, cost string }

// table1 is Table 1 for the methods that exist here, by their label. BP is in silico;
// PAT and DAT are among the methods in situ.
var table1 = map[string]qualities{
	"BP":            {"low", "mid", "O(T0)"},
	"NAT":           {"mid", "mid", "O(T0)"},
	"PAT":           {"high", "low", "O(T0)"},
	"DAT":           {"high", "low", "O(T0)"},
	"SAT in silico": {"high", "high", "O(T0)"},
	"SAT in situ":   {"high", "high", "O(T0)"},
}

// passes of a step through the network: forward and backward on the model, and light
// through the chip.
type passes struct{ forward, backward, chip int }

// passesOf a step of a method. DAT takes two forward and back: one for its error
// predictors, one for the parameters.
func passesOf(method string) passes {
	switch method {
	case experiment.PAT:
		return passes{1, 1, 1}
	case experiment.DAT:
		return passes{2, 2, 1}
	case experiment.SAT:
		return passes{2, 2, 0}
	case experiment.InSitu:
		return passes{2, 2, 2}
	}
	return passes{1, 1, 0}
}

// drawSATTable1 draws the numbers below the words.
func drawSATTable1(p Profile, r Results) (Drawing, error) {
	s, err := studyHybrids("sat-table1", p, r, p.meshTrials(meshWays...))
	if err != nil {
		return Drawing{}, err
	}
	type line struct {
		w           meshWay
		chip, fresh float64
		eigen       float64
		seeds       int
		passes      passes
	}
	var lines []line
	var groups []string
	mine := figure.BarSeries{Label: "on the chip of training"}
	fresh := figure.BarSeries{Label: "on five fresh chips"}
	cost := figure.BarSeries{Label: "passes of the model and its adjoint"}
	light := figure.BarSeries{Label: "passes of light through the chip"}
	for i, w := range meshWays {
		t := s.trials[i]
		l := line{w: w, chip: math.NaN(), fresh: math.NaN(), eigen: math.NaN(), seeds: len(t.there()), passes: passesOf(w.method)}
		if l.seeds > 0 {
			var dev, freshDev []float64
			list, err := t.sweeps()
			if err != nil {
				return Drawing{}, fmt.Errorf("figures: %s: %w", s.id, err)
			}
			eigen, err := t.each(eigenvalue)
			if err != nil {
				return Drawing{}, fmt.Errorf("figures: %s: %w", s.id, err)
			}
			l.eigen, _ = spread(eigen)
			means, devs := shares(list, []float64{meshChip[1], meshChip[0]})
			var d float64
			l.chip, d = spread(t.accuracies())
			l.fresh, dev, freshDev = means[0], []float64{d}, devs
			groups = append(groups, w.label)
			mine.Values, mine.Err = append(mine.Values, math.Round(10*l.chip)/10), append(mine.Err, dev...)
			fresh.Values, fresh.Err = append(fresh.Values, math.Round(10*l.fresh)/10), append(fresh.Err, freshDev...)
			cost.Values = append(cost.Values, float64(l.passes.forward+l.passes.backward))
			light.Values = append(light.Values, float64(l.passes.chip))
		}
		lines = append(lines, l)
	}
	f := &figure.Figure{Columns: 2, WidthCM: 22, PanelLegends: true}
	if len(groups) > 0 {
		f.Panels = []figure.Panel{
			figure.Bars{Title: "deployment and transfer", YLabel: "accuracy (%)", YMax: 100, Groups: groups, Series: []figure.BarSeries{mine, fresh}, Annotate: true},
			figure.Bars{Title: "cost of a step", YLabel: "passes of a batch", Groups: groups, Series: []figure.BarSeries{cost, light}, Annotate: true},
		}
	}
	d := s.drawing(f)
	var words []string
	for _, w := range meshWays {
		q := table1[w.label]
		words = append(words, fmt.Sprintf("%s: deployment %s, transfer %s, training %s", w.label, q.deployed, q.transferred, q.cost))
	}
	d.Notes = append(d.Notes,
		"The paper's words: "+strings.Join(words, "; ")+"; T0 is the time of backpropagation.",
		"The table has finite differences, local learning, direct feedback alignment and methods without gradients besides, which are not trained here, and says of NAT that it stands normal errors only.",
		"Fresh chips have errors of 0.15, as the chip of training. One of the two passes of DAT is for its error predictors, whose own operations come on top.")
	n := len(lines)
	d.Sweep = artifact.Table{Columns: []artifact.Column{
		texts("method", n, func(i int) string { return lines[i].w.label }),
		texts("paper_deployment", n, func(i int) string { return table1[lines[i].w.label].deployed }),
		texts("paper_transfer", n, func(i int) string { return table1[lines[i].w.label].transferred }),
		texts("paper_cost", n, func(i int) string { return table1[lines[i].w.label].cost }),
		ints("seeds", n, func(i int) int { return lines[i].seeds }),
		floats("deployment_accuracy", "1", n, func(i int) float64 { return lines[i].chip / 100 }),
		floats("transfer_accuracy", "1", n, func(i int) float64 { return lines[i].fresh / 100 }),
		floats("eigenvalue", "1", n, func(i int) float64 { return lines[i].eigen }),
		ints("forward_passes", n, func(i int) int { return lines[i].passes.forward }),
		ints("backward_passes", n, func(i int) int { return lines[i].passes.backward }),
		ints("chip_passes", n, func(i int) int { return lines[i].passes.chip }),
	}}
	return d, nil
}
