package figures

import (
	"fmt"
	"math"

	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
)

// drawFig3 draws the planes of DPNN-C for the first test image, in the laboratory
// and in the model, and the accuracy of the methods.
func drawFig3(p Profile, r Results) (Drawing, error) {
	s, planes, err := tableStudy("dat-fig3", p, r)
	if err != nil {
		return Drawing{}, err
	}
	f, err := s.planesFigure(planes, func(pl *experiment.Planes) [3][][]float64 { return pl.First })
	if err != nil {
		return Drawing{}, err
	}
	b := figure.Bars{Title: "test set", YLabel: "accuracy in the laboratory (%)", YMax: 100, Groups: []string{cascade.name}, Annotate: true}
	for _, pt := range s.points {
		if pt.result != nil {
			b.Series = append(b.Series, figure.BarSeries{Label: pt.way.label, Method: pt.way.style(), Values: []float64{pt.accuracy()}})
		}
	}
	ideal, err := s.ideal(r, p.Diffractive.onTable(direct, p.DataSets[0]))
	if err != nil {
		return Drawing{}, err
	}
	if ideal.result != nil {
		b.Title += fmt.Sprintf(" (in silico %s)", percent(ideal.accuracy()))
	}
	if len(b.Series) > 0 {
		f.Panels = append(f.Panels, b)
	}
	return s.tabled(f, "of the first test image")
}

// drawED8 draws the same planes on average over the test set, and how far the
// model is from the laboratory.
func drawED8(p Profile, r Results) (Drawing, error) {
	s, planes, err := tableStudy("dat-ed8", p, r)
	if err != nil {
		return Drawing{}, err
	}
	f, err := s.planesFigure(planes, func(pl *experiment.Planes) [3][][]float64 { return pl.Mean })
	if err != nil {
		return Drawing{}, err
	}
	if planes != nil {
		b := figure.Bars{
			Title: "root mean square over pixels, mean over the test set", YLabel: "difference (mean intensity)", Annotate: true,
			Series: []figure.BarSeries{
				{Label: "with predicted errors", Method: datSeeing.style(), Values: planes.Difference},
				{Label: "model alone", Method: datSeeing.style(), Variant: 2, Values: planes.Uncorrected},
			},
		}
		for i := range planes.Difference {
			b.Groups = append(b.Groups, fmt.Sprintf("block %d", i+1))
		}
		f.Panels = append(f.Panels, b)
	}
	return s.tabled(f, "on average over the test set")
}

// tableStudy gathers the runs in the laboratory, and the planes of the one with
// internal states, nil if it has no result yet.
func tableStudy(id string, p Profile, r Results) (s study, planes *experiment.Planes, err error) {
	if s, err = gatherLight(id, p, r, tableLight(p)); err != nil {
		return s, nil, err
	}
	if pt := s.of(p.Diffractive.onTable(datSeeing, p.DataSets[0])); pt.result != nil {
		if planes, err = pt.result.Planes(); err != nil {
			err = fmt.Errorf("figures: %s: %w", id, err)
		}
	}
	return s, planes, err
}

// tabled is the drawing of a figure of DPNN-C.
func (s study) tabled(f *figure.Figure, which string) (Drawing, error) {
	d, err := s.lit(f)
	l := s.p.Diffractive
	d.Notes = append(d.Notes,
		"The laboratory was built with "+describe(l.Table)+fmt.Sprintf("; it is aligned by markers before training; its cameras have %g %% read noise, the shot noise of %g electrons and %d bits.", 100*l.Camera.ReadNoise, l.Camera.FullWell, l.Camera.Bits),
		"Planes "+which+" behind each block: amplitudes in units of the root mean intensity, in the laboratory, in the model of DAT w/ IS with its predictions of errors and without, and what these two are larger than the laboratory's.",
		"Behind the last block the predictors learn from the ten scores alone: the plane there need not come closer to the laboratory's.")
	return d, err
}

// planesFigure has a row for each block: laboratory, model with predictions, model
// alone, and the differences of the two from the laboratory.
func (s study) planesFigure(planes *experiment.Planes, of func(*experiment.Planes) [3][][]float64) (*figure.Figure, error) {
	f := &figure.Figure{Columns: 5, WidthCM: 24}
	if planes == nil {
		f.Columns, f.WidthCM = 1, 9
		return f, nil
	}
	shown := of(planes)
	for b := range shown[0] {
		var top, apart float64
		for i, v := range shown[0][b] {
			for k := range shown {
				top = max(top, math.Sqrt(math.Max(shown[k][b][i], 0)))
				apart = max(apart, math.Abs(math.Sqrt(math.Max(shown[k][b][i], 0))-math.Sqrt(math.Max(v, 0))))
			}
		}
		for k, name := range []string{"laboratory", "model with predictions", "model alone"} {
			m, err := amplitudeMap(fmt.Sprintf("block %d: %s", b+1, name), shown[k][b], planes.Side, top)
			if err != nil {
				return nil, fmt.Errorf("figures: %s: %w", s.id, err)
			}
			m.HideBar = k < len(shown)-1
			f.Panels = append(f.Panels, m)
		}
		for k, name := range []string{"difference with predictions", "difference alone"} {
			d := make([]float64, len(shown[0][b]))
			for i, v := range shown[0][b] {
				d[i] = math.Sqrt(math.Max(shown[k+1][b][i], 0)) - math.Sqrt(math.Max(v, 0))
			}
			v, err := figure.Grid(d, planes.Side, planes.Side)
			if err != nil {
				return nil, fmt.Errorf("figures: %s: %w", s.id, err)
			}
			f.Panels = append(f.Panels, figure.Map{
				Title: fmt.Sprintf("block %d: %s", b+1, name), Values: v, Colours: figure.Diverging, Min: -apart, Max: apart,
				Label: "amplitude", HideBar: k == 0,
			})
		}
	}
	return f, nil
}
