package report

import (
	"math"
	"strconv"

	"lightfast/pnn/figure"
)

// panel is a panel of a figure as data for a chart.
type panel struct {
	Kind   string   `json:"kind"` // "lines" or "bars"
	Title  string   `json:"title"`
	X      axis     `json:"x"`
	Y      axis     `json:"y"`
	Groups []string `json:"groups,omitempty"` // of bars
	Series []series `json:"series"`
}

// axis has a label, and limits or null.
type axis struct {
	Label string `json:"label"`
	Log   bool   `json:"log,omitempty"`
	Min   num    `json:"min"`
	Max   num    `json:"max"`
	Ticks []num  `json:"ticks,omitempty"` // places of the labels; none: round numbers
}

// series is a curve, or a bar in every group: then X counts the groups.
type series struct {
	Label   string `json:"label"`
	Look    look   `json:"look"`
	Paper   bool   `json:"paper,omitempty"`
	Scatter bool   `json:"scatter,omitempty"`
	X       []num  `json:"x"`
	Y       []num  `json:"y"`
	E       []num  `json:"e,omitempty"` // half lengths of error bars
	Best    int    `json:"best,omitempty"`
}

// num is a number of a chart: seven digits are more than a screen shows. What is
// no number is null.
type num float64

// MarshalJSON writes seven digits or null.
func (v num) MarshalJSON() ([]byte, error) {
	if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(v), 'g', 7, 64), nil
}

func nums(vs []float64) []num {
	out := make([]num, len(vs))
	for i, v := range vs {
		out[i] = num(v)
	}
	return out
}

// charts are the panels of a figure that can be charts. Where one of them is a
// map or a matrix there are none: what belongs together stays together in the
// picture.
func charts(f *figure.Figure) []panel {
	panels := []panel{}
	if f == nil {
		return panels
	}
	var l looks
	for _, p := range f.Panels {
		switch p := p.(type) {
		case figure.Lines:
			panels = append(panels, lines(p, &l))
		case figure.Bars:
			panels = append(panels, bars(p, &l))
		default:
			return []panel{}
		}
	}
	return panels
}

func lines(p figure.Lines, l *looks) panel {
	out := panel{
		Kind: "lines", Title: p.Title, Series: []series{},
		X: limits(p.XLabel, p.XLog, p.XMin, p.XMax), Y: limits(p.YLabel, p.YLog, p.YMin, p.YMax),
	}
	out.X.Ticks = nums(p.XTicks)
	for _, s := range p.Series {
		out.Series = append(out.Series, series{
			Label: name(s.Label, s.Method), Look: l.of(name(s.Method, s.Label), s.Variant),
			Paper: s.Paper, Scatter: s.Scatter, X: nums(s.X), Y: nums(s.Y), E: nums(s.YErr),
		})
	}
	return out
}

// bars puts the paper's bars into series of their own, as lines have them.
func bars(p figure.Bars, l *looks) panel {
	out := panel{
		Kind: "bars", Title: p.Title, Series: []series{}, Groups: p.Groups,
		X: limits(p.XLabel, false, 0, 0), Y: limits(p.YLabel, p.YLog, p.YMin, p.YMax),
	}
	for _, s := range p.Series {
		one := series{Label: name(s.Label, s.Method), Look: l.of(name(s.Method, s.Label), s.Variant), Y: nums(s.Values), E: nums(s.Err)}
		for i := range s.Values {
			one.X = append(one.X, num(i))
		}
		out.Series = append(out.Series, one)
		if len(s.Paper) > 0 {
			one.Paper, one.Y, one.E = true, nums(s.Paper), nil
			out.Series = append(out.Series, one)
		}
	}
	return out
}

// name is the first of two that is there.
func name(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// limits makes an axis; without limits they are null, and from the data.
func limits(label string, log bool, lo, hi float64) axis {
	if lo == 0 && hi == 0 {
		lo, hi = math.NaN(), math.NaN()
	}
	return axis{Label: label, Log: log, Min: num(lo), Max: num(hi)}
}
