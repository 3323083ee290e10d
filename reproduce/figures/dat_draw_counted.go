package figures

import "lightfast/pnn/figure"

// countable is the setting of a training step whose operations are counted.
type countable interface {
	comparable
	Operations() (float64, error)
}

// costMethods are the methods whose steps are counted.
var costMethods = []string{"AT", "PAT", "DAT w/ IS"}

// counted holds the steps that panels show, with their operations.
type counted[C countable] struct {
	steps []C
	ops   []float64
}

// panel draws the operations of all methods in two variants against a size; at is
// the step of a method in the first variant or the second.
func (t *counted[C]) panel(l figure.Lines, variants [2]string, sizes []int, at func(method string, first bool, size int) C) (figure.Lines, error) {
	l.YLabel, l.XLog, l.YLog = "operations in a training step", true, true
	for variant, name := range variants {
		for _, method := range costMethods {
			s := figure.Series{Label: method + ", " + name, Method: method, Variant: variant}
			for _, n := range sizes {
				c := at(method, variant == 0, n)
				v, err := c.Operations()
				if err != nil {
					return l, err
				}
				t.steps, t.ops = append(t.steps, c), append(t.ops, v)
				s.X, s.Y = append(s.X, float64(n)), append(s.Y, v)
			}
			l.Series = append(l.Series, s)
		}
	}
	return l, nil
}

// of is the operations of a step that a panel shows.
func (t *counted[C]) of(c C) (float64, bool) {
	for i, s := range t.steps {
		if s == c {
			return t.ops[i], true
		}
	}
	return 0, false
}
