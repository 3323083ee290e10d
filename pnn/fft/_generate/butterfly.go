package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// constants of the transforms, kept in read-only memory.
var constants = map[float32]Mem{}

// number is a constant, rounded to single precision once.
func (g *graph) number(v float64) term {
	neg := v < 0
	f := float32(math.Abs(v))
	m, ok := constants[f]
	if !ok {
		m = ConstData(fmt.Sprintf("number%08x", math.Float32bits(f)), F32(f))
		constants[f] = m
	}
	key := [3]any{broadcast, f, nil}
	n := g.shared[key]
	if n == nil {
		n = g.broadcast(func() Op { return m }).n
		if g.shared == nil {
			g.shared = map[[3]any]*node{}
		}
		g.shared[key] = n
	}
	return term{n, neg}
}

// line addresses the elements 0, stride, 2 stride, ... of a run that starts
// somewhere: up to five offsets from each of two bases.
type line struct {
	half           int // elements from half on count from the second base
	stride, triple reg.GPVirtual
	re, im         [2]reg.GPVirtual
}

func newLine(radix int, stride reg.GPVirtual) *line {
	l := &line{half: radix, stride: stride}
	if radix > 5 {
		l.half = (radix + 1) / 2
	}
	if l.half > 3 {
		l.triple = GP64()
		LEAQ(Mem{Base: stride, Index: stride, Scale: 2}, l.triple)
	}
	return l
}

// place computes the bases from that of element 0 and the distance of the
// imaginary parts, in bytes.
func (l *line) place(base reg.GPVirtual, im Op, radix int) {
	l.re[0], l.im[0] = base, GP64()
	MOVQ(im, l.im[0])
	ADDQ(base, l.im[0])
	if l.half == radix {
		return
	}
	for _, b := range []*[2]reg.GPVirtual{&l.re, &l.im} {
		b[1] = GP64()
		switch l.half {
		case 3:
			LEAQ(Mem{Base: b[0], Index: l.stride, Scale: 2}, b[1])
			ADDQ(l.stride, b[1])
		case 4:
			LEAQ(Mem{Base: b[0], Index: l.stride, Scale: 4}, b[1])
		case 5:
			LEAQ(Mem{Base: b[0], Index: l.stride, Scale: 4}, b[1])
			ADDQ(l.stride, b[1])
		}
	}
}

func (l *line) at(bases *[2]reg.GPVirtual, m, disp int) Op {
	b := bases[0]
	if m >= l.half {
		b, m = bases[1], m-l.half
	}
	switch m {
	case 0:
		return Mem{Base: b, Disp: disp}
	case 3:
		return Mem{Base: b, Index: l.triple, Scale: 1, Disp: disp}
	}
	return Mem{Base: b, Index: l.stride, Scale: uint8(m), Disp: disp}
}

func argument(name string) Mem {
	b, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return b.Addr
}

func pointer(name string) reg.GPVirtual { return Load(Param(name), GP64()).(reg.GPVirtual) }

// form is what a butterfly knows about its inputs and outputs.
type form struct {
	name     string
	twiddles bool
	half     bool // the second half of the inputs is zero
	head     bool // only the first half of the outputs is wanted
}

// comment is the loop that the kernel computes.
func (f form) comment(name string, radix int) []string {
	in, out := radix, radix
	if f.half {
		in /= 2
	}
	if f.head {
		out /= 2
	}
	lines := []string{
		name + " is butterfliesGo:",
		"",
		"	for b := range count {",
		"		s, d := table[3*b]*srcRow, table[3*b+1]*dstRow",
		fmt.Sprintf("		for m := range %d {", in),
		"			x[m] = src[s+m*srcStride] + i*src[s+m*srcStride+srcIm] // sixteen lanes",
		"		}",
	}
	if f.twiddles {
		lines[len(lines)-1] = "			x[m] *= w[m] // w[0] = 1, the others from twiddles[table[3*b+2]:]"
		lines = append(lines, "		}")
	}
	zero := "false"
	if f.half {
		zero = "true"
	}
	return append(lines,
		fmt.Sprintf("		small(%d, &x, %s)", radix, zero),
		fmt.Sprintf("		for k := range %d {", out),
		"			dst[d+k*dstStride], dst[d+k*dstStride+dstIm] = real(x[k]), imag(x[k])",
		"		}",
		"	}")
}

