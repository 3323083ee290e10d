package sepn

import (
	"testing"

	"lightfast/pnn/lane"
)

// TestOperationsByHand counts the residual network conv 1->2, + input, conv 2->1
// on 3 x 3 pixels: along an axis the three taps meet 2, 3 and 2 pixels inside the
// image, (2+3+2)^2 = 49 in the plane.
func TestOperationsByHand(t *testing.T) {
	n, err := Residual[float32]("r", 3, 3, 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	const conv = 2 * (2 * 1) * (2 * 2) * 49 // both convolutions, in either direction
	f, i, w := n.Operations()
	if want := 2*conv + 4*9; f != want { // the input on top of two complex channels
		t.Errorf("forward: %d operations, by hand %d", f, want)
	}
	// Gradients are added to 2 x 9 numbers of the input, 4 x 9 of the sum; those
	// of the addition go to both of its sources.
	if want := 2*conv + 2*9 + 4*9 + 2*4*9; i != want {
		t.Errorf("gradient of the input: %d operations, by hand %d", i, want)
	}
	if want := 2*conv + 4*9 + 2*9; w != want {
		t.Errorf("gradient of the weights: %d operations, by hand %d", w, want)
	}
}

// TestOperationsFollowThePlans compares the count with the tables that the
// kernels work from, for convolutions with stride and transposed ones.
func TestOperationsFollowThePlans(t *testing.T) {
	for _, g := range []lane.Convolution{same(4, 8), down(8, 4), up(2, 4)} {
		c := newConv[float32]("c", g, 1, 1)
		want := 0
		for y := range g.OutH {
			for x := range g.OutW {
				for ty := range kernel {
					for tx := range kernel {
						if reaches(g, y, ty, g.InH) && reaches(g, x, tx, g.InW) {
							want++
						}
					}
				}
			}
		}
		if got := c.Pairs(); got != want {
			t.Errorf("%+v: %d pairs of pixel and tap, pixel by pixel %d", g, got, want)
		}
	}
}

// reaches tells, from the definition of the convolution, whether a tap of the
// kernel at output pixel o finds an input pixel.
func reaches(g lane.Convolution, o, tap, in int) bool {
	if !g.Transposed {
		i := o*g.Stride - 1 + tap
		return i >= 0 && i < in
	}
	i := o + 1 - tap
	return i >= 0 && i%g.Stride == 0 && i/g.Stride < in
}
