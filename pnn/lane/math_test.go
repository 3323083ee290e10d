package lane

import (
	"math"
	"testing"
)

// ulps is the distance of got from want in units of the last place of want.
func ulps(got, want float64) float64 {
	if got == want {
		return 0
	}
	return math.Abs(got-want) / (math.Nextafter(math.Abs(want), math.Inf(1)) - math.Abs(want))
}

func TestFunctionsAgreeWithStandardLibrary(t *testing.T) {
	s := NewStream(1, "test functions", 0)
	worst := map[string]float64{}
	note := func(name string, got, want float64) {
		worst[name] = max(worst[name], ulps(got, want))
	}
	for range 200_000 {
		x := 200 * (s.Float64() - 0.5)
		sin, cos := SinCos(x)
		// Near a zero of the function the last place is tiny: compare on the scale of 1.
		note("sin", sin+2, math.Sin(x)+2)
		note("cos", cos+2, math.Cos(x)+2)
		note("exp", Exp(x), math.Exp(x))
		u := s.Float64()
		note("log", Log(u), math.Log(u))
		note("log big", Log(u*1e9), math.Log(u*1e9))
		note("pow", Pow(u, 0.0079), math.Pow(u, 0.0079))
		v := 2*u - 1 // math.Asin itself cancels near 1: compare with the arc tangent
		note("asin", Asin(v), math.Atan2(v, math.Sqrt((1-v)*(1+v))))
		y := s.Normal()
		note("atan2", Atan2(y, x), math.Atan2(y, x))
	}
	for name, w := range worst {
		if w > 4 {
			t.Errorf("%s differs from package math by up to %.1f units in the last place", name, w)
		}
	}
	if s, c := SinCos(math.Inf(1)); !math.IsNaN(s) || !math.IsNaN(c) {
		t.Error("SinCos(Inf) is not NaN")
	}
	if Exp(1000) != math.Inf(1) || Exp(-1000) != 0 || !math.IsNaN(Log(-1)) || Log(0) != math.Inf(-1) {
		t.Error("wrong limits of Exp or Log")
	}
}

func TestPhiloxKnownAnswers(t *testing.T) {
	// Known-answer vectors of the Random123 distribution, philox4x32-10.
	f := uint32(math.MaxUint32)
	for _, c := range []struct {
		ctr, want [4]uint32
		key       [2]uint32
	}{
		{want: [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{ctr: [4]uint32{f, f, f, f}, key: [2]uint32{f, f}, want: [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{ctr: [4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, key: [2]uint32{0xa4093822, 0x299f31d0}, want: [4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	} {
		if got := philox(c.ctr, c.key); got != c.want {
			t.Errorf("philox(%x, %x) = %x, want %x", c.ctr, c.key, got, c.want)
		}
	}
}

func TestNormalMoments(t *testing.T) {
	s := NewStream(2, "moments", 3)
	const n = 400_000
	var m1, m2, m4 float64
	for range n {
		x := s.Normal()
		m1 += x
		m2 += x * x
		m4 += x * x * x * x
	}
	if math.Abs(m1/n) > 0.01 || math.Abs(m2/n-1) > 0.01 || math.Abs(m4/n-3) > 0.08 {
		t.Errorf("moments of N(0,1): mean %.4f, variance %.4f, fourth %.4f", m1/n, m2/n, m4/n)
	}
}
