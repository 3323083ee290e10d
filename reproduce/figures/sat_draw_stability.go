package figures

import (
	"fmt"
	"math"
	"strings"

	"lightfast/pnn/artifact"
	"lightfast/pnn/figure"
	"lightfast/pnn/lane"
)

// A wandering is a simulated reading in time: a normal process
//
//	x(k+1) = a x(k) + s sqrt(1 - a^2) n(k),   reading = mean + x,
//
// whose standard deviation s and correlation a from one sample to the next are like
// those of the authors' series (Supplement, Fig. S10 and S11). Nothing in the
// apparatus is modelled.
type wandering struct {
	label, column string
	mean, s, a    float64
}

// stabilities are the series of a figure without, and with stabilisation.
type stabilities struct {
	id, name string    // of the figure, and of its stream of random numbers
	files    [2]string // of the authors
	step     float64   // seconds between samples
	channels [2][]wandering
	together bool // the sum of all channels too
}

// samples of each series.
const stabilitySamples = 300

var (
	oneChannel = stabilities{
		id: "sat-figs10", name: "stability of one channel", files: [2]string{"FigureS10-i", "FigureS10-ii"}, step: 2.42,
		channels: [2][]wandering{{{"channel 1", "value", 1, 0.0534, 0.99}}, {{"channel 1", "value", 1, 0.0162, 0.96}}},
	}
	twoChannels = stabilities{
		id: "sat-figs11", name: "stability of two channels", files: [2]string{"FigureS11-i", "FigureS11-ii"}, step: 4.26, together: true,
		channels: [2][]wandering{
			{{"channel 1", "channel_1", 1, 0.0502, 0.98}, {"channel 2", "channel_2", 1, 0.0410, 0.98}},
			{{"channel 1", "channel_1", 1, 0.0091, 0.97}, {"channel 2", "channel_2", 1, 0.0171, 0.97}},
		},
	}
)

func drawSATS10(p Profile, _ Results) (Drawing, error) { return oneChannel.draw(p) }
func drawSATS11(p Profile, _ Results) (Drawing, error) { return twoChannels.draw(p) }

// series simulates the channels of a state, 0 without and 1 with stabilisation.
func (s stabilities) series(state int) (all [][]float64) {
	for i, w := range s.channels[state] {
		random := lane.NewStream(1, s.name, uint64(2*i+state))
		fresh := w.s * math.Sqrt(1-float64(w.a*w.a))
		x, row := float64(w.s*random.Normal()), []float64(nil)
		for range stabilitySamples {
			row = append(row, w.mean+x)
			x = float64(w.a*x) + float64(fresh*random.Normal())
		}
		all = append(all, row)
	}
	return all
}

// draw shows both states, and below them the authors' series if they are given.
func (s stabilities) draw(p Profile) (Drawing, error) {
	f := &figure.Figure{Title: title(s.id), Columns: 2, WidthCM: 18}
	var d Drawing
	state := [2]string{"without stabilisation", "with stabilisation"}
	var simulated, theirs [2]figure.Lines
	type line struct {
		stabilised bool
		channel    string
		time, v    float64
	}
	var lines []line
	low, high := math.Inf(1), math.Inf(-1)
	given := 0
	add := func(l *figure.Lines, label string, x, y []float64) {
		l.Series = append(l.Series, figure.Series{Label: label, X: x, Y: y})
		for _, v := range y {
			low, high = min(low, v), max(high, v)
		}
	}
	for i := range state {
		simulated[i] = figure.Lines{Title: state[i] + ", simulated", XLabel: "time (s)", YLabel: "reading (a.u.)"}
		theirs[i] = figure.Lines{Title: state[i] + ", authors", XLabel: "time (s)", YLabel: "reading (a.u.)"}
		x, sum := make([]float64, stabilitySamples), make([]float64, stabilitySamples)
		for k := range x {
			x[k] = float64(s.step * float64(k))
		}
		said := ""
		rows := s.series(i)
		for c, y := range rows {
			w := s.channels[i][c]
			add(&simulated[i], w.label, x, y)
			for k, v := range y {
				lines = append(lines, line{i == 1, w.column, x[k], v})
				sum[k] += v
			}
			_, dev := spread(y)
			said += fmt.Sprintf("; %s %.4f (process: %.4f)", w.label, dev, w.s)
		}
		if s.together {
			add(&simulated[i], "sum", x, sum)
			_, dev := spread(sum)
			said += fmt.Sprintf("; sum %.4f", dev)
		}
		m, err := p.measured(s.files[i])
		if err != nil {
			return Drawing{}, err
		}
		if m != nil {
			given++
			if err := s.addMeasured(&theirs[i], m, add); err != nil {
				return Drawing{}, err
			}
		}
		d.Notes = append(d.Notes, fmt.Sprintf("Standard deviation %s, simulated: %s.", state[i], strings.TrimPrefix(said, "; ")))
	}
	pad := 0.05 * (high - low)
	for i := range state {
		simulated[i].YMin, simulated[i].YMax = low-pad, high+pad
		f.Panels = append(f.Panels, simulated[i])
	}
	for i := range state {
		if len(theirs[i].Series) > 0 {
			theirs[i].YMin, theirs[i].YMax = low-pad, high+pad
			f.Panels = append(f.Panels, theirs[i])
		}
	}
	d.Notes = append(d.Notes, "Simulated series are normal processes with the standard deviation and the memory of the authors' readings; what makes the readings wander is not modelled, and channels are independent.")
	f.Footer = figure.Footer(p.Name, "simulated series", fmt.Sprintf("%d samples", stabilitySamples))
	if given > 0 {
		f.Footer = figure.Footer(p.Name, "simulated series above, the authors' data below", fmt.Sprintf("%d samples", stabilitySamples))
	}
	d.Image = f
	n := len(lines)
	d.Sweep = artifact.Table{Columns: []artifact.Column{
		flags("stabilised", n, func(i int) bool { return lines[i].stabilised }),
		texts("channel", n, func(i int) string { return lines[i].channel }),
		floats("time", "s", n, func(i int) float64 { return lines[i].time }),
		floats("reading", "1", n, func(i int) float64 { return lines[i].v }),
	}}
	return d, nil
}

// addMeasured adds the authors' channels, and their sum.
func (s stabilities) addMeasured(l *figure.Lines, m *measuredTable, add func(l *figure.Lines, label string, x, y []float64)) error {
	x, err := m.column(0)
	if err != nil {
		return err
	}
	var labels []string
	for _, w := range s.channels[0] {
		labels = append(labels, w.label)
	}
	if s.together {
		labels = append(labels, "sum")
	}
	for i, label := range labels {
		y, err := m.column(i + 1)
		if err != nil {
			return err
		}
		add(l, label, x, y)
	}
	return nil
}
