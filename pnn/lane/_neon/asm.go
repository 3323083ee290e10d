package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// gp is a general register, vec a vector register of four numbers.
type (
	gp  int
	vec int
)

func (r gp) String() string { return fmt.Sprintf("R%d", int(r)) }

// Go's assembler calls the same register F as a place in memory instructions and
// V with the arrangement of its lanes elsewhere.
func (v vec) f() string   { return fmt.Sprintf("F%d", int(v)) }
func (v vec) s4() string  { return fmt.Sprintf("V%d.S4", int(v)) }
func (v vec) d2() string  { return fmt.Sprintf("V%d.D2", int(v)) }
func (v vec) b16() string { return fmt.Sprintf("V%d.B16", int(v)) }

// kernel is a routine under construction. It has no frame: what does not fit
// into registers does not exist.
type kernel struct {
	routine
	offset map[string]int // places of parameters and result, bytes from FP
	size   int            // of parameters and result
	lines  []string
	freeGP []gp
	freeV  []vec
}

// newKernel begins a routine: it lays out the parameters as Go's stack does.
// R18 belongs to the platform, R26 to R30 to Go.
func newKernel(r routine) *kernel {
	k := &kernel{routine: r, offset: map[string]int{}}
	for _, p := range r.fields(r.params) {
		k.place(p[0], p[1])
	}
	if r.result != "" {
		k.size = (k.size + 7) &^ 7
		p := strings.Fields("ret " + r.result)
		k.place(p[len(p)-2], p[len(p)-1])
	}
	for i := range 26 {
		if i != 18 {
			k.freeGP = append(k.freeGP, gp(i))
		}
	}
	for i := range 32 {
		k.freeV = append(k.freeV, vec(i))
	}
	return k
}

// fields splits "a, b int, c bool" into names with types.
func (r routine) fields(params string) (f [][2]string) {
	list := strings.Split(params, ", ")
	kind := ""
	for _, p := range slices.Backward(list) {
		name, t, typed := strings.Cut(p, " ")
		if typed {
			kind = t
		}
		f = append(f, [2]string{name, kind})
	}
	slices.Reverse(f)
	return f
}

func (k *kernel) place(name, kind string) {
	size := 8
	switch kind {
	case "float32":
		size = 4
	case "bool":
		size = 1
	}
	k.size = (k.size + size - 1) / size * size
	k.offset[name] = k.size
	k.size += size
}

// stub is the declaration for Go.
func (r routine) stub() string {
	result := r.result
	if strings.Contains(result, " ") {
		result = "(" + result + ")"
	}
	escape := "//\n//go:noescape\n"
	if !strings.Contains(r.params, "*") {
		escape = ""
	}
	return fmt.Sprintf("// %s %s\n%s%s\n", r.name, r.doc, escape, strings.TrimSpace(fmt.Sprintf("func %s(%s) %s", r.name, r.params, result)))
}

// String is the finished routine.
func (k *kernel) String() string {
	proto := strings.TrimSpace(fmt.Sprintf("func %s(%s) %s", k.name, k.params, k.result))
	return fmt.Sprintf("// %s\nTEXT ·%s(SB), NOSPLIT, $0-%d\n%s", proto, k.name, k.size, strings.Join(k.lines, ""))
}

// op writes one instruction; format is its operands in Go's order, with the
// destination last.
func (k *kernel) op(name, format string, args ...any) {
	k.lines = append(k.lines, strings.TrimRight(fmt.Sprintf("\t%-8s ", name)+fmt.Sprintf(format, args...), " ")+"\n")
}

func (k *kernel) label(name string) { k.lines = append(k.lines, "\n"+name+":\n") }

func (k *kernel) ret() { k.op("RET", "") }

// reg takes a general register.
func (k *kernel) reg() gp {
	if len(k.freeGP) == 0 {
		panic(k.name + " needs more than 25 general registers")
	}
	r := k.freeGP[0]
	k.freeGP = k.freeGP[1:]
	return r
}

// vec takes a vector register.
func (k *kernel) vec() vec {
	if len(k.freeV) == 0 {
		panic(k.name + " needs more than 32 vector registers")
	}
	v := k.freeV[0]
	k.freeV = k.freeV[1:]
	return v
}

