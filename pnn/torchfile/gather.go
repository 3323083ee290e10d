package torchfile

import (
	"encoding/binary"
	"fmt"
	"math"
)

// layout says where the elements of a tensor lie in a storage. Offset and
// strides count elements.
type layout struct {
	offset int
	shape  []int
	stride []int
}

// newLayout checks a layout against a storage of numel elements and returns it
// with the number of elements it visits, at most limit.
func newLayout(offset int64, shape, stride []int64, numel, limit int64) (layout, int, error) {
	l := layout{shape: make([]int, len(shape)), stride: make([]int, len(shape))}
	count := int64(1)
	empty := false
	for a, d := range shape {
		if d < 0 || d > maxDim {
			return layout{}, 0, fmt.Errorf("axis %d has length %d, expected 0 to %d", a, d, maxDim)
		}
		l.shape[a] = int(d)
		if d == 0 {
			empty = true
		}
	}
	if empty {
		return l, 0, nil
	}
	if offset < 0 || offset >= numel {
		return layout{}, 0, fmt.Errorf("storage offset %d is outside its storage of %d elements", offset, numel)
	}
	room := numel - 1 - offset // how far the last element may lie behind the first
	for a, d := range shape {
		if count > limit/d {
			return layout{}, 0, fmt.Errorf("shape %v asks for more than the %d values left for this file", shape, limit)
		}
		count *= d
		if d == 1 {
			continue // the stride of a single-element axis is never walked, whatever it says
		}
		if stride[a] < 0 || stride[a] > room/(d-1) {
			return layout{}, 0, fmt.Errorf("shape %v with strides %v and offset %d reaches outside its storage of %d elements", shape, stride, offset, numel)
		}
		room -= stride[a] * (d - 1)
		l.stride[a] = int(stride[a])
	}
	if count > limit {
		return layout{}, 0, fmt.Errorf("shape %v asks for more than the %d values left for this file", shape, limit)
	}
	l.offset = int(offset)
	return l, int(count), nil
}

// gather reads the count elements of l from raw, row-major, as float64 (two per
// complex element).
func gather(dt dtype, order binary.ByteOrder, raw []byte, l layout, count int) ([]float64, error) {
	const exact = 1 << 53
	out := make([]float64, 0, count*dt.parts)
	idx := make([]int, len(l.shape))
	pos, size := l.offset, dt.bytes()
	wide := dt.name == dtI8.name
	for range count {
		b := raw[pos*size : (pos+1)*size]
		for p := range dt.parts {
			v := dt.part(order, b[p*dt.unit:(p+1)*dt.unit])
			if wide && math.Abs(v) >= exact {
				return nil, fmt.Errorf("integer %d at index %v is not exact in float64, expected less than 2^53 in magnitude; save it as float64 or leave it out of the file",
					int64(order.Uint64(b)), idx)
			}
			out = append(out, v)
		}
		for a := len(idx) - 1; a >= 0; a-- {
			idx[a]++
			pos += l.stride[a]
			if idx[a] < l.shape[a] {
				break
			}
			pos -= l.stride[a] * l.shape[a]
			idx[a] = 0
		}
	}
	return out, nil
}
