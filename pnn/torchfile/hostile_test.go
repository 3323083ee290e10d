package torchfile

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// dictOf wraps one tensor as {"t": tensor}.
func dictOf(class string, numel, offset int, shape, stride []int) []byte {
	return newProgram().op(opEmptyDict).str("t").tensor(class, "0", numel, offset, shape, stride).op(opSetItem).stop()
}

func TestRefusedPickles(t *testing.T) {
	six := le([]float32{1, 2, 3, 4, 5, 6})
	deep := newProgram()
	for range maxDepth + 2 {
		deep.op(opEmptyList)
	}
	for range maxDepth + 1 {
		deep.op(opAppend)
	}
	shared := newProgram().op(opEmptyTuple) // 2^30 objects if walked naively
	for range 30 {
		shared.op(opBinPut, 0, opBinGet, 0, opTuple2)
	}
	// The same as a storage length: it must not be printed either.
	printed := newProgram().op(opEmptyTuple)
	for range 40 {
		printed.op(opBinPut, 0, opBinGet, 0, opTuple2)
	}
	printed.op(opMark).str("storage").name("torch", "FloatStorage").str("0").str("cpu").op(opBinGet, 0, opTuple, opBinPersID)

	for _, c := range []struct {
		name   string
		pickle []byte
		says   []string
	}{
		{"a call of os.system", newProgram().name("os", "system").str("true").op(opTuple1, opReduce).stop(),
			[]string{"offset 2", "GLOBAL (0x63)", `"os.system"`, "refused"}},
		{"builtins.eval", newProgram().name("builtins", "eval").stop(), []string{`"builtins.eval"`, "refused"}},
		{"split names", newProgram().name("collections.OrderedDict\nx", "y").stop(), []string{"refused"}},
		{"a storage class called", newProgram().name("torch", "FloatStorage").op(opEmptyTuple, opReduce).stop(), []string{"REDUCE", "torch.FloatStorage"}},
		{"INST", newProgram().op(opMark).op('i').stop(), []string{"offset 3", "INST (0x69)", "refused"}},
		{"NEWOBJ", newProgram().op(0x81).stop(), []string{"NEWOBJ (0x81)"}},
		{"unknown opcode", newProgram().op(0xff).stop(), []string{"unknown (0xff)"}},
		{"protocol 4", []byte{opProto, 4, opStop}, []string{"protocol 4", "expected 2"}},
		{"nothing", nil, []string{"offset 0", "truncated"}},
		{"no STOP", newProgram().op(opNone).Bytes(), []string{"truncated"}},
		{"cut string", append(newProgram().op(opBinUnicode).Bytes(), 0xff, 0xff, 0xff, 0x7f, 'a'), []string{"BINUNICODE", "truncated"}},
		{"bad UTF-8", newProgram().str("\xff").stop(), []string{"UTF-8"}},
		{"bytes after STOP", append(newProgram().op(opNone).stop(), 0), []string{"1 bytes follow"}},
		{"empty stack", newProgram().stop(), []string{"expected one object"}},
		{"open mark", newProgram().op(opNone, opMark).stop(), []string{"1 marks"}},
		{"TUPLE without mark", newProgram().op(opTuple).stop(), []string{"no mark"}},
		{"pop across a mark", newProgram().op(opNone, opMark, opTuple1).stop(), []string{"TUPLE1", "1 objects needed"}},
		{"empty memo slot", newProgram().op(opBinGet, 3).stop(), []string{"memo slot 3"}},
		{"long integer", newProgram().op(opLong1, 9).stop(), []string{"9 bytes"}},
		{"append to a dictionary", newProgram().op(opEmptyDict, opNone, opAppend).stop(), []string{"expected a list"}},
		{"item of a list", newProgram().op(opEmptyList, opNone, opNone, opSetItem).stop(), []string{"expected a dictionary"}},
		{"odd items", newProgram().op(opEmptyDict, opMark, opNone, opSetItems).stop(), []string{"pairs"}},
		{"list as key", newProgram().op(opEmptyDict, opEmptyList, opNone, opSetItem).stop(), []string{"key", "a list"}},
		{"attributes of None", newProgram().op(opNone, opEmptyDict, opBuild).stop(), []string{"BUILD", "None"}},
		{"attributes of a string", newProgram().op(opEmptyDict).str("x").op(opBuild).stop(), []string{"BUILD", "a string"}},
		{"persistent id", newProgram().op(opNone, opBinPersID).stop(), []string{"BINPERSID", "None"}},
		{"negative storage", newProgram().storage("FloatStorage", "0", -1).stop(), []string{"the integer -1"}},
		{"ordered dict as storage class", newProgram().op(opMark).str("storage").name("collections", "OrderedDict").str("0").str("cpu").int(6).op(opTuple, opBinPersID).stop(), []string{"storage class"}},
		{"bare storage", newProgram().op(opEmptyDict).str("s").storage("FloatStorage", "0", 6).op(opSetItem).stop(), []string{`"s"`, "a storage"}},
		{"negative offset", dictOf("FloatStorage", 6, -1, []int{6}, []int{1}), []string{"offset", "-1"}},
		{"negative stride", dictOf("FloatStorage", 6, 5, []int{6}, []int{-1}), []string{"strides", "-1"}},
		{"negative length", dictOf("FloatStorage", 6, 0, []int{-6}, []int{1}), []string{"shape", "-6"}},
		{"ranks differ", dictOf("FloatStorage", 6, 0, []int{6}, nil), []string{"1 axes but 0 strides"}},
		{"too long", dictOf("FloatStorage", 6, 0, []int{7}, []int{1}), []string{`"t"`, "reaches outside", "6 elements"}},
		{"offset too far", dictOf("FloatStorage", 6, 6, nil, nil), []string{`"t"`, "offset 6", "6 elements"}},
		{"offset and length", dictOf("FloatStorage", 6, 1, []int{2, 3}, []int{3, 1}), []string{"reaches outside"}},
		{"stride too far", dictOf("FloatStorage", 6, 0, []int{2, 3}, []int{4, 1}), []string{"reaches outside"}},
		{"huge stride", dictOf("FloatStorage", 6, 0, []int{3, 3}, []int{math.MaxInt32, math.MaxInt32}), []string{"reaches outside"}},
		{"repeated without end", dictOf("FloatStorage", 6, 0, []int{1 << 30, 1 << 30, 1 << 30}, []int{0, 0, 0}), []string{"values left"}},
		{"storage larger than said", dictOf("FloatStorage", 5, 0, []int{5}, []int{1}), []string{`"net/data/0"`, "24 bytes", "5 elements"}},
		{"storage smaller than said", dictOf("DoubleStorage", 6, 0, []int{6}, []int{1}), []string{"24 bytes", "6 elements of 8 bytes"}},
		{"missing storage", newProgram().tensor("FloatStorage", "1", 6, 0, nil, nil).stop(), []string{`no zip entry "net/data/1"`}},
		{"same name twice", newProgram().op(opEmptyDict, opMark).
			str("a.b").tensor("FloatStorage", "0", 6, 0, nil, nil).
			str("a").op(opEmptyDict).str("b").tensor("FloatStorage", "0", 6, 0, nil, nil).op(opSetItem, opSetItems).stop(),
			[]string{`two tensors are called "a.b"`}},
		{"a dictionary in itself", newProgram().op(opEmptyDict, opBinPut, 0).str("me").op(opBinGet, 0, opSetItem).stop(), []string{"without end"}},
		{"too deep", deep.stop(), []string{"deep"}},
		{"shared without end", shared.stop(), []string{"without end"}},
		{"error of a shared tuple", printed.stop(), []string{"a tuple of 2"}},
		{"long name", newProgram().op(opEmptyDict).str(strings.Repeat("n", maxNameBytes+1)).op(opNone, opSetItem).stop(), []string{"1025 bytes"}},
		{"deep stack", append(newProgram().Bytes(), bytes.Repeat([]byte{opNone}, maxStack+1)...), []string{"on the stack"}},
		{"many marks", append(newProgram().Bytes(), bytes.Repeat([]byte{opMark}, maxStack+1)...), []string{"marks"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := decode(archive(c.pickle, six))
			wantError(t, err, append(c.says, "torchfile: net.pth: ")...)
			if err != nil && len(err.Error()) > 1000 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
		})
	}
}

