package artifact

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"
)

// The content hash is the SHA-256 of the encoding below: a text is its length in bytes
// as a little-endian uint64 and then its bytes, a number is 8 little-endian bytes.
//
//	text  "lightfast content 1"
//	text  kind, text configuration
//	number of data sets, each: text name, text SHA-256
//	text  code version
//	number of references, each: text
//
//	checkpoint: number of tensors, each: text name, text dtype, number of dimensions,
//	            the dimensions, the values (8 bytes each, or 4 for float32)
//	table:      number of columns, number of rows, each column: text name, text type, text
//	            unit, the values: int64 and float64 8 bytes, string a text, bool one byte 0 or 1;
//	            float64 is preceded by one byte a row, 1 where the value is absent
//
// Floating-point numbers are IEEE 754 bits. Every NaN counts as 0x7ff8000000000001 and
// an absent value as +0, because processors differ in the NaN they make.
type digest struct {
	h hash.Hash
	w *bufio.Writer
}

func newDigest(p Provenance, kind string) digest {
	h := sha256.New()
	d := digest{h, bufio.NewWriterSize(h, 1<<16)}
	d.text("lightfast content 1")
	d.text(kind)
	d.text(string(p.Config))
	d.number(uint64(len(p.Data)))
	for _, ref := range p.Data {
		d.text(ref.Name)
		d.text(ref.SHA256)
	}
	d.text(p.Code)
	d.number(uint64(len(p.References)))
	for _, r := range p.References {
		d.text(r)
	}
	return d
}

// A hash never returns a write error, and so neither does its buffer.

func (d digest) number(v uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], v)
	_, _ = d.w.Write(b[:])
}

func (d digest) single(v float32) {
	var b [4]byte
	binary.LittleEndian.PutUint32(b[:], math.Float32bits(v))
	_, _ = d.w.Write(b[:])
}

func (d digest) text(s string) {
	d.number(uint64(len(s)))
	_, _ = d.w.WriteString(s)
}

func (d digest) flag(v bool) {
	var b byte
	if v {
		b = 1
	}
	_ = d.w.WriteByte(b)
}

func (d digest) sum() string {
	_ = d.w.Flush()
	return hex.EncodeToString(d.h.Sum(nil))
}

// oneNaN maps every NaN to the same bits and leaves numbers alone.
func oneNaN(v float64) float64 {
	if v != v {
		return math.NaN()
	}
	return v
}
