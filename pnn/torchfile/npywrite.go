package torchfile

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"

	"lightfast/pnn/whole"
)

// WriteNPY writes t to path as a little-endian NumPy array of float64, or of
// complex128 if t is complex, whatever t.DType says. The same tensor always
// gives the same bytes. The file appears whole or not at all: it is written
// under another name in the same folder and renamed.
func WriteNPY(path string, t Tensor) error {
	if err := t.check(); err != nil {
		return fmt.Errorf("torchfile: %s: %w", path, err)
	}
	var b bytes.Buffer
	if err := encodeNPY(&b, t); err != nil {
		return fmt.Errorf("torchfile: %s: %w", path, err)
	}
	return whole.Write(path, b.Bytes())
}

// encodeNPY writes a format version 1.0 file. NumPy pads the header with blanks
// to a multiple of 64 bytes and ends it with a newline.
func encodeNPY(w io.Writer, t Tensor) error {
	descr := "<f8"
	if t.Complex {
		descr = "<c16"
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, shapeTuple(t.Shape))
	const before = len(npyMagic) + 4
	text += strings.Repeat(" ", 63-(before+len(text))%64) + "\n"

	b := bufio.NewWriter(w)
	b.WriteString(npyMagic + "\x01\x00") // bufio keeps the first error for Flush
	var buf [8]byte
	binary.LittleEndian.PutUint16(buf[:], uint16(len(text)))
	b.Write(buf[:2])
	b.WriteString(text)
	for _, v := range t.Values {
		binary.LittleEndian.PutUint64(buf[:], math.Float64bits(v))
		b.Write(buf[:])
	}
	return b.Flush()
}

// shapeTuple writes a shape as Python does: (), (3,), (64, 32).
func shapeTuple(shape []int) string {
	parts := make([]string, len(shape))
	for i, d := range shape {
		parts[i] = fmt.Sprint(d)
	}
	if len(parts) == 1 {
		return "(" + parts[0] + ",)"
	}
	return "(" + strings.Join(parts, ", ") + ")"
}
