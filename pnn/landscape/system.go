package landscape

import (
	"context"
	"errors"
	"fmt"
	"math"

	"lightfast/pnn/lane"
	"lightfast/pnn/optim"
)

// System is a loss as a function of parameters. The loss must be a function of
// nothing else: the same batch each time, no noise, no running statistics that
// move.
type System struct {
	// Parameters are those that are varied: all of a network's, or some.
	Parameters []*optim.Parameter
	// Gradient returns the loss at the present values and adds its gradient to that
	// of the parameters, which is zero before.
	Gradient func() (loss float64, err error)
	// Loss returns the loss alone; nil: that of Gradient is taken.
	Loss func() (float64, error)
	// Update makes changed values take effect and is called after each change, the
	// last included, which puts them back. nil: there is nothing to be done.
	Update func()
}

// Landscape is the loss around the present values of a system's parameters. It
// serves one goroutine.
type Landscape struct {
	// Step is the step of difference quotients, relative to the parameters:
	// Hessian-vector products move the one that moves most by Step times the root
	// mean square of all. 0 stands for [DefaultStep].
	Step float64
	// Richardson takes each product at two steps and extrapolates, which removes
	// the error of second order for twice the time. Together with a larger Step
	// (1e-3) it serves smooth systems; see [DefaultStep] for why not others.
	Richardson bool
	// Pool, if not nil, shares out the work on vectors.
	Pool *lane.Pool
	// Progress, if not nil, is told after each gradient, or each point of a
	// surface, how many are done of how many there will be at most.
	Progress func(done, most int)

	system     System
	size       int
	held       bool
	center     []float64 // values while held
	grads      []float64 // and gradients
	rms        float64   // root mean square of the values
	up, down   []float64 // gradients on both sides
	parts      []float64 // of sums
	done, most int
}

// New returns the landscape of a system. It fails if the system has no parameters,
// or some in single precision, which leaves too few digits for differences.
func New(s System) (*Landscape, error) {
	if s.Gradient == nil {
		return nil, errors.New("landscape: System.Gradient is nil; expected a function that computes loss and gradient")
	}
	l := &Landscape{system: s}
	for i, p := range s.Parameters {
		switch {
		case p == nil:
			return nil, fmt.Errorf("landscape: parameter %d is nil", i)
		case p.Single:
			return nil, fmt.Errorf("landscape: parameter %s is single precision, which differences of gradients cannot do with; build the system in float64 and copy the values", p.Name)
		case len(p.Grad) != len(p.Value):
			return nil, fmt.Errorf("landscape: parameter %s has %d values and %d gradients; expected as many", p.Name, len(p.Value), len(p.Grad))
		}
		l.size += len(p.Value)
	}
	if l.size == 0 {
		return nil, errors.New("landscape: the system has no parameters")
	}
	return l, nil
}

// Size is the number of all parameters: the length of vectors, which hold a number
// for each, parameter by parameter.
func (l *Landscape) Size() int { return l.size }

// Loss returns the loss at the present values.
func (l *Landscape) Loss(ctx context.Context) (loss float64, err error) {
	err = l.hold(1, func() error {
		loss, err = l.loss(ctx)
		return err
	})
	return loss, err
}

// Gradient writes the gradient at the present values into g, of length Size, and
// returns the loss.
func (l *Landscape) Gradient(ctx context.Context, g []float64) (loss float64, err error) {
	if err := l.fit("gradient", g); err != nil {
		return 0, err
	}
	err = l.hold(1, func() error {
		loss, err = l.gradient(ctx, g)
		return err
	})
	return loss, err
}

// hold keeps values and gradients while f, which takes at most so many gradients,
// moves them.
func (l *Landscape) hold(most int, f func() error) error {
	if l.held {
		return errors.New("landscape: a second call while one is under way; a Landscape serves one goroutine")
	}
	if l.Step < 0 || math.IsNaN(l.Step) || math.IsInf(l.Step, 0) {
		return fmt.Errorf("landscape: Step = %g; expected a positive number such as 1e-6, or 0 for the default", l.Step)
	}
	if l.center == nil {
		l.center, l.grads = make([]float64, l.size), make([]float64, l.size)
		l.up, l.down = make([]float64, l.size), make([]float64, l.size)
	}
	at := 0
	for _, p := range l.system.Parameters {
		copy(l.center[at:], p.Value)
		at += copy(l.grads[at:], p.Grad)
	}
	for at, v := range l.center {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("landscape: %s is %g; expected a finite number", l.place(at), v)
		}
	}
	l.rms = math.Sqrt(l.dot(l.center, l.center) / float64(l.size))
	l.held, l.done, l.most = true, 0, most
	defer l.release()
	l.update()
	return f()
}

// release puts everything back.
func (l *Landscape) release() {
	at := 0
	for _, p := range l.system.Parameters {
		copy(p.Value, l.center[at:])
		at += copy(p.Grad, l.grads[at:])
	}
	l.held = false
	l.update()
}

func (l *Landscape) update() {
	if l.system.Update != nil {
		l.system.Update()
	}
}

// place names number i of a vector.
func (l *Landscape) place(i int) string {
	for _, p := range l.system.Parameters {
		if i < len(p.Value) {
			return fmt.Sprintf("number %d of parameter %s", i, p.Name)
		}
		i -= len(p.Value)
	}
	return fmt.Sprintf("number %d beyond the last parameter", i)
}

// fit fails if v is not as long as the parameters or not finite.
func (l *Landscape) fit(what string, v []float64) error {
	if len(v) != l.size {
		return fmt.Errorf("landscape: a %s of length %d; expected %d, one number for each parameter", what, len(v), l.size)
	}
	for i, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("landscape: a %s that is %g at %s; expected finite numbers", what, x, l.place(i))
		}
	}
	return nil
}

// move sets the values to center + a v + b w; w may be nil.
func (l *Landscape) move(a float64, v []float64, b float64, w []float64) {
	at := 0
	for _, p := range l.system.Parameters {
		for i := range p.Value {
			x := l.center[at]
			if v != nil {
				x += float64(a * v[at])
			}
			if w != nil {
				x += float64(b * w[at])
			}
			p.Value[i] = x
			at++
		}
	}
	l.update()
}

// gradient computes loss and gradient where the values are.
func (l *Landscape) gradient(ctx context.Context, g []float64) (float64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	optim.ZeroGrad(l.system.Parameters)
	loss, err := l.system.Gradient()
	if err != nil {
		return 0, fmt.Errorf("landscape: gradient of the system: %w", err)
	}
	at := 0
	for _, p := range l.system.Parameters {
		at += copy(g[at:], p.Grad)
	}
	for i, v := range g {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return 0, fmt.Errorf("landscape: the gradient is %g at %s, where the loss is %g; expected a finite number", v, l.place(i), loss)
		}
	}
	l.report()
	return loss, nil
}

// loss computes the loss where the values are.
func (l *Landscape) loss(ctx context.Context) (loss float64, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	f := l.system.Loss
	if f == nil {
		optim.ZeroGrad(l.system.Parameters)
		f = l.system.Gradient
	}
	if loss, err = f(); err != nil {
		return 0, fmt.Errorf("landscape: loss of the system: %w", err)
	}
	l.report()
	return loss, nil
}

func (l *Landscape) report() {
	l.done++
	if l.Progress != nil {
		l.Progress(l.done, max(l.most, l.done))
	}
}
