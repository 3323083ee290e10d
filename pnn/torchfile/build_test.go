package torchfile

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"math"
	"testing"
)

// program assembles a protocol 2 pickle by hand. A method that adds an object
// leaves it on the stack.
type program struct{ bytes.Buffer }

func newProgram() *program {
	p := &program{}
	return p.op(opProto, 2)
}

func (p *program) op(b ...byte) *program { p.Write(b); return p }

func (p *program) int(v int) *program {
	p.op(opBinInt)
	binary.Write(p, binary.LittleEndian, int32(v))
	return p
}

func (p *program) float(v float64) *program {
	p.op(opBinFloat)
	binary.Write(p, binary.BigEndian, v)
	return p
}

func (p *program) str(s string) *program {
	p.op(opBinUnicode)
	binary.Write(p, binary.LittleEndian, uint32(len(s)))
	p.WriteString(s)
	return p
}

func (p *program) name(module, name string) *program {
	p.op(opGlobal)
	p.WriteString(module + "\n" + name + "\n")
	return p
}

func (p *program) ints(v ...int) *program {
	p.op(opMark)
	for _, x := range v {
		p.int(x)
	}
	return p.op(opTuple)
}

func (p *program) ordered() *program {
	return p.name("collections", "OrderedDict").op(opEmptyTuple, opReduce)
}

func (p *program) storage(class, key string, numel int) *program {
	p.op(opMark).str("storage").name("torch", class).str(key).str("cpu").int(numel)
	return p.op(opTuple, opBinPersID)
}

// tensor is a whole call of _rebuild_tensor_v2.
func (p *program) tensor(class, key string, numel, offset int, shape, stride []int) *program {
	p.name("torch._utils", "_rebuild_tensor_v2").op(opMark)
	p.storage(class, key, numel).int(offset).ints(shape...).ints(stride...)
	return p.op(opNewFalse).ordered().op(opTuple, opReduce)
}

func (p *program) stop() []byte { return p.op(opStop).Bytes() }

// entry is one file of a container.
type entry struct {
	name    string
	data    []byte
	deflate bool
}

// archive packs a pickle and storages "0", "1", ... as torch.save does.
func archive(pickle []byte, storages ...[]byte) []byte {
	entries := []entry{{name: "net/data.pkl", data: pickle}}
	for i, s := range storages {
		entries = append(entries, entry{name: "net/data/" + string(rune('0'+i)), data: s})
	}
	return pack(append(entries, entry{name: "net/version", data: []byte("3\n")})...)
}

func pack(entries ...entry) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		method := zip.Store
		if e.deflate {
			method = zip.Deflate
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: e.name, Method: method})
		if err != nil {
			panic(err)
		}
		if _, err := w.Write(e.data); err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// le packs numbers little-endian.
func le(v any) []byte { return ordered(binary.LittleEndian, v) }

func ordered(o binary.ByteOrder, v any) []byte {
	var b bytes.Buffer
	if err := binary.Write(&b, o, v); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// tiny is a small valid file: {"fc.weight": (2,3) f4, "fc.bias": (2) f8}.
func tiny() []byte {
	p := newProgram().ordered().op(opMark)
	p.str("fc.weight").tensor("FloatStorage", "0", 6, 0, []int{2, 3}, []int{3, 1})
	p.str("fc.bias").tensor("DoubleStorage", "1", 2, 0, []int{2}, []int{1})
	p.op(opSetItems)
	return archive(p.stop(), le([]float32{1, 2, 3, 4, 5, 6}), le([]float64{0.5, -0.25}))
}

func decode(b []byte) (*StateDict, error) {
	return DecodeState(bytes.NewReader(b), int64(len(b)), "net.pth")
}

// sameBits compares bit for bit, so that signed zeros and NaNs count.
func sameBits(t *testing.T, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d values %v, want %d %v", len(got), got, len(want), want)
	}
	for i := range got {
		if math.Float64bits(got[i]) != math.Float64bits(want[i]) {
			t.Fatalf("value %d is %v, want %v (all: %v)", i, got[i], want[i], got)
		}
	}
}
