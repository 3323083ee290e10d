package kernel

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Controls are sliders, selects and buttons that a function is bound to:
//
//	c := kernel.NewControls()
//	sigma := c.Slider("phase error (rad)", 0, 0.2, 0.01, 0.06)
//	kind := c.Select("errors", "phase", "splitter")
//	err := c.Run("accuracy", func(ctx context.Context, out *kernel.Output) error {
//		return out.Figure(draw(sigma.Value(), kind.Value()))
//	})
type Controls struct {
	all []control
	err error // the first mistake in a declaration
}

// NewControls returns none; its methods add some, from top to bottom.
func NewControls() *Controls { return &Controls{} }

// control is one line of the controls.
type control interface {
	label() string
	html(name string) string   // what can be moved has name as its data-control
	set(value string) error    // what the page sent
	shown() string             // the value, to be read
	press(ctx context.Context) // what a button does, once set
}

// Slider chooses a number.
type Slider struct {
	text                  string
	min, max, step, value float64
}

// Slider adds a slider from min to max, in steps, which begins at start. The
// label holds the unit.
func (c *Controls) Slider(label string, min, max, step, start float64) *Slider {
	s := &Slider{label, min, max, step, start}
	if !(min < max) || !(step > 0) || !(min <= start && start <= max) || math.IsInf(max-min, 0) || math.IsInf(step, 0) {
		c.mistake("slider %q from %g to %g in steps of %g, beginning at %g: expected min < max, step > 0 and the beginning between min and max", label, min, max, step, start)
	}
	c.all = append(c.all, s)
	return s
}

// Value is where the slider is.
func (s *Slider) Value() float64 { return s.value }

func (s *Slider) label() string         { return s.text }
func (s *Slider) shown() string         { return strconv.FormatFloat(s.value, 'g', 6, 64) }
func (s *Slider) press(context.Context) {}

func (s *Slider) set(value string) error {
	v, err := strconv.ParseFloat(value, 64)
	if err != nil || !(s.min <= v && v <= s.max) {
		return fmt.Errorf("kernel: slider %q: %q; expected a number from %g to %g", s.text, value, s.min, s.max)
	}
	s.value = v
	return nil
}

// Select chooses one of several.
type Select struct {
	text    string
	options []string
	index   int
}

// Select adds a choice, which begins with the first option.
func (c *Controls) Select(label string, options ...string) *Select {
	s := &Select{text: label, options: slices.Clone(options)}
	if len(options) == 0 {
		c.mistake("select %q has no options; expected at least one", label)
		s.options = []string{""}
	}
	c.all = append(c.all, s)
	return s
}

// Value is the chosen option.
func (s *Select) Value() string { return s.options[s.index] }

// Index is the place of the chosen option, from 0.
func (s *Select) Index() int { return s.index }

func (s *Select) label() string         { return s.text }
func (s *Select) shown() string         { return s.Value() }
func (s *Select) press(context.Context) {}

func (s *Select) set(value string) error {
	i, err := strconv.Atoi(value)
	if err != nil || i < 0 || i >= len(s.options) {
		return fmt.Errorf("kernel: select %q: option %q; expected 0 to %d", s.text, value, len(s.options)-1)
	}
	s.index = i
	return nil
}

// Button counts how often it was pressed.
type Button struct {
	text    string
	f       func(ctx context.Context)
	pressed int
}

// Button adds a button. When it is pressed f is called, which may be nil, and
// then the function of Run.
func (c *Controls) Button(label string, f func(ctx context.Context)) *Button {
	b := &Button{text: label, f: f}
	c.all = append(c.all, b)
	return b
}

// Value is the number of times that the button was pressed.
func (b *Button) Value() int { return b.pressed }

func (b *Button) label() string { return "" }
func (b *Button) shown() string { return "" }

func (b *Button) set(string) error {
	b.pressed++
	return nil
}

func (b *Button) press(ctx context.Context) {
	if b.f != nil {
		b.f(ctx)
	}
}

func (c *Controls) mistake(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf("kernel: "+format, args...)
	}
}

// Run shows the controls and calls f, and again whenever one was moved, until
// the reader presses "Done" or interrupts the kernel; what f shows in out, which
// is called name, is replaced each time. The context of f ends when a control is
// moved while f runs: its return is awaited, its error then ignored, and f is
// called with the new values. Any other error of f ends Run.
//
// Where nobody can move anything (outside a notebook, in a notebook that a
// program executes, in a browser that does not answer), f is called once, with
// the values that the controls begin with.
func (c *Controls) Run(name string, f func(ctx context.Context, out *Output) error) error {
	if c.err != nil {
		return c.err
	}
	out := NewOutput(name)
	if !notebook {
		return c.end(f(Context(), out))
	}
	place := NewOutput(name + " controls")
	events, err := c.open(place)
	if err != nil {
		return err
	}
	if events == nil {
		if err := c.leave(place, false); err != nil {
			return err
		}
		return c.end(f(Context(), out))
	}
	err = c.loop(Context(), events, func(ctx context.Context) error { return f(ctx, out) })
	return errors.Join(c.end(err), c.leave(place, true))
}

// end makes an interrupt, which is a way to end, no error.
func (c *Controls) end(err error) error {
	if err != nil && Context().Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// event is a control that was moved, or Done that was pressed.
type event struct {
	control int // index; done: Done
	value   string
}

// done is the index of the button that ends Run.
const done = -1

// loop calls f with the values that the controls have, until it is told to end.
func (c *Controls) loop(ctx context.Context, events <-chan event, f func(context.Context) error) error {
	var moved []control
	for {
		round, change := context.WithCancelCause(ctx)
		result := make(chan error, 1)
		go func() {
			for _, k := range moved {
				k.press(round)
			}
			result <- f(round)
		}()
		e, err := await(ctx, events, result, change)
		if err != nil || e.control == done {
			return err
		}
		// Whoever moves a slider moves it through many values: take the last.
		moved = nil
		for more := true; more; {
			if e.control < 0 || e.control >= len(c.all) {
				return fmt.Errorf("kernel: the page names control %d of %d; run the cell again", e.control, len(c.all))
			}
			k := c.all[e.control]
			if err := k.set(e.value); err != nil {
				return err
			}
			moved = append(moved, k)
			select {
			case e = <-events:
				if e.control == done {
					return nil
				}
			default:
				more = false
			}
		}
	}
}

// await waits for the next event and then for f, whose result it is: nobody may
// read a control while it is set. Only a control that was moved makes f's work
// vain; after Done it is finished.
func await(ctx context.Context, events <-chan event, result <-chan error, change context.CancelCauseFunc) (event, error) {
	defer change(nil)
	var next *event
	for {
		select {
		case err := <-result:
			if next != nil && next.control != done && errors.Is(err, context.Canceled) {
				err = nil
			}
			if err != nil {
				return event{}, err
			}
			if next != nil {
				return *next, nil
			}
			result = nil
		case e := <-events:
			if result == nil {
				return e, nil
			}
			if e.control != done {
				change(errChanged)
			}
			next, events = &e, nil
		case <-ctx.Done():
			if result == nil {
				return event{control: done}, nil
			}
			return event{control: done}, <-result
		}
	}
}
