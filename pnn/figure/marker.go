package figure

import "gonum.org/v1/plot/vg"

// Marker is the shape drawn at a data point. Shapes have about equal area.
type Marker int

// The markers.
const (
	Circle Marker = iota
	Square
	TriangleUp
	Diamond
	TriangleDown
	Pentagon
	Star
	Cross
	markerCount
)

// corners of the markers around the origin, for radius 1.
var corners = [markerCount][][2]float64{
	Square:       {{-0.89, -0.89}, {0.89, -0.89}, {0.89, 0.89}, {-0.89, 0.89}},
	TriangleUp:   {{-1.13, -0.75}, {1.13, -0.75}, {0, 1.25}},
	Diamond:      {{0, -1.3}, {1.1, 0}, {0, 1.3}, {-1.1, 0}},
	TriangleDown: {{-1.13, 0.75}, {0, -1.25}, {1.13, 0.75}},
	Pentagon:     {{0, 1.15}, {-1.094, 0.355}, {-0.676, -0.930}, {0.676, -0.930}, {1.094, 0.355}},
	Star: {{0, 1.45}, {-0.341, 0.469}, {-1.379, 0.448}, {-0.552, -0.179}, {-0.852, -1.173},
		{0, -0.580}, {0.852, -1.173}, {0.552, -0.179}, {1.379, 0.448}, {0.341, 0.469}},
	Cross: {{0, 0.5}, {-0.75, 1.25}, {-1.25, 0.75}, {-0.5, 0}, {-1.25, -0.75}, {-0.75, -1.25},
		{0, -0.5}, {0.75, -1.25}, {1.25, -0.75}, {0.5, 0}, {1.25, 0.75}, {0.75, 1.25}},
}

func (m Marker) path(at vg.Point, radius vg.Length) vg.Path {
	if m <= Circle || m >= markerCount {
		return circle(at, radius)
	}
	points := make([]vg.Point, len(corners[m]))
	for i, c := range corners[m] {
		points[i] = vg.Point{X: at.X + vg.Length(c[0])*radius, Y: at.Y + vg.Length(c[1])*radius}
	}
	return polygon(points...)
}

// markerRadius is the radius of a marker in points.
const markerRadius vg.Length = 2.3

// mark draws a marker: filled with a thin white rim that keeps neighbours
// apart, or hollow for a value taken from a paper.
func (s *surface) mark(look look, at vg.Point) {
	p := look.marker.path(at, markerRadius)
	if look.hollow {
		s.fill(white, p)
		s.outline(stroke{colour: look.colour, width: 0.9}, p)
		return
	}
	s.fill(look.colour, p)
	s.outline(stroke{colour: white, width: 0.35}, p)
}