func TestRefusedContainers(t *testing.T) {
	ok := tiny()
	none := newProgram().op(opEmptyDict).stop()
	flipped := bytes.Clone(ok)
	at := bytes.Index(flipped, le(float32(6)))
	flipped[at] ^= 1

	// A megabyte of zeros deflates to about a kilobyte.
	bomb := make([]byte, 1<<20)
	bombTensor := newProgram().op(opEmptyDict).str("t").tensor("ByteStorage", "0", len(bomb), 0, nil, nil).op(opSetItem).stop()
	// Nine tensors of one small storage, each within the limit, not together.
	many := newProgram().op(opEmptyDict, opMark)
	for i := range 9 {
		many.str(string(rune('a'+i))).tensor("ByteStorage", "0", 1, 0, []int{4000}, []int{0})
	}
	lied := bytes.Clone(ok) // says that the first storage has 24 bytes; make it a gigabyte
	dir := bytes.LastIndex(lied, []byte("net/data/0")) - 46
	binary.LittleEndian.PutUint32(lied[dir+24:], 1<<30)

	for _, c := range []struct {
		name string
		file []byte
		says []string
	}{
		{"empty", nil, []string{"empty (0 bytes)", "fetch it again"}},
		{"cut to 3 bytes", ok[:3], []string{"starts with 50 4b 03", "expected a zip container"}},
		{"cut in the middle", ok[:len(ok)/2], []string{"zip container", "truncated"}},
		{"cut by one byte", ok[:len(ok)-1], []string{"zip container", "truncated"}},
		{"text", []byte("404: Not Found"), []string{"starts with 34 30 34 3a"}},
		{"bare pickle", []byte{0x80, 2, 0x8a, 10}, []string{"bare pickle", "torch.save"}},
		{"no pickle", pack(entry{name: "a"}), []string{"no zip entry <name>/data.pkl"}},
		{"two pickles", pack(entry{name: "a/data.pkl", data: none}, entry{name: "b/data.pkl", data: none}), []string{"expected one data.pkl"}},
		{"twice the same entry", pack(entry{name: "a/data.pkl", data: none}, entry{name: "a/x"}, entry{name: "a/x"}), []string{`"a/x" occurs twice`}},
		{"byte order", pack(entry{name: "a/data.pkl", data: none}, entry{name: "a/byteorder", data: []byte("middle")}), []string{"middle", "little or big"}},
		{"long byte order", pack(entry{name: "a/data.pkl", data: none}, entry{name: "a/byteorder", data: make([]byte, 17)}), []string{"a/byteorder", "17 bytes"}},
		{"one bit flipped", flipped, []string{`"fc.weight"`, "net/data/0", "checksum", "damaged"}},
		{"long pickle", pack(entry{name: "a/data.pkl", data: make([]byte, maxPickleBytes+1), deflate: true}), []string{"a/data.pkl", "at most 4194304"}},
		{"bomb", pack(entry{name: "a/data.pkl", data: bombTensor}, entry{name: "a/data/0", data: bomb, deflate: true}), []string{`"t"`, "1048576 bytes", "uncompressed"}},
		{"many repeated", archive(many.op(opSetItems).stop(), []byte{1}), []string{"values left"}},
		{"wrong size in the directory", lied, []string{`"fc.weight"`, "1073741824 bytes", "expected 6 elements"}},
		{"integer beyond float64", archive(newProgram().op(opEmptyDict).str("n").tensor("LongStorage", "0", 2, 0, []int{2}, []int{1}).op(opSetItem).stop(), le([]int64{1, 1<<53 + 1})),
			[]string{`"n"`, "9007199254740993", "[1]", "2^53"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := decode(c.file)
			wantError(t, err, append(c.says, "torchfile: net.pth: ")...)
		})
	}
}

// Whatever is cut off a valid file, reading gives an error, never a panic.
func TestTruncated(t *testing.T) {
	for _, whole := range [][]byte{tiny(), npyBytes("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", le([]float64{1, 2}))} {
		for n := range whole {
			cut := whole[:n]
			if _, err := decode(cut); err == nil {
				t.Errorf("a .pth cut to %d of %d bytes was read", n, len(whole))
			}
			if _, err := decodeArray(cut); err == nil {
				t.Errorf("a .npy cut to %d of %d bytes was read", n, len(whole))
			}
		}
	}
}

func TestEmptyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "04-SAT_Lorentz-lambda.pth")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := ReadState(path)
	wantError(t, err, path, "empty (0 bytes)")
	_, err = ReadNPY(path)
	wantError(t, err, path, "empty (0 bytes)")
}
