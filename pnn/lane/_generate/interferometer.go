package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Rows of a tile, as in interferometer.go of package lane.
const (
	rowTheta = iota
	rowPhi
	rowNN
	rowNP
	rowPN
	rowPP
	rowAr
	rowAi
	rowFr
	rowFi
	rowDTheta
	rowDPhi
	tileRows
)

func row(tile reg.GPVirtual, r int) Mem { return Mem{Base: tile, Disp: 64 * r} }

// doubles is a table of double-precision constants, broadcast as operands.
type doubles struct {
	at map[uint64]Mem
}

func newDoubles(name string, values ...float64) *doubles {
	d := &doubles{map[uint64]Mem{}}
	data := GLOBL(name, RODATA|NOPTR)
	for i, v := range values {
		DATA(8*i, U64(math.Float64bits(v)))
		d.at[math.Float64bits(v)] = data.Offset(8 * i)
	}
	return d
}

func (d *doubles) load(v float64) reg.VecVirtual {
	m, ok := d.at[math.Float64bits(v)]
	if !ok {
		panic("a constant is missing from its table")
	}
	r := ZMM()
	VBROADCASTSD(m, r)
	return r
}

const (
	halfPi1 = 1.57079632673412561417e+00
	halfPi2 = 6.07710050630396597660e-11
	halfPi3 = 2.02226624879595063154e-21
	toInt   = 3 << 51 // adding it leaves an integer in the low bits
)

var sin64 = []float64{1.58969099521155010221e-10, -2.50507602534068634195e-08, 2.75573137070700676789e-06,
	-1.98412698298579493134e-04, 8.33333333332248946124e-03, -1.66666666666666324348e-01}

var cos64 = []float64{-1.13596475577881948265e-11, 2.08757232129817482790e-09, -2.75573143513906633035e-07,
	2.48015872894767294178e-05, -1.38888888888741095749e-03, 4.16666666666666019037e-02}

func doublesOfSinCos(name string, more ...float64) *doubles {
	v := append([]float64{halfPi1, halfPi2, halfPi3, toInt, 2 / math.Pi, 1, 0.5, 1 << 20}, sin64...)
	v = append(v, cos64...)
	return newDoubles(name, append(v, more...)...)
}

// binary are operations with the operands in the order of mathematics.
func mul64(a, b reg.VecVirtual) reg.VecVirtual { r := ZMM(); VMULPD(b, a, r); return r }
func add64(a, b reg.VecVirtual) reg.VecVirtual { r := ZMM(); VADDPD(b, a, r); return r }
func sub64(a, b reg.VecVirtual) reg.VecVirtual { r := ZMM(); VSUBPD(b, a, r); return r }

// sincos64 computes SinCos of eight angles and jumps to label if one is beyond
// 2^20 or not a number.
func sincos64(d *doubles, x reg.VecVirtual, label string) (sin, cos reg.VecVirtual) {
	k1 := K()
	abs := ZMM()
	bits := GP64()
	MOVQ(U64(0x7fffffffffffffff), bits)
	VPBROADCASTQ(bits, abs)
	VPANDQ(x, abs, abs)
	VCMPPD(Imm(6), d.load(1<<20), abs, k1) // not |x| <= 2^20
	KORTESTB(k1, k1)
	JNE(LabelRef(label))
	k := mul64(x, d.load(2/math.Pi))
	VRNDSCALEPD(Imm(8), k, k) // to even
	r := sub64(x, mul64(k, d.load(halfPi1)))
	r = sub64(r, mul64(k, d.load(halfPi2)))
	r = sub64(r, mul64(k, d.load(halfPi3)))
	z := mul64(r, r)
	s := d.load(sin64[0])
	for _, c := range sin64[1:] {
		s = add64(mul64(z, s), d.load(c))
	}
	s = add64(r, mul64(r, mul64(z, s)))
	c := d.load(cos64[0])
	for _, v := range cos64[1:] {
		c = add64(mul64(z, c), d.load(v))
	}
	h := mul64(d.load(0.5), z)
	one := d.load(1)
	w := sub64(one, h)
	c = add64(w, add64(sub64(sub64(one, w), h), mul64(z, mul64(z, c))))
	t := add64(k, d.load(toInt))
	// Odd k exchanges the two; bit 1 of k turns the sign of the sine, bit 1 of
	// k+1 that of the cosine.
	swap, sign := ZMM(), ZMM()
	sin, cos = ZMM(), ZMM()
	VPSLLQ(Imm(63), t, swap)
	odd := K()
	VPMOVQ2M(swap, odd)
	VBLENDMPD(c, s, odd, sin)
	VBLENDMPD(s, c, odd, cos)
	top, oneBit := ZMM(), ZMM()
	MOVQ(U64(0x8000000000000000), bits)
	VPBROADCASTQ(bits, top)
	VPSLLQ(Imm(62), t, sign)
	VPANDQ(top, sign, sign)
	VPXORQ(sign, sin, sin)
	MOVQ(U64(1), bits)
	VPBROADCASTQ(bits, oneBit)
	VPADDQ(oneBit, t, t)
	VPSLLQ(Imm(62), t, sign)
	VPANDQ(top, sign, sign)
	VPXORQ(sign, cos, cos)
	return sin, cos
}

