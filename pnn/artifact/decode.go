package artifact

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// contents is a decoded and verified file: tensors or a table, by prov.Kind.
type contents struct {
	prov    Provenance
	tensors []Tensor
	table   Table
	rows    int
	bytes   int64
}

// read returns what path holds if it is of the wanted kind ("" for any), and
// otherwise nothing.
func read(path, want string) (contents, error) {
	data, err := readFile(path)
	if err != nil {
		return contents{}, err
	}
	c, err := decode(data, want, 2*maxFileBytes)
	if err != nil {
		if errors.Is(err, ErrDamaged) {
			err = fmt.Errorf("%w; delete the file and run again, or fetch it again", err)
		}
		return contents{}, pathError(path, err)
	}
	return c, nil
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("artifact: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("artifact: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, pathError(path, fmt.Errorf("%w: it is no regular file", ErrForeign))
	}
	if info.Size() > maxFileBytes {
		return nil, pathError(path, fmt.Errorf("%w: %d bytes, the limit is %d", ErrLarge, info.Size(), int64(maxFileBytes)))
	}
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, pathError(path, fmt.Errorf("reading: %w", err))
	}
	return data, nil
}

// decode unpacks at most limit bytes. Its checks go from the outside in: seal, footer,
// provenance, kind, values, content hash.
func decode(data []byte, want string, limit int64) (c contents, err error) {
	defer func() {
		// Arrow's reader panics on a record batch that does not make sense.
		switch r := recover().(type) {
		case nil:
		case overLimit:
			c, err = contents{}, fmt.Errorf("%w: it unpacks to more than %d bytes", ErrLarge, limit)
		default:
			c, err = contents{}, fmt.Errorf("%w: %v", ErrDamaged, r)
		}
	}()
	footer, err := unseal(data)
	if err != nil {
		return contents{}, err
	}
	if err := checkFooter(footer); err != nil {
		return contents{}, err
	}
	r, err := ipc.NewFileReader(bytes.NewReader(data), ipc.WithAllocator(&ration{left: limit}))
	if err != nil {
		return contents{}, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	defer r.Close()
	p, err := provenanceOf(r.Schema().Metadata())
	if err != nil {
		return contents{}, err
	}
	if want != "" && p.Kind != want {
		return contents{}, fmt.Errorf("%w: it is a %s, not a %s", ErrKind, p.Kind, want)
	}
	rec, err := r.RecordAt(0)
	if err != nil {
		return contents{}, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	defer rec.Release()
	c = contents{prov: p, bytes: int64(len(data))}
	var content string
	switch p.Kind {
	case KindCheckpoint:
		c.tensors, err = tensorsOf(rec)
		c.rows, content = len(c.tensors), hashTensors(p, c.tensors)
	case KindTable:
		c.table, err = tableOf(rec)
		c.rows, content = c.table.Rows(), c.table.hash(p)
	default:
		err = fmt.Errorf("the kind is %q, want %s or %s", p.Kind, KindCheckpoint, KindTable)
	}
	if err != nil {
		return contents{}, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	if content != p.Content {
		return contents{}, fmt.Errorf("%w: the content hash is %s, the file says %s", ErrDamaged, content, p.Content)
	}
	return c, nil
}

// ration is an allocator that gives out a fixed number of bytes in all, so that a small
// file cannot claim a large memory.
type ration struct {
	memory.GoAllocator
	left int64
}

type overLimit struct{}

func (r *ration) Allocate(size int) []byte {
	if int64(size) > r.left {
		panic(overLimit{})
	}
	r.left -= int64(size)
	return r.GoAllocator.Allocate(size)
}

func (r *ration) Reallocate(size int, b []byte) []byte {
	if size <= cap(b) {
		return b[:size]
	}
	grown := r.Allocate(size)
	copy(grown, b)
	return grown
}

// texts copies a string column out.
func texts(col arrow.Array) ([]string, error) {
	a := col.(*array.String)
	if a.NullN() != 0 {
		return nil, fmt.Errorf("it has nulls")
	}
	// Arrow has made sure that there are enough offsets and that the last is within the text.
	out := make([]string, a.Len())
	end := 0
	for i := range out {
		from, to := a.ValueOffset(i), a.ValueOffset(i+1)
		if from != end || to < from {
			return nil, fmt.Errorf("row %d spans bytes %d to %d", i, from, to)
		}
		out[i] = strings.Clone(a.Value(i))
		end = to
	}
	return out, nil
}

// enoughBits makes sure that a bool column has the rows it claims.
func enoughBits(a *array.Boolean) error {
	bits := 0
	if b := a.Data().Buffers()[1]; b != nil {
		bits = 8 * b.Len()
	}
	if a.Len() > bits {
		return fmt.Errorf("%d rows with %d bits", a.Len(), bits)
	}
	return nil
}

func pathError(path string, err error) error { return fmt.Errorf("artifact: %s: %w", path, err) }
