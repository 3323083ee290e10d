package artifact

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"

	"lightfast/pnn/whole"
)

const (
	// maxValueBytes bounds the values in one file. It keeps Arrow's 32-bit offsets of
	// texts from overflowing.
	maxValueBytes = 2 << 30
	// maxFileBytes leaves room for values that do not compress and for the metadata.
	// Reading takes at most twice as much: the packed and the unpacked values.
	maxFileBytes = maxValueBytes + maxValueBytes/8
	// maxTensorValues keeps the product of a shape from overflowing.
	maxTensorValues = maxValueBytes / 4
	extension       = ".arrow"
)

// write encodes and writes. The record is made only once everything else is known to be right.
func write(path string, p Provenance, fields []arrow.Field, record func() arrow.Record) error {
	if filepath.Ext(path) != extension {
		return pathError(path, fmt.Errorf("the name does not end in %s, by which %s finds artifacts: add it", extension, manifestName))
	}
	if err := p.check(); err != nil {
		return pathError(path, err)
	}
	md, err := p.metadata()
	if err != nil {
		return pathError(path, err)
	}
	data, err := encode(fields, md, record)
	if err != nil {
		return pathError(path, err)
	}
	return whole.Write(path, data)
}

// encode returns the bytes of a file:
//
//	magic, schema, one record batch, end of stream, seal, footer, magic
//
// Arrow's Go writer leaves the end-of-stream mark out; readers that treat a file as a
// stream need it.
func encode(fields []arrow.Field, md arrow.Metadata, record func() arrow.Record) (data []byte, err error) {
	defer func() {
		// Arrow's builders panic when 32-bit offsets overflow.
		if r := recover(); r != nil {
			data, err = nil, fmt.Errorf("encoding: %v", r)
		}
	}()
	plain := record()
	defer plain.Release()
	if n := sizeOf(plain); n > maxValueBytes {
		return nil, fmt.Errorf("%w: %d bytes of values, the limit is %d: split it over several files", ErrLarge, n, int64(maxValueBytes))
	}
	schema := arrow.NewSchema(fields, &md)
	rec := array.NewRecord(schema, plain.Columns(), plain.NumRows())
	defer rec.Release()
	var out buffer
	w, err := ipc.NewFileWriter(&out, ipc.WithSchema(schema), ipc.WithZstd())
	if err != nil {
		return nil, fmt.Errorf("encoding: %w", err)
	}
	if err := w.Write(rec); err != nil {
		return nil, fmt.Errorf("encoding: %w", err)
	}
	out.Write(endOfStream)
	out.Write(blankSeal())
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("encoding: %w", err)
	}
	if err := seal(out.Bytes()); err != nil {
		return nil, fmt.Errorf("encoding: %w", err)
	}
	if int64(out.Len()) > maxFileBytes {
		return nil, fmt.Errorf("%w: %d bytes, the limit is %d: store less in the configuration", ErrLarge, out.Len(), int64(maxFileBytes))
	}
	return out.Bytes(), nil
}

var endOfStream = []byte{0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0}

// buffer is a file in memory. Arrow's writer seeks only to ask where it is.
type buffer struct{ bytes.Buffer }

func (b *buffer) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekCurrent {
		return 0, fmt.Errorf("seek to %d from %d in a file that is only appended to", offset, whence)
	}
	return int64(b.Len()), nil
}

func sizeOf(rec arrow.Record) (n int64) {
	for _, c := range rec.Columns() {
		n += int64(c.Data().SizeInBytes())
	}
	return n
}