// cpair is a complex number in two registers.
type cpair struct{ re, im reg.VecVirtual }

func (x cpair) times(y cpair) cpair {
	return cpair{sub64(mul64(x.re, y.re), mul64(x.im, y.im)), add64(mul64(x.re, y.im), mul64(x.im, y.re))}
}

func negate(x reg.VecVirtual) reg.VecVirtual {
	bits, r := GP64(), ZMM()
	MOVQ(U64(0x8000000000000000), bits)
	VPBROADCASTQ(bits, r)
	VPXORQ(x, r, r)
	return r
}

func (x cpair) timesI() cpair { return cpair{negate(x.im), x.re} }

// blend64 is k (p a + q conj(a)); minusP and minusQ say that -p and -q are meant.
func blend64(k, p reg.VecVirtual, minusP bool, q reg.VecVirtual, minusQ bool, a cpair) cpair {
	if minusP {
		p = negate(p)
	}
	if minusQ {
		q = negate(q)
	}
	return cpair{mul64(k, add64(mul64(p, a.re), mul64(q, a.re))), mul64(k, sub64(mul64(p, a.im), mul64(q, a.im)))}
}

func (x cpair) dot(d cpair) reg.VecVirtual { return add64(mul64(x.re, d.re), mul64(x.im, d.im)) }

// settings loads what the matrices of a tile are made of.
type settings struct{ nn, np, pn, pp reg.VecVirtual }

func loadSettings(tile reg.GPVirtual) (s settings) {
	for i, v := range []*reg.VecVirtual{&s.nn, &s.np, &s.pn, &s.pp} {
		*v = ZMM()
		VMOVUPD(row(tile, rowNN+i), *v)
	}
	return s
}

func upper(s settings, d *doubles, a, f cpair) (m0, m1 cpair) {
	half := d.load(0.5)
	return f.times(blend64(half, s.pp, false, s.nn, true, a)), f.times(blend64(half, s.np, false, s.pn, false, a).timesI())
}

// transpose8 transposes 8 x 8 float32 in YMM registers.
func transpose8(v []reg.VecVirtual) []reg.VecVirtual {
	t := make([]reg.VecVirtual, 8)
	for i := 0; i < 8; i += 2 {
		t[i], t[i+1] = YMM(), YMM()
		VUNPCKLPS(v[i+1], v[i], t[i])
		VUNPCKHPS(v[i+1], v[i], t[i+1])
	}
	u := make([]reg.VecVirtual, 8)
	for i := 0; i < 8; i += 4 {
		for k := range 2 {
			u[i+2*k], u[i+2*k+1] = YMM(), YMM()
			VSHUFPS(Imm(0x44), t[i+2+k], t[i+k], u[i+2*k])
			VSHUFPS(Imm(0xee), t[i+2+k], t[i+k], u[i+2*k+1])
		}
	}
	out := make([]reg.VecVirtual, 8)
	for i := range 4 {
		out[i], out[i+4] = YMM(), YMM()
		VSHUFF32X4(Imm(0), u[i+4], u[i], out[i])
		VSHUFF32X4(Imm(3), u[i+4], u[i], out[i+4])
	}
	return out
}

