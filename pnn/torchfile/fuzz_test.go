package torchfile

import (
	"bytes"
	"testing"
)

// FuzzState takes its input as a whole file and as the pickle of a valid one,
// because random changes to a zip file rarely get past its checksums.
func FuzzState(f *testing.F) {
	f.Add(tiny())
	f.Add([]byte{})
	f.Add([]byte("PK\x03\x04"))
	f.Add(newProgram().op(opEmptyDict, opMark).
		str("w").tensor("FloatStorage", "0", 6, 0, []int{3, 2}, []int{1, 3}).
		str("b").tensor("LongStorage", "1", 1, 0, nil, nil).op(opSetItems).stop())
	f.Add(newProgram().ordered().str("z").tensor("ComplexFloatStorage", "0", 3, 1, []int{2, 1}, []int{1, 1}).op(opSetItem).
		op(opEmptyDict, opBuild).stop())
	f.Add(newProgram().op(opEmptyList, opBinPut, 0).int(1).float(2).op(opTuple2, opAppend, opMark, opNone, opNewTrue, opAppends).stop())
	f.Add(newProgram().name("torch._utils", "_rebuild_parameter").op(opMark).
		tensor("HalfStorage", "0", 12, 0, []int{12}, []int{1}).op(opNewTrue).ordered().op(opTuple, opReduce).stop())

	six, one := le([]float32{1, 2, 3, 4, 5, 6}), le(int64(1))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, file := range [][]byte{data, archive(data, six, one)} {
			s, err := decode(file)
			if err != nil {
				if len(err.Error()) > 4000 {
					t.Errorf("an error of %d bytes: %.200s", len(err.Error()), err)
				}
				continue
			}
			total := int64(0)
			for _, x := range s.Tensors {
				if err := x.check(); err != nil {
					t.Error(err)
				}
				total += int64(len(x.Values))
			}
			if limit := budget(int64(len(file))); total > limit {
				t.Errorf("%d values of a file of %d bytes, limit %d", total, len(file), limit)
			}
		}
	})
}

func FuzzNPY(f *testing.F) {
	for _, c := range []struct {
		header string
		data   []byte
	}{
		{"{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }\n", le([]float64{1, 2, 3, 4, 5, 6})},
		{"{'descr': '>c8', 'fortran_order': False, 'shape': (1,), }", le([]float32{1, 2})},
		{"{'shape': (), 'descr': '|b1', 'fortran_order': False}", []byte{1}},
		{"{'descr': '<i8', 'fortran_order': False, 'shape': (0, 7), }", nil},
	} {
		f.Add(npyBytes(c.header, c.data))
		f.Add(npyVersion(3, c.header, c.data))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := decodeArray(data)
		if err != nil {
			return
		}
		if err := x.check(); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := encodeNPY(&b, x); err != nil {
			t.Fatal(err)
		}
		y, err := decodeArray(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		sameBits(t, y.Values, x.Values)
	})
}
