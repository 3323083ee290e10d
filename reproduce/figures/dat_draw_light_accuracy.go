package figures

import (
	"fmt"
	"math"
	"slices"

	"lightfast/pnn/dataset"
	"lightfast/pnn/figure"
)

// drawFig2 draws the accuracy of DPNN-S and DPNN-M against geometric errors.
func drawFig2(p Profile, r Results) (Drawing, error) { return drawKinds("dat-fig2", p, r, geometric) }

// drawED5 draws it against the other kinds.
func drawED5(p Profile, r Results) (Drawing, error) { return drawKinds("dat-ed5", p, r, further) }

// drawKinds draws, for each data set and network, the accuracy against each kind
// of error; where every kind has one level, as groups of bars.
func drawKinds(id string, p Profile, r Results, kinds []string) (Drawing, error) {
	s, err := gatherLight(id, p, r, sweepLight(p, kinds))
	if err != nil {
		return Drawing{}, err
	}
	d := p.Diffractive
	one := !slices.ContainsFunc(append(single.errors(d, kinds), multi.errors(d, kinds)...), func(e Errors) bool { return len(e.Levels) > 1 })
	f := &figure.Figure{Columns: 2}
	if !one {
		f.Columns, f.WidthCM = len(kinds), 6*float64(len(kinds))
	}
	for k, data := range p.DataSets {
		d := p.Diffractive.on(k)
		var panels []figure.Panel
		drawn := false
		for _, o := range []dpnn{single, multi} {
			var ideals []float64
			for _, t := range d.repeats(direct, o, data, d.Joint) {
				ideal, err := s.ideal(r, t)
				if err != nil {
					return Drawing{}, err
				}
				ideals = append(ideals, ideal.accuracy())
			}
			ideal, _ := spread(ideals)
			heading := fmt.Sprintf("%s, %s", o.name, dataset.Title(data))
			if isNumber(ideal) {
				heading += fmt.Sprintf(" (in silico %s)", percent(ideal))
			}
			es := o.errors(d, kinds)
			if one {
				b := s.barsOf(d, o, data, es)
				b.Title = heading
				if len(b.Series) == 0 {
					panels = append(panels, blank(heading+": no result yet"))
					continue
				}
				panels, drawn = append(panels, b), true
				continue
			}
			var lines []figure.Lines
			for _, kind := range kinds {
				l := s.against(d, o, data, kind, es)
				l.Title = heading + ", " + kind
				begin(&l, ideal, math.NaN())
				drawn = drawn || len(l.Series) > 0
				lines = append(lines, l)
			}
			panels = append(panels, alike(lines)...)
		}
		if drawn {
			f.Panels = append(f.Panels, panels...)
		}
	}
	if d.Seeds > 1 {
		s.more = append(s.more, fmt.Sprintf("%s: %s", dataset.Title(p.DataSets[0]), d.seeds()))
	}
	drawing, err := s.lit(f)
	if d.Seeds > 1 {
		drawing.Notes = append(drawing.Notes, fmt.Sprintf("%s: means of %s, of training and of what was built, with their standard deviations; a point without a bar is of one.", dataset.Title(p.DataSets[0]), d.seeds()))
		if d.Blind > 0 && d.Blind < d.Seeds {
			drawing.Notes = append(drawing.Notes, fmt.Sprintf("%s of %s has the first %d of these seeds.", datBlind.label, multi.name, d.Blind))
		}
	}
	for _, o := range []dpnn{single, multi} {
		for _, kind := range kinds {
			if len(o.errors(d, []string{kind})) == 0 {
				drawing.Notes = append(drawing.Notes, fmt.Sprintf("Profile %s does not train %s with errors of the kind: %s.", p.Name, o.name, kind))
			}
		}
	}
	return drawing, err
}

// lit is the drawing of a figure of diffractive networks.
func (s study) lit(f *figure.Figure) (Drawing, error) {
	d := s.drawing(f)
	var err error
	if d.Sweep, err = s.lightTable(); err != nil {
		return d, fmt.Errorf("figures: %s: %w", s.id, err)
	}
	d.Notes = append(d.Notes, setup)
	return d, nil
}

// barsOf is the accuracy of the ways of a network, a group for each error.
func (s study) barsOf(d Diffractive, o dpnn, data string, es []Errors) figure.Bars {
	b := figure.Bars{YLabel: "accuracy in the laboratory (%)", YMax: 100, Annotate: true}
	for _, e := range es {
		for _, level := range e.Levels {
			b.Groups = append(b.Groups, errorLabel(e.Kind, level))
		}
	}
	for _, w := range o.ways() {
		bar := figure.BarSeries{Label: w.label, Method: w.style()}
		for _, e := range es {
			for _, level := range e.Levels {
				mean, deviation := s.repeated(d.repeats(w, o, data, d.built(e.Kind, level)))
				bar.Values, bar.Err = append(bar.Values, mean), append(bar.Err, deviation)
			}
		}
		if slices.ContainsFunc(bar.Values, isNumber) {
			b.Series = append(b.Series, bar)
		}
	}
	return b
}

// against is the accuracy of the ways of a network against one kind of error.
func (s study) against(d Diffractive, o dpnn, data, kind string, es []Errors) figure.Lines {
	l := figure.Lines{XLabel: fmt.Sprintf("%s (%s)", kind, unitOf(kind)), YLabel: "accuracy in the laboratory (%)", XTicks: []float64{0}}
	i := slices.IndexFunc(es, func(e Errors) bool { return e.Kind == kind })
	if i < 0 {
		return l
	}
	l.XTicks = append(l.XTicks, es[i].Levels...)
	for _, w := range o.ways() {
		c := figure.Series{Label: w.label, Method: w.style()}
		for _, level := range es[i].Levels {
			mean, deviation := s.repeated(d.repeats(w, o, data, d.built(kind, level)))
			c.X, c.Y, c.YErr = append(c.X, level), append(c.Y, mean), append(c.YErr, deviation)
		}
		if slices.ContainsFunc(c.Y, isNumber) {
			l.Series = append(l.Series, c)
		}
	}
	return l
}

// unitOf is the unit of a kind of error in figures.
func unitOf(kind string) string {
	for _, d := range deviations {
		if d.kind == kind {
			return d.unit
		}
	}
	return "?"
}

// errorLabel writes a level of an error.
func errorLabel(kind string, level float64) string {
	switch unit := unitOf(kind); unit {
	case "pixels":
		return fmt.Sprintf("%s %g px", kind, level)
	case "degrees":
		return fmt.Sprintf("%s %g°", kind, level)
	default:
		return fmt.Sprintf("%s %g %s", kind, level, unit)
	}
}
