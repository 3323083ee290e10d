package figures

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"lightfast/pnn/artifact"
	"lightfast/pnn/dataset"
	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
)

// eigenvalue is the size of the eigenvalue of largest magnitude.
func eigenvalue(r *experiment.Result) (float64, error) {
	s, err := r.Sharpness()
	return math.Abs(s.Eigenvalue), err
}

// drawSAT4c draws accuracy, error, sharpness and learning of all methods.
func drawSAT4c(p Profile, r Results) (Drawing, error) {
	s, err := studyHybrids("sat-fig4c", p, r, p.meshTrials(meshWays...))
	if err != nil {
		return Drawing{}, err
	}
	var accuracy, wrong, sharp []figure.BarSeries
	learn := figure.Lines{Title: "while it learns", XLabel: "epoch", YLabel: "accuracy on the chip (%)", YMax: 100}
	var values []Value
	var rough []string
	last := 0.0
	for i, w := range meshWays {
		t := s.trials[i]
		if len(t.there()) == 0 {
			continue
		}
		mean, dev := spread(t.accuracies())
		eigen, err := t.each(eigenvalue)
		if err != nil {
			return Drawing{}, fmt.Errorf("figures: %s: %w", s.id, err)
		}
		top, scatter := spread(eigen)
		for _, res := range t.there() {
			if sh, err := res.Sharpness(); err == nil && !sh.Converged {
				rough = append(rough, fmt.Sprintf("%s, seed %d (±%.2g)", w.label, res.Run.Seed, sh.Residual))
			}
		}
		accuracy = append(accuracy, paperBar(w.label, mean, dev, w.accuracy, s.published()))
		wrong = append(wrong, paperBar(w.label, 100-mean, dev, 100-w.accuracy, s.published()))
		sharp = append(sharp, paperBar(w.label, top, scatter, w.eigen, s.published()))
		curve, paper := s.learning(t, w)
		learn.Series = append(learn.Series, curve)
		if s.published() {
			learn.Series = append(learn.Series, paper)
		}
		last = max(last, curve.X[len(curve.X)-1])
		if p.Hybrids.Set == "mnist" {
			v := Value{What: fmt.Sprintf("%s, accuracy on the chip, %s", w.label, t.seedsOf()), Ours: math.Round(1e4*mean) / 1e4, Paper: w.accuracy, Unit: "%"}
			if s.held(t) {
				v.Tolerance = w.tolerance
			}
			values = append(values, v, Value{What: fmt.Sprintf("%s, largest eigenvalue, %s", w.label, t.seedsOf()), Ours: top, Paper: w.eigen, Unit: "1"})
		}
	}
	group := []string{dataset.Title(p.Hybrids.Set)}
	f := &figure.Figure{Columns: 2, WidthCM: 19}
	if len(accuracy) > 0 {
		learn.XTicks = epochTicks(last)
		f.Panels = []figure.Panel{
			figure.Bars{Title: "accuracy on the chip", YLabel: "accuracy (%)", YMax: 100, Groups: group, Series: accuracy, Annotate: true},
			figure.Bars{Title: "error on the chip", YLabel: "error (%)", Groups: group, Series: wrong, Annotate: true},
			figure.Bars{Title: "sharpness", YLabel: "largest eigenvalue of the Hessian", YLog: true, Groups: group, Series: sharp, Annotate: true},
			learn,
		}
	}
	d := s.drawing(f)
	if d.Sweep, err = s.meshTable(); err != nil {
		return Drawing{}, fmt.Errorf("figures: %s: %w", s.id, err)
	}
	d.Values = values
	d.Notes = append(d.Notes, "Accuracies are of the last epoch, batch norms using the statistics of the test images, as the authors have it; those with running statistics are in the table. Nothing is chosen on the test set.")
	d.Notes = append(d.Notes, "Eigenvalues are those of largest magnitude of the Hessian over all parameters on the model without errors, of the cross-entropy over all 64 outputs, with running statistics, as the authors take it. Their own numbers are not reproduced from their weights by this: mind the order of magnitude.")
	if len(rough) > 0 {
		d.Notes = append(d.Notes, "Eigenvalues that have not converged: "+strings.Join(rough, "; ")+".")
	}
	if s.published() {
		d.Notes = append(d.Notes, "Published accuracies of NAT are of a program that never adds its phase noise; ours does.")
	} else if p.Hybrids.Set == "mnist" {
		d.Notes = append(d.Notes, "The chip is drawn anew, so that accuracies differ from published ones; with --errors FOLDER the runs are on the authors' chip.")
	}
	d.Notes = append(d.Notes, "Published times in units of that of BP: "+times()+". Ours are timed by `reproduce bench --only \"hybrid mesh\"`.")
	return d, nil
}