// transferMatrices computes tiles of transfer matrices.
func transferMatrices() {
	d := doublesOfSinCos("transferMatrices")
	TEXT("transferMatricesAVX512", NOSPLIT, "func(rotors *float32, tiles *float64, n int) (done int)")
	Pragma("noescape")
	Doc("transferMatricesAVX512 is transferMatricesGo; it stops in front of the first tile with a phase beyond 2^20 and returns how many it did.")
	rotors, tile, n := pointer("rotors"), pointer("tiles"), pointer("n")
	done := GP64()
	XORQ(done, done)
	Label("tile")
	CMPQ(done, n)
	JGE(LabelRef("end"))
	theta, phi := ZMM(), ZMM()
	VMOVUPD(row(tile, rowTheta), theta)
	VMOVUPD(row(tile, rowPhi), phi)
	as, ac := sincos64(d, mul64(theta, d.load(0.5)), "end")
	fs, fc := sincos64(d, phi, "end")
	for i, v := range []reg.VecVirtual{ac, as, fc, fs} {
		VMOVUPD(v, row(tile, rowAr+i))
	}
	a, f, s := cpair{ac, as}, cpair{fc, fs}, loadSettings(tile)
	half := d.load(0.5)
	m0, m1 := upper(s, d, a, f)
	m2 := blend64(half, s.pn, false, s.np, false, a).timesI()
	m3 := blend64(half, s.nn, true, s.pp, false, a)
	var single []reg.VecVirtual
	for _, v := range []reg.VecVirtual{m0.re, m0.im, m1.re, m1.im, m2.re, m2.im, m3.re, m3.im} {
		y := YMM()
		VCVTPD2PS(v, y)
		single = append(single, y)
	}
	for i, v := range transpose8(single) {
		VMOVUPS(v, Mem{Base: rotors, Disp: 32 * i})
	}
	ADDQ(U32(8*32), rotors)
	ADDQ(U32(64*tileRows), tile)
	INCQ(done)
	JMP(LabelRef("tile"))
	Label("end")
	Store(done, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// transferGradients computes tiles of gradients of phases.
func transferGradients() {
	d := newDoubles("transferGradients", 0.25, -0.25, 0.5)
	TEXT("transferGradientsAVX512", NOSPLIT, "func(tiles *float64, n int, parts **float32, stride, count int)")
	Pragma("noescape")
	Doc("transferGradientsAVX512 is transferGradientsGo; parts points to the data pointers of the parts, stride bytes apart.")
	tile, n := pointer("tiles"), pointer("n")
	stride := pointer("stride")
	offset := GP64()
	XORQ(offset, offset)
	loop("tile", n, func() {
		var g [8]reg.VecVirtual
		for i := range g {
			g[i] = ZMM()
			zero(g[i])
		}
		part, count := pointer("parts"), pointer("count")
		loop("part", count, func() {
			at := GP64()
			MOVQ(Mem{Base: part}, at)
			ADDQ(offset, at)
			ADDQ(stride, part)
			v := make([]reg.VecVirtual, 8)
			for i := range v {
				v[i] = YMM()
				VMOVUPS(Mem{Base: at, Disp: 32 * i}, v[i])
			}
			for i, y := range transpose8(v) {
				z := ZMM()
				VCVTPS2PD(y, z)
				VADDPD(z, g[i], g[i])
			}
		})
		a, f := cpair{ZMM(), ZMM()}, cpair{ZMM(), ZMM()}
		for i, v := range []reg.VecVirtual{a.re, a.im, f.re, f.im} {
			VMOVUPD(row(tile, rowAr+i), v)
		}
		s := loadSettings(tile)
		plus, minus := d.load(0.25), d.load(-0.25)
		sum := ZMM()
		zero(sum)
		in := func(i int) cpair { return cpair{g[2*i], g[2*i+1]} }
		sum = add64(sum, in(0).dot(f.times(blend64(plus, s.pp, false, s.nn, false, a).timesI())))
		sum = add64(sum, in(1).dot(f.times(blend64(minus, s.np, false, s.pn, true, a))))
		sum = add64(sum, in(2).dot(blend64(minus, s.pn, false, s.np, true, a)))
		sum = add64(sum, in(3).dot(blend64(minus, s.nn, false, s.pp, false, a).timesI()))
		VMOVUPD(sum, row(tile, rowDTheta))
		m0, m1 := upper(s, d, a, f)
		VMOVUPD(add64(in(0).dot(m0.timesI()), in(1).dot(m1.timesI())), row(tile, rowDPhi))
		ADDQ(U32(8*32), offset)
		ADDQ(U32(64*tileRows), tile)
	})
	VZEROUPPER()
	RET()
}