var (
	first = form{name: "First"}
	later = form{name: "Later", twiddles: true}
	half  = form{name: "Half", half: true}
	head  = form{name: "Head", twiddles: true, head: true}
)

// butterfly writes the kernel of one radix.
func butterfly(s isa, f form, radix int) {
	name := fmt.Sprintf("butterfly%d%s%s", radix, f.name, s.name)
	TEXT(name, NOSPLIT, "func(dst, src *float32, dstIm, srcIm, dstRow, srcRow, dstStride, srcStride int, table *int32, count int, twiddles *float32)")
	Pragma("noescape")
	Doc(f.comment(name, radix)...)
	var frame reg.GPVirtual
	if s.parts == 2 && radix >= 7 { // elsewhere nothing is ever put aside
		frame = GP64()
		LEAQ(AllocLocal(0), frame)
		ADDQ(Imm(63), frame)
		ANDQ(I32(-64), frame)
	}
	for _, n := range []string{"dstIm", "srcIm", "dstRow", "srcRow", "dstStride", "srcStride"} {
		SHLQ(Imm(2), argument(n))
	}
	src, dst := newLine(radix, pointer("srcStride")), newLine(radix, pointer("dstStride"))
	twiddles := GP64()
	CMPQ(argument("count"), Imm(0))
	JLE(LabelRef("done"))
	Label("next")
	table, base, to := GP64(), GP64(), GP64()
	MOVQ(argument("table"), table)
	MOVLQSX(Mem{Base: table}, base)
	IMULQ(argument("srcRow"), base)
	ADDQ(argument("src"), base)
	MOVLQSX(Mem{Base: table, Disp: 4}, to)
	IMULQ(argument("dstRow"), to)
	ADDQ(argument("dst"), to)
	if f.twiddles {
		MOVLQSX(Mem{Base: table, Disp: 8}, twiddles)
		SHLQ(Imm(2), twiddles)
		ADDQ(argument("twiddles"), twiddles)
	}
	ADDQ(Imm(12), table)
	MOVQ(table, argument("table"))
	src.place(base, argument("srcIm"), radix)
	placed, slots := false, 0
	for p := range s.parts {
		disp := p * s.bytes()
		g := &graph{}
		x := func(m int) cx {
			if f.half && m >= radix/2 {
				return cx{}
			}
			v := cx{g.load(func() Op { return src.at(&src.re, m, disp) }), g.load(func() Op { return src.at(&src.im, m, disp) })}
			if !f.twiddles || m == 0 {
				return v
			}
			w := cx{g.broadcast(func() Op { return Mem{Base: twiddles, Disp: 8 * (m - 1)} }), g.broadcast(func() Op { return Mem{Base: twiddles, Disp: 8*(m-1) + 4} })}
			return g.times(w, v)
		}
		out := func(bases *[2]reg.GPVirtual, k int) func() Op {
			return func() Op {
				if !placed {
					dst.place(to, argument("dstIm"), radix)
					placed = true
				}
				return dst.at(bases, k, disp)
			}
		}
		y := func(k int, v cx) {
			if f.head && k >= radix/2 {
				return
			}
			g.store(v.re, out(&dst.re, k))
			g.store(v.im, out(&dst.im, k))
		}
		g.dft(radix, x, y)
		slots = max(slots, g.write(s, func(slot int) Op { return Mem{Base: frame, Disp: slot * s.bytes()} }))
	}
	if slots > 0 {
		AllocLocal(64 + slots*s.bytes())
	}
	DECQ(argument("count"))
	JNE(LabelRef("next"))
	Label("done")
	VZEROUPPER()
	RET()
}
