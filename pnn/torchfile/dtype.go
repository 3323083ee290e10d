package torchfile

import (
	"encoding/binary"
	"math"
)

// dtype is a number format of a file. A complex value is two parts, re and im.
type dtype struct {
	name  string
	unit  int // bytes of one part
	parts int // 1, or 2 if complex
	part  func(order binary.ByteOrder, b []byte) float64
}

// bytes is the size of one element.
func (d dtype) bytes() int { return d.unit * d.parts }

var (
	dtF2   = dtype{"f2", 2, 1, partF2}
	dtBF16 = dtype{"bf16", 2, 1, partBF16}
	dtF4   = dtype{"f4", 4, 1, partF4}
	dtF8   = dtype{"f8", 8, 1, partF8}
	dtI1   = dtype{"i1", 1, 1, func(_ binary.ByteOrder, b []byte) float64 { return float64(int8(b[0])) }}
	dtI2   = dtype{"i2", 2, 1, func(o binary.ByteOrder, b []byte) float64 { return float64(int16(o.Uint16(b))) }}
	dtI4   = dtype{"i4", 4, 1, func(o binary.ByteOrder, b []byte) float64 { return float64(int32(o.Uint32(b))) }}
	dtI8   = dtype{"i8", 8, 1, func(o binary.ByteOrder, b []byte) float64 { return float64(int64(o.Uint64(b))) }}
	dtU1   = dtype{"u1", 1, 1, func(_ binary.ByteOrder, b []byte) float64 { return float64(b[0]) }}
	dtB1   = dtype{"b1", 1, 1, partB1}
	dtC8   = dtype{"c8", 4, 2, partF4}
	dtC16  = dtype{"c16", 8, 2, partF8}
)

func partF4(o binary.ByteOrder, b []byte) float64 {
	return float64(math.Float32frombits(o.Uint32(b)))
}

func partF8(o binary.ByteOrder, b []byte) float64 { return math.Float64frombits(o.Uint64(b)) }

func partBF16(o binary.ByteOrder, b []byte) float64 {
	return float64(math.Float32frombits(uint32(o.Uint16(b)) << 16))
}

func partB1(_ binary.ByteOrder, b []byte) float64 {
	if b[0] != 0 {
		return 1
	}
	return 0
}

// partF2 widens an IEEE half: 1 sign, 5 exponent, 10 fraction bits. All steps
// are exact.
func partF2(o binary.ByteOrder, b []byte) float64 {
	h := o.Uint16(b)
	exponent, fraction := int(h>>10&31), float64(h&1023)
	var v float64
	switch {
	case exponent == 31 && fraction != 0:
		return math.NaN()
	case exponent == 31:
		v = math.Inf(1)
	case exponent == 0:
		v = fraction * 0x1p-24
	default:
		v = math.Ldexp(fraction+1024, exponent-25)
	}
	if h>>15 == 1 {
		return -v
	}
	return v
}
