package main

import (
	"os"
	"strings"
	"testing"
)

// The words are those that LLVM 14 makes of the same text:
//
//	llvm-mc -triple=aarch64 -show-encoding
func TestWordsAreWhatTheirTextSays(t *testing.T) {
	k := &kernel{}
	for _, c := range []struct {
		write func()
		want  string
	}{
		{func() { k.fadd(3, 17, 30) }, "$0x4e3ed623 // fadd v3.4s, v17.4s, v30.4s"},
		{func() { k.fsub(3, 17, 30) }, "$0x4ebed623 // fsub v3.4s, v17.4s, v30.4s"},
		{func() { k.fmul(3, 17, 30) }, "$0x6e3ede23 // fmul v3.4s, v17.4s, v30.4s"},
		{func() { k.fmin(3, 17, 30) }, "$0x4ebef623 // fmin v3.4s, v17.4s, v30.4s"},
		{func() { k.fmax(3, 17, 30) }, "$0x4e3ef623 // fmax v3.4s, v17.4s, v30.4s"},
		{func() { k.faddp(3, 17, 30) }, "$0x6e3ed623 // faddp v3.4s, v17.4s, v30.4s"},
		{func() { k.facge(3, 17, 30) }, "$0x6e3eee23 // facge v3.4s, v17.4s, v30.4s"},
		{func() { k.fcmgt(3, 17, 30) }, "$0x6ebee623 // fcmgt v3.4s, v17.4s, v30.4s"},
		{func() { k.fmulElement(3, 17, 30, 0) }, "$0x4f9e9223 // fmul v3.4s, v17.4s, v30.s[0]"},
		{func() { k.fmlaElement(3, 17, 30, 1) }, "$0x4fbe1223 // fmla v3.4s, v17.4s, v30.s[1]"},
		{func() { k.fmlsElement(3, 17, 30, 2) }, "$0x4f9e5a23 // fmls v3.4s, v17.4s, v30.s[2]"},
		{func() { k.fmlaElement(31, 0, 15, 3) }, "$0x4faf181f // fmla v31.4s, v0.4s, v15.s[3]"},
		{func() { k.positive(3, 17) }, "$0x4ea0ca23 // fcmgt v3.4s, v17.4s, #0.0"},
		{func() { k.negative(3, 17) }, "$0x4ea0ea23 // fcmlt v3.4s, v17.4s, #0.0"},
		{func() { k.isZero(3, 17) }, "$0x4ea0da23 // fcmeq v3.4s, v17.4s, #0.0"},
		{func() { k.clear(3, 17, 30) }, "$0x4e7e1e23 // bic v3.16b, v17.16b, v30.16b"},
		{func() { k.toFloat(3, 17) }, "$0x4e21da23 // scvtf v3.4s, v17.4s"},
		{func() { k.shiftRight(3, 17, 9) }, "$0x4f370623 // sshr v3.4s, v17.4s, #9"},
		{func() { k.least(3, 17) }, "$0x6eb1aa23 // uminv s3, v17.4s"},
		{func() { k.loadIndexed(3, 17, 25) }, "$0x3cf96a23 // ldr q3, [x17, x25]"},
	} {
		k.lines = nil
		c.write()
		if got := strings.TrimSpace(strings.TrimPrefix(k.lines[0], "\tWORD")); got != c.want {
			t.Errorf("wrote %q, want %q", got, c.want)
		}
	}
}

func TestParametersLieWhereGoPutsThem(t *testing.T) {
	k := newKernel(routine{name: "f", params: "a, b *float32, c float32, d bool, e int, f float32", result: "done int"})
	for name, want := range map[string]int{"a": 0, "b": 8, "c": 16, "d": 20, "e": 24, "f": 32, "done": 40} {
		if got := k.offset[name]; got != want {
			t.Errorf("%s at %d, want %d", name, got, want)
		}
	}
	if k.size != 48 {
		t.Errorf("%d bytes, want 48", k.size)
	}
}

func TestWrittenFilesAreCurrent(t *testing.T) {
	text, stubs := generate()
	for path, want := range map[string]string{"../kernels_arm64.s": text, "../kernels_arm64.go": stubs} {
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s is not what this program writes: run go run . -out ../kernels_arm64.s -stubs ../kernels_arm64.go", path)
		}
	}
}
