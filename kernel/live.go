package kernel

import (
	"fmt"
	"html"
	"io"
	"math"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"lightfast/pnn/figure"
	"lightfast/pnn/train"
)

// live is the view of a session that is being trained. The clock decides when
// and what is shown, never what is computed.
type live struct {
	out    *Output
	status *Output // above the curves
	s      *train.Session
	first  int // epochs done before
	start  time.Time
	drawn  time.Time
	every  time.Duration // between drawings
	width  int           // of the line in the terminal
}

func newLive(o *Output, s *train.Session) *live {
	if o.status == nil {
		o.status = NewOutput(o.name + " status")
	}
	return &live{out: o, status: o.status, s: s, first: len(s.Curve), start: time.Now(), every: 500 * time.Millisecond}
}

// epoch shows that another epoch is done.
func (l *live) epoch() error {
	if time.Since(l.drawn) < l.every {
		return nil
	}
	return l.update()
}

// update shows where training is.
func (l *live) update() error {
	l.drawn = time.Now()
	done, all := len(l.s.Curve), l.s.Settings.Epochs
	text := fmt.Sprintf("%d of %d epochs", done, all)
	if n := done - l.first; n > 0 {
		left := time.Since(l.start) / time.Duration(n) * time.Duration(all-done)
		text += ", " + l.last() + ", " + short(left) + " left"
	}
	if !notebook {
		return l.line(text)
	}
	if err := l.status.html(progressBar(done, all, text), text); err != nil {
		return err
	}
	if done == 0 {
		return nil
	}
	err := l.out.Figure(l.figure())
	// Drawing shall not take more than a tenth of the time.
	l.every = max(l.every, 10*time.Since(l.drawn))
	return err
}

// end shows the result; note says why it is not the whole one.
func (l *live) end(note string) error {
	done, all := len(l.s.Curve), l.s.Settings.Epochs
	text := fmt.Sprintf("%d of %d epochs", done, all)
	if done > 0 {
		text += fmt.Sprintf(", best at epoch %d: %s", l.s.BestEpoch, percent(l.s.Accuracy()))
	}
	if note != "" {
		text += " (" + note + ")"
	}
	if notebook {
		if err := l.status.html(progressBar(done, all, text), text); err != nil {
			return err
		}
	} else {
		if err := l.line(text); err != nil {
			return err
		}
		if terminal() {
			if _, err := fmt.Fprintln(out()); err != nil {
				return err
			}
		}
	}
	if done == 0 {
		return nil
	}
	return l.out.Figure(l.figure())
}

// last tells of the last epoch.
func (l *live) last() string {
	e := l.s.Curve[len(l.s.Curve)-1]
	text := fmt.Sprintf("loss %.4g", e.TaskLoss)
	if !math.IsNaN(e.ModelTest) {
		text += ", model " + percent(e.ModelTest)
	}
	if !math.IsNaN(e.DeviceTest) {
		text += ", chip " + percent(e.DeviceTest)
	}
	return text
}

// line rewrites the last line of a terminal; elsewhere it writes a new one.
func (l *live) line(text string) error {
	text = l.out.name + ": " + text
	n := utf8.RuneCountInString(text)
	if !terminal() {
		_, err := fmt.Fprintln(out(), text)
		return err
	}
	_, err := io.WriteString(out(), "\r"+text+strings.Repeat(" ", max(0, l.width-n)))
	l.width = n
	return err
}

// terminal tells whether a person watches Out.
func terminal() bool {
	f, ok := out().(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// figure draws the learning curves.
func (l *live) figure() *figure.Figure {
	var x []float64
	for _, e := range l.s.Curve {
		x = append(x, float64(e.Number))
	}
	series := func(label string, variant int, scale float64, of func(train.Epoch) float64) []figure.Series {
		y, some := make([]float64, len(x)), false
		for i, e := range l.s.Curve {
			y[i] = scale * of(e)
			some = some || y[i] != 0 && !math.IsNaN(y[i])
		}
		if !some {
			return nil // not measured, or not a part of this method
		}
		return []figure.Series{{Label: label, X: x, Y: y, Variant: variant}}
	}
	all := func(parts ...[]figure.Series) (s []figure.Series) {
		for _, p := range parts {
			s = append(s, p...)
		}
		return s
	}
	end := reach(len(x), l.s.Settings.Epochs)
	most := float64(end)
	var ticks []float64 // there are no halves of an epoch
	for step, k := (end+7)/8, 1; k <= end; k++ {
		if k%step == 0 {
			ticks = append(ticks, float64(k))
		}
	}
	return &figure.Figure{Columns: 2, PanelLegends: true, Panels: []figure.Panel{
		figure.Lines{Title: "loss", XLabel: "epoch", YLabel: "loss", XMin: 1, XMax: most, XTicks: ticks, Series: all(
			series("task", 0, 1, func(e train.Epoch) float64 { return e.TaskLoss }),
			series("error prediction", 0, 1, func(e train.Epoch) float64 { return e.Similarity }),
		)},
		figure.Lines{Title: "accuracy", XLabel: "epoch", YLabel: "accuracy (%)", XMin: 1, XMax: most, XTicks: ticks, Series: all(
			series("training", 0, 100, func(e train.Epoch) float64 { return e.TrainAccuracy }),
			series("model, test", 0, 100, func(e train.Epoch) float64 { return e.ModelTest }),
			series("chip, test", 0, 100, func(e train.Epoch) float64 { return e.DeviceTest }),
			series("model, validation", 1, 100, func(e train.Epoch) float64 { return e.ModelValid }),
			series("chip, validation", 1, 100, func(e train.Epoch) float64 { return e.DeviceTune }),
		)},
	}}
}

// reach is the end of the axis after done of all epochs: far enough ahead that it
// moves seldom, near enough that the first epochs can be seen.
func reach(done, all int) int {
	for r := 10; ; r *= 10 {
		for _, k := range []int{1, 2, 5} {
			if r*k >= min(done, all) {
				return max(2, min(r*k, all))
			}
		}
	}
}

func progressBar(done, all int, text string) string {
	return fmt.Sprintf(`<div><progress max="%d" value="%d"></progress> %s</div>`, all, done, html.EscapeString(text))
}

func percent(v float64) string { return fmt.Sprintf("%.2f %%", 100*v) }

// short writes a time that is left.
func short(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()+0.5))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()+0.5))
	}
	return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
}