// times lists the published durations of training.
func times() string {
	var list []string
	for _, w := range meshWays[1:] {
		list = append(list, fmt.Sprintf("%s %.2f", w.label, w.time))
	}
	return strings.Join(list, ", ")
}

// paperBar is a bar of one method, with the published value if comparable.
func paperBar(label string, v, dev, paper float64, comparable bool) figure.BarSeries {
	digits := 100.0
	b := figure.BarSeries{Label: label, Values: []float64{math.Round(digits*v) / digits}, Err: []float64{dev}}
	if v < 1 {
		b.Values[0] = v
	}
	if comparable {
		b.Paper = []float64{paper}
	}
	return b
}

// learning is the accuracy on the chip by epoch, ours with its deviation, and the
// published one.
func (s hybridStudy) learning(t hybridTrial, w meshWay) (ours, paper figure.Series) {
	var rows [][]float64
	for _, res := range t.there() {
		var row []float64
		for _, e := range res.Curve {
			row = append(row, 100*e.DeviceTest)
		}
		rows = append(rows, row)
	}
	ours, paper = figure.Series{Label: w.label}, figure.Series{Label: w.label, Paper: true, Scatter: true}
	ours.Y, ours.YErr = across(rows)
	if !slices.ContainsFunc(ours.YErr, isNumber) {
		ours.YErr = nil
	}
	for e := range ours.Y {
		ours.X = append(ours.X, float64(e+1))
	}
	for i, v := range w.learning {
		paper.X, paper.Y = append(paper.X, float64(10*(i+1))), append(paper.Y, v)
	}
	return ours, paper
}

// meshTable is a row for every run. Accuracies are fractions; a run without a result
// has none.
func (s hybridStudy) meshTable() (artifact.Table, error) {
	type line struct {
		label       string
		run         experiment.Run
		published   float64
		chip, ideal float64
		running     float64
		loss, eigen float64
		residual    float64
		converged   bool
		meanOnChips float64
	}
	var lines []line
	for i, t := range s.trials {
		for k, run := range t.runs {
			gone := math.NaN()
			l := line{label: t.label, run: run, published: gone, chip: gone, ideal: gone, running: gone, loss: gone, eigen: gone, residual: gone, meanOnChips: gone}
			if run.Data == "mnist" {
				l.published = meshWays[i].accuracy / 100
			}
			if res := t.results[k]; res != nil {
				_, device, err := res.Running()
				if err != nil {
					return artifact.Table{}, err
				}
				sh, err := res.Sharpness()
				if err != nil {
					return artifact.Table{}, err
				}
				sw, err := res.Sweep()
				if err != nil {
					return artifact.Table{}, err
				}
				l.chip, l.ideal, l.running = res.Accuracy(), res.Curve[len(res.Curve)-1].ModelTest, device[len(device)-1]
				l.loss, l.eigen, l.residual, l.converged = sh.Loss, sh.Eigenvalue, sh.Residual, sh.Converged
				l.meanOnChips = sw.Share(meshChip[1], meshChip[0])
			}
			lines = append(lines, l)
		}
	}
	n := len(lines)
	return artifact.Table{Columns: []artifact.Column{
		texts("id", n, func(i int) string { return lines[i].run.ID() }),
		texts("method", n, func(i int) string { return lines[i].label }),
		texts("data", n, func(i int) string { return lines[i].run.Data }),
		ints("seed", n, func(i int) int { return int(lines[i].run.Seed) }),
		ints("epochs", n, func(i int) int { return lines[i].run.Epochs }),
		floats("accuracy", "1", n, func(i int) float64 { return lines[i].chip }),
		floats("running_accuracy", "1", n, func(i int) float64 { return lines[i].running }),
		floats("model_accuracy", "1", n, func(i int) float64 { return lines[i].ideal }),
		floats("fresh_chips_accuracy", "1", n, func(i int) float64 { return lines[i].meanOnChips }),
		floats("loss", "1", n, func(i int) float64 { return lines[i].loss }),
		floats("eigenvalue", "1", n, func(i int) float64 { return lines[i].eigen }),
		floats("residual", "1", n, func(i int) float64 { return lines[i].residual }),
		flags("converged", n, func(i int) bool { return lines[i].converged }),
		floats("published_accuracy", "1", n, func(i int) float64 { return lines[i].published }),
	}}, nil
}