// vecs takes n vector registers.
func (k *kernel) vecs(n int) []vec {
	v := make([]vec, n)
	for i := range v {
		v[i] = k.vec()
	}
	return v
}

// drop gives vector registers back.
func (k *kernel) drop(v ...vec) {
	k.freeV = append(k.freeV, v...)
	slices.Sort(k.freeV)
}

// at is the place of a parameter.
func (k *kernel) at(name string) string {
	o, ok := k.offset[name]
	if !ok {
		panic(k.name + " has no parameter " + name)
	}
	return fmt.Sprintf("%s+%d(FP)", name, o)
}

// arg loads a pointer or an integer.
func (k *kernel) arg(name string) gp {
	r := k.reg()
	k.op("MOVD", "%s, %v", k.at(name), r)
	return r
}

// bytes loads a count of float32 and makes it one of bytes.
func (k *kernel) bytes(name string) gp {
	r := k.arg(name)
	k.op("LSL", "$2, %v, %v", r, r)
	return r
}

// broadcast loads a number into all lanes.
func (k *kernel) broadcast(name string) vec {
	v := k.vec()
	k.op("FMOVS", "%s, %s", k.at(name), v.f())
	k.op("VDUP", "V%d.S[0], %s", int(v), v.s4())
	return v
}

func (k *kernel) zero(v vec) { k.op("VMOVI", "$0, %s", v.b16()) }

func (k *kernel) move(d, n vec) { k.op("VMOV", "%s, %s", n.b16(), d.b16()) }

// memory is the place disp bytes behind base.
func memory(base gp, disp int) string {
	if disp == 0 {
		return fmt.Sprintf("(%v)", base)
	}
	return fmt.Sprintf("%d(%v)", disp, base)
}

// load reads vectors that lie one behind the other from disp(base), store writes
// them.
func (k *kernel) load(base gp, disp int, v ...vec) {
	for ; len(v) > 1; v, disp = v[2:], disp+32 {
		k.op("FLDPQ", "%s, (%s, %s)", memory(base, disp), v[0].f(), v[1].f())
	}
	if len(v) == 1 {
		k.op("FMOVQ", "%s, %s", memory(base, disp), v[0].f())
	}
}

func (k *kernel) store(base gp, disp int, v ...vec) {
	for ; len(v) > 1; v, disp = v[2:], disp+32 {
		k.op("FSTPQ", "(%s, %s), %s", v[0].f(), v[1].f(), memory(base, disp))
	}
	if len(v) == 1 {
		k.op("FMOVQ", "%s, %s", v[0].f(), memory(base, disp))
	}
}

// advance adds n bytes to pointers.
func (k *kernel) advance(n int, pointers ...gp) {
	for _, p := range pointers {
		k.op("ADD", "$%d, %v, %v", n, p, p)
	}
}

// loop runs body n times, n >= 0 in a register that it destroys.
func (k *kernel) loop(name string, n gp, body func()) {
	k.op("CBZ", "%v, %sDone", n, name)
	k.label(name)
	body()
	k.op("SUBS", "$1, %v, %v", n, n)
	k.op("BNE", "%s", name)
	k.label(name + "Done")
}

// constants are numbers that rest in registers, by their bits.
type constants map[uint32]vec

// constants loads constants given by their bits into all lanes of registers.
func (k *kernel) constants(values ...uint32) constants {
	c := constants{}
	r := k.freeGP[len(k.freeGP)-1]
	for _, u := range values {
		v := k.vec()
		meaning := fmt.Sprint(math.Float32frombits(u))
		if u < 1<<23 {
			meaning = fmt.Sprint(u)
		}
		k.op("MOVD", "$%#08x, %v // %s", u, r, meaning)
		k.op("VDUP", "%v, %s", r, v.s4())
		c[u] = v
	}
	return c
}

func (c constants) bits(u uint32) vec {
	v, ok := c[u]
	if !ok {
		panic(fmt.Sprintf("constant %#08x is not in its table", u))
	}
	return v
}

func (c constants) f(x float32) vec { return c.bits(math.Float32bits(x)) }

// fbits returns the bits of numbers.
func fbits(v ...float32) (u []uint32) {
	for _, x := range v {
		u = append(u, math.Float32bits(x))
	}
	return u
}
