package figures

import (
	"fmt"

	"lightfast/pnn/artifact"
	"lightfast/pnn/dataset"
	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
	"lightfast/pnn/train"
)

// platesRun is what the runs of the nonlinear diffractive network share.
var platesRun = experiment.Run{System: experiment.D2NN, Method: experiment.InSilico, Protocol: train.Published, Batch: 200, Rate: 2e-3, Seed: 1}

// plateWay is a way of training the plates of the D2NN.
type plateWay struct {
	label, method string
	variant       int // of the look of the method
	run           func(experiment.Run) experiment.Run
	// paper is the published accuracy in per cent at the angles of the sweep, on test
	// images 2400 to 2599 (Xu et al. 2026, supplement 6.4).
	paper []float64
	// held is how far below it the paper profile may lie at some of these angles, by
	// their numbers, in points; there are half a point to an image.
	held map[int]float64
}

var plateWays = []plateWay{
	{"BP", "BP", 0, func(r experiment.Run) experiment.Run { return r },
		[]float64{98, 98, 98, 98, 98, 91, 50, 26, 22.5, 13, 6.5}, map[int]float64{0: 1.5}},
	{"SAT of the phases", "SAT", 1, sharpPlates, nil, nil},
	{"SAT for rotation", "SAT", 0, turnedPlates,
		[]float64{96.5, 96.5, 96.5, 96.5, 96.5, 96.5, 96, 95.5, 95, 96.5, 96.5}, map[int]float64{0: 3, 5: 3, 10: 3}},
}

// sharpPlates is a run of backpropagation by sharpness-aware training of the phases.
// The authors take a larger rate and twice the epochs.
func sharpPlates(r experiment.Run) experiment.Run {
	r.Method, r.Rho, r.Adaptive, r.Rate, r.Epochs = experiment.SAT, 0.1, true, 2.5*r.Rate, 2*r.Epochs
	return r
}

// turnedPlates is the same as the authors have it, where rotations of up to a degree
// are probed. Their gain of 0.03 is for a loss that is added up over 200 images.
func turnedPlates(r experiment.Run) experiment.Run {
	r = sharpPlates(r)
	r.Probing = &train.Probing{Axes: []train.Axis{{Name: train.Rotation, Reach: 1, Gain: 0.03 * 200}}}
	return r
}

// SAT lists the figures of sharpness-aware training.
func SAT() []Figure {
	return append(append(ringFigures(), hybridFigures()...), Figure{
		ID: "sat-d2nn", Paper: "xu2026", Title: "Nonlinear diffractive network: rotated plates",
		Caption: "Two phase plates with saturable absorbers between two lenses, trained in silico by backpropagation, by sharpness-aware training of the phases alone and by sharpness-aware training that also probes rotations with finite differences, then rotated against the light, both by the same angle (Xu et al. 2026, supplement 6.4).",
		Cites:   []string{"xu2026"},
		Runs: func(p Profile) (runs []experiment.Run) {
			for _, w := range plateWays {
				runs = append(runs, w.run(p.Plates))
			}
			return runs
		},
		Draw: drawD2NN,
	})
}

func drawD2NN(p Profile, r Results) (Drawing, error) {
	type point struct {
		method          string
		angle, accuracy float64
	}
	l := figure.Lines{XLabel: "rotation (degrees)", YLabel: "accuracy (%)", YMax: 100}
	var d Drawing
	var points []point
	images, missing := 0, 0
	for _, w := range plateWays {
		run := w.run(p.Plates)
		res, err := r(run)
		if err != nil {
			return Drawing{}, fmt.Errorf("figures: sat-d2nn: %w", err)
		}
		if res == nil {
			missing++
			continue
		}
		s, err := res.Rotation()
		if err != nil {
			return Drawing{}, fmt.Errorf("figures: sat-d2nn: %w", err)
		}
		images = s.Images
		line := figure.Series{Label: w.label, Method: w.method, Variant: w.variant}
		for i, a := range s.Degrees {
			line.X, line.Y = append(line.X, a), append(line.Y, 100*s.Accuracy[i])
			points = append(points, point{w.label, a, 100 * s.Accuracy[i]})
		}
		l.Series = append(l.Series, line)
		if w.paper != nil && run.Data == "mnist" {
			l.Series = append(l.Series, figure.Series{Label: w.label + " (paper)", Method: w.method, X: s.Degrees, Y: w.paper, Paper: true})
			for _, i := range []int{0, 5, 10} {
				v := Value{What: fmt.Sprintf("%s at %.1f degrees", w.label, s.Degrees[i]), Ours: 100 * s.Accuracy[i], Paper: w.paper[i], Unit: "%"}
				if p.Name == "paper" {
					v.Tolerance = w.held[i]
				}
				d.Values = append(d.Values, v)
			}
		}
		d.Notes = append(d.Notes, fmt.Sprintf("%s: %.2f %% of the test set at its best epoch; of the %d images of the sweep, %.1f %% in place and %.1f %% at %g degree.",
			w.label, 100*res.Accuracy(), s.Images, 100*s.Accuracy[0], 100*s.Accuracy[len(s.Accuracy)-1], s.Degrees[len(s.Degrees)-1]))
	}
	if missing > 0 {
		d.Notes = append(d.Notes, fmt.Sprintf("%d of %d runs are missing: run `reproduce run sat-d2nn --profile %s`", missing, len(plateWays), p.Name))
	}
	if images > 0 {
		d.Notes = append(d.Notes, "Plates are rotated by nearest pixels: below 0.45 degrees no pixel has another neighbour, and nothing changes. SAT for rotation was probed clockwise, up to 1 degree.")
	}
	const title = "Nonlinear diffractive network: rotated plates"
	d.Image = &figure.Figure{Title: title, WidthCM: 13, Panels: []figure.Panel{l}, Footer: figure.Footer(p.Folder(), dataset.Title(p.Plates.Data),
		fmt.Sprintf("%d training images, %d epochs (SAT twice)", p.Plates.Train, p.Plates.Epochs), fmt.Sprintf("%d test images", images))}
	if len(l.Series) == 0 {
		d.Image.Panels = []figure.Panel{blank("No run of this figure has finished yet")}
	}
	n := len(points)
	d.Sweep = artifact.Table{Columns: []artifact.Column{
		texts("method", n, func(i int) string { return points[i].method }),
		floats("rotation", "deg", n, func(i int) float64 { return points[i].angle }),
		floats("accuracy", "%", n, func(i int) float64 { return points[i].accuracy }),
	}}
	return d, nil
}
