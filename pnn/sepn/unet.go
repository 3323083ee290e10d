package sepn

import (
	"fmt"

	"lightfast/pnn/lane"
)

// UNet returns the complex mini U-Net for fields of h x w pixels (multiples of
// 4) with f[0], f[1], f[2] features at full, half and quarter size. With (4, 6, 8)
// it has 8,070, with (4, 8, 16) 19,514 real parameters. name begins the names
// of the parameters.
//
//	B1 = 3 x (conv, ReLU) 1->f0          D1 = conv stride 2 1->f0, ReLU
//	B2 = 3 x (conv, ReLU) f0->f1 on D1   D2 = conv stride 2 f0->f1 on D1, ReLU
//	B3 = 3 x (conv, ReLU) f1->f2 on D2
//	U1 = transposed conv f2->f1 on B3, ReLU
//	U2 = transposed conv 2 f1->f0 on (B2, U1), ReLU
//	out = conv 2 f0->1 on (B1, U2)
//
// (Zheng et al. 2023; without batch normalisation.)
func UNet[T lane.Float](name string, h, w int, f [3]int) (*Net[T], error) {
	if err := checkImage("U-Net", h, w, 4); err != nil {
		return nil, err
	}
	for _, n := range f {
		if n < 1 {
			return nil, fmt.Errorf("sepn: U-Net with features %v, expected three positive numbers", f)
		}
	}
	net := &Net[T]{H: h, W: w, Kind: "unet"}
	b := builder[T]{net}
	full, half, quarter := same(h, w), same(h/2, w/2), same(h/4, w/4)
	z := b.buffer(1, h, w)
	b1a, b1b, cat1 := b.buffer(f[0], h, w), b.buffer(f[0], h, w), b.buffer(2*f[0], h, w)
	d1 := b.buffer(f[0], h/2, w/2)
	b2a, b2b, cat2 := b.buffer(f[1], h/2, w/2), b.buffer(f[1], h/2, w/2), b.buffer(2*f[1], h/2, w/2)
	d2 := b.buffer(f[1], h/4, w/4)
	b3a, b3b, b3c := b.buffer(f[2], h/4, w/4), b.buffer(f[2], h/4, w/4), b.buffer(f[2], h/4, w/4)
	out := b.buffer(1, h, w)

	b.conv(name+".ConvB1.0", full, z, 0, 1, b1a, 0, f[0], true)
	b.conv(name+".ConvB1.1", full, b1a, 0, f[0], b1b, 0, f[0], true)
	b.conv(name+".ConvB1.2", full, b1b, 0, f[0], cat1, 0, f[0], true)
	b.conv(name+".DownConv1", down(h, w), z, 0, 1, d1, 0, f[0], true)
	b.conv(name+".ConvB2.0", half, d1, 0, f[0], b2a, 0, f[1], true)
	b.conv(name+".ConvB2.1", half, b2a, 0, f[1], b2b, 0, f[1], true)
	b.conv(name+".ConvB2.2", half, b2b, 0, f[1], cat2, 0, f[1], true)
	b.conv(name+".DownConv2", down(h/2, w/2), d1, 0, f[0], d2, 0, f[1], true)
	b.conv(name+".ConvB3.0", quarter, d2, 0, f[1], b3a, 0, f[2], true)
	b.conv(name+".ConvB3.1", quarter, b3a, 0, f[2], b3b, 0, f[2], true)
	b.conv(name+".ConvB3.2", quarter, b3b, 0, f[2], b3c, 0, f[2], true)
	b.conv(name+".UpConv1", up(h/4, w/4), b3c, 0, f[2], cat2, f[1], f[1], true)
	b.conv(name+".UpConv2", up(h/2, w/2), cat2, 0, 2*f[1], cat1, f[0], f[0], true)
	b.conv(name+".OutConv", full, cat1, 0, 2*f[0], out, 0, 1, false)
	return net, nil
}
