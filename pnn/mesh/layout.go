package mesh

import "fmt"

// Limits of the number of ports.
const (
	MinPorts = 2
	MaxPorts = 1024
)

// Layout says which lines meet in which column. Phases are kept in arrays of
// shape (Columns, Pairs); slots without an interferometer are not used.
type Layout struct {
	Kind    string // "rectangular" or "triangular"
	Ports   int
	Pairs   int // slots in a column: Ports/2
	columns []column
}

// column is one column of interferometers. slot[i] is the index of the i-th one
// in the phase arrays, or -1 for the wrap pair of the rectangular mesh, which
// multiplies both its lines by -i whatever its phases.
type column struct {
	top, next []int32
	slot      []int
	rest      []int // lines that meet no interferometer
}

// Columns is the number of columns of interferometers.
func (l *Layout) Columns() int { return len(l.columns) }

// Slots is the length of a phase array.
func (l *Layout) Slots() int { return len(l.columns) * l.Pairs }

// Active tells which slots of the phase arrays hold an interferometer.
func (l *Layout) Active() []bool {
	a := make([]bool, l.Slots())
	for _, c := range l.columns {
		for _, s := range c.slot {
			if s >= 0 {
				a[s] = true
			}
		}
	}
	return a
}

// Interferometers is the number of tunable interferometers, N(N-1)/2.
func (l *Layout) Interferometers() int {
	n := 0
	for _, a := range l.Active() {
		if a {
			n++
		}
	}
	return n
}

func checkPorts(n int) error {
	if n < MinPorts || n > MaxPorts {
		return fmt.Errorf("mesh: %d ports, expected %d to %d", n, MinPorts, MaxPorts)
	}
	return nil
}

// Rectangular is the mesh of Clements et al. (Optica 3, 1460 (2016)): N columns
// of interferometers on lines (0,1), (2,3), ... and (1,2), (3,4), ... in turn.
// With an even number of ports the odd columns have one slot more, the pair of
// lines (N-1, 0), which is held in the bar state (a factor -i on both lines) as
// in Neurophox.
func Rectangular(ports int) (*Layout, error) {
	if err := checkPorts(ports); err != nil {
		return nil, err
	}
	l := &Layout{Kind: "rectangular", Ports: ports, Pairs: ports / 2}
	for j := range ports {
		var c column
		for m := range l.Pairs {
			top := 2*m + j%2
			switch {
			case top+1 < ports:
				c.add(top, top+1, j*l.Pairs+m)
			case ports%2 == 0:
				c.add(top, 0, -1)
			}
		}
		c.complete(ports)
		l.columns = append(l.columns, c)
	}
	return l, nil
}

// Triangular is the mesh of Reck et al. (Phys. Rev. Lett. 73, 58 (1994)): 2N-3
// columns, in which row i = 0..N-2 of the triangle has interferometers on lines
// (c, c+1) of column c+2i for c = 0..N-2-i.
func Triangular(ports int) (*Layout, error) {
	if err := checkPorts(ports); err != nil {
		return nil, err
	}
	l := &Layout{Kind: "triangular", Ports: ports, Pairs: ports / 2}
	for j := range 2*ports - 3 {
		var c column
		for top := j % 2; top+1 < ports; top += 2 {
			if i := (j - top) / 2; i >= 0 && top <= ports-2-i && j >= top {
				c.add(top, top+1, j*l.Pairs+top/2)
			}
		}
		c.complete(ports)
		l.columns = append(l.columns, c)
	}
	return l, nil
}

// complete lists the lines that meet no interferometer.
func (c *column) complete(ports int) {
	met := make([]bool, ports)
	for i, t := range c.top {
		met[t], met[c.next[i]] = true, true
	}
	for line, m := range met {
		if !m {
			c.rest = append(c.rest, line)
		}
	}
}

func (c *column) add(top, next, slot int) {
	c.top = append(c.top, int32(top))
	c.next = append(c.next, int32(next))
	c.slot = append(c.slot, slot)
}
