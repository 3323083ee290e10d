package sepn

import (
	"fmt"

	"lightfast/pnn/lane"
)

// Residual returns the complex residual network for fields of h x w pixels:
// layers x (conv, ReLU) 1->f->f..., the input added to every channel, then
// conv f->1.
func Residual[T lane.Float](name string, h, w, layers, f int) (*Net[T], error) {
	if err := checkImage("residual", h, w, 1); err != nil {
		return nil, err
	}
	if layers < 1 || f < 1 {
		return nil, fmt.Errorf("sepn: residual network of %d layers with %d features, expected at least 1 of each", layers, f)
	}
	net := &Net[T]{H: h, W: w, Kind: "residual"}
	b := builder[T]{net}
	src, in := b.buffer(1, h, w), 1
	for i := range layers {
		dst := b.buffer(f, h, w)
		b.conv(fmt.Sprintf("%s.Conv.%d", name, i), same(h, w), src, 0, in, dst, 0, f, true)
		src, in = dst, f
	}
	sum := b.buffer(f, h, w)
	rows := 2 * f * lane.Plane(h, w)
	net.stages = append(net.stages, stage[T]{src: span{src, 0, rows}, dst: span{sum, 0, rows}})
	out := b.buffer(1, h, w)
	b.conv(name+".OutConv", same(h, w), sum, 0, f, out, 0, 1, false)
	return net, nil
}
