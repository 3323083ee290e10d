package engine

import (
	"fmt"
	"io"
	"math"
	"strings"
	"sync"
	"time"

	"lightfast/pnn/experiment"
)

// Status shows a person how far things are. On a terminal the last line is
// rewritten; elsewhere there is a line for each finished run and, for long runs,
// one now and then.
type Status struct {
	w        io.Writer
	terminal bool

	mu       sync.Mutex
	total    int
	finished int
	start    time.Time
	done     time.Duration // expected work of the finished runs
	all      time.Duration // of all
	last     time.Time
	width    int
}

// NewStatus writes to w, which may be a terminal.
func NewStatus(w io.Writer, terminal bool) *Status { return &Status{w: w, terminal: terminal} }

func (s *Status) begin(runs []experiment.Run) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total, s.finished, s.done, s.all, s.start = len(runs), 0, 0, 0, time.Now()
	for _, r := range runs {
		s.all += work(r)
	}
}

// percent writes an accuracy, or a dash where there is none.
func percent(v float64) string {
	if math.IsNaN(v) {
		return "-"
	}
	return fmt.Sprintf("%.2f%%", 100*v)
}

func short(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%ds", int(d.Seconds()+0.5))
	}
	if d < time.Hour {
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
}

// epoch reports the end of an epoch.
func (s *Status) epoch(p experiment.Progress) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := p.Epoch
	line := fmt.Sprintf("[%d/%d] %s  epoch %d/%d  loss %.4f  model %s  chip %s  left %s", s.finished+1, s.total, p.Run.ID(), e.Number, p.Run.Epochs, e.TaskLoss, percent(e.ModelTest), percent(e.DeviceTest), short(p.Left))
	if p.Resumed > 0 && e.Number == p.Resumed+1 {
		line += fmt.Sprintf("  (continued after epoch %d)", p.Resumed)
	}
	switch {
	case s.terminal:
		s.rewrite(line)
	case time.Since(s.last) > 10*time.Second:
		s.last = time.Now()
		fmt.Fprintln(s.w, line)
	}
}

// rewrite replaces the last line of the terminal.
func (s *Status) rewrite(line string) {
	fmt.Fprintf(s.w, "\r%s%s", line, strings.Repeat(" ", max(0, s.width-len(line))))
	s.width = len(line)
}

// run reports a finished run.
func (s *Status) run(r *experiment.Result, took time.Duration, fresh bool) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.finished++
	s.done += work(r.Run)
	how := "in " + short(took)
	if !fresh {
		how = "already there"
	}
	line := fmt.Sprintf("[%d/%d] %s  %s at epoch %d  %s", s.finished, s.total, r.Run.ID(), percent(r.Accuracy()), r.BestEpoch, how)
	if left := s.all - s.done; left > 0 && s.done > 0 {
		line += "  all done in about " + short(time.Duration(float64(time.Since(s.start))*float64(left)/float64(s.done)))
	}
	if s.terminal {
		s.rewrite(line)
		fmt.Fprintln(s.w)
		s.width = 0
		return
	}
	fmt.Fprintln(s.w, line)
}

// Say writes a line.
func (s *Status) Say(format string, args ...any) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.terminal && s.width > 0 {
		fmt.Fprintln(s.w)
		s.width = 0
	}
	fmt.Fprintf(s.w, format+"\n", args...)
}
