package figures

import (
	"fmt"

	"lightfast/pnn/artifact"
	"lightfast/pnn/dataset"
	"lightfast/pnn/figure"
)

// drawIdealLight draws the learning curves of networks without errors.
func drawIdealLight(p Profile, r Results) (Drawing, error) {
	type row struct {
		net                     string
		blocks, layers, epoch   int
		loss, training, testing float64
	}
	l := figure.Lines{XLabel: "epoch", YLabel: "accuracy on the test set (%)"}
	var d Drawing
	var rows []row
	ts := idealLight(p)
	missing := 0
	for _, t := range ts {
		res, err := r(t.run)
		if err != nil {
			return Drawing{}, fmt.Errorf("figures: dat-dpnn: %w", err)
		}
		if res == nil {
			missing++
			continue
		}
		line := figure.Series{Label: t.net.name, Method: t.net.name}
		for _, e := range res.Curve {
			line.X, line.Y = append(line.X, float64(e.Number)), append(line.Y, 100*e.ModelTest)
			rows = append(rows, row{t.net.name, t.net.blocks, t.net.layers, e.Number, e.TaskLoss, e.TrainAccuracy, e.ModelTest})
		}
		l.Series = append(l.Series, line)
		l.XMin, l.XMax = 0.7, max(l.XMax, float64(len(line.X))+0.3)
		d.Notes = append(d.Notes, fmt.Sprintf("%s: %.2f %% of the test set at its best epoch, %d.", t.net.name, 100*res.Accuracy(), res.BestEpoch))
	}
	if missing > 0 {
		d.Notes = append(d.Notes, fmt.Sprintf("%d of %d runs are missing: run `reproduce run dat-dpnn --profile %s`", missing, len(ts), p.Name))
	}
	d.Notes = append(d.Notes, setup)
	ideal := p.Diffractive.Ideal
	d.Image = &figure.Figure{Title: "Diffractive networks without errors", WidthCM: 13, Panels: []figure.Panel{l},
		Footer: figure.Footer(p.Folder(), dataset.Title(p.DataSets[0]), fmt.Sprintf("%d training images, %d epochs", ideal.Train, ideal.Epochs),
			fmt.Sprintf("%d x %d pixels", p.Diffractive.Optics.Side, p.Diffractive.Optics.Side))}
	if len(l.Series) == 0 {
		d.Image.Panels = []figure.Panel{blank("No run of this figure has finished yet")}
	}
	n := len(rows)
	d.Sweep = artifact.Table{Columns: []artifact.Column{
		texts("network", n, func(i int) string { return rows[i].net }),
		ints("blocks", n, func(i int) int { return rows[i].blocks }),
		ints("layers", n, func(i int) int { return rows[i].layers }),
		ints("epoch", n, func(i int) int { return rows[i].epoch }),
		floats("loss", "1", n, func(i int) float64 { return rows[i].loss }),
		floats("train_accuracy", "1", n, func(i int) float64 { return rows[i].training }),
		floats("test_accuracy", "1", n, func(i int) float64 { return rows[i].testing }),
	}}
	return d, nil
}
