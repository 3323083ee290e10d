package dataset

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
)

// The IDX format of the MNIST files: a magic number (two zero bytes, the type
// 0x08 for unsigned bytes, the number of dimensions), each dimension, then the
// bytes; all numbers big-endian, 32 bits.
const (
	magicLabels = 0x00000801
	magicImages = 0x00000803
)

// maxContent bounds what a header may promise, in bytes. The largest published
// relative of MNIST (EMNIST ByClass) has 0.6e9.
const maxContent = 1 << 30

// deflateRatio is the most that deflate can expand: 258 bytes from two bits,
// and a little for the framing of small files.
const deflateRatio = 1032

// array is the content of one IDX file.
type array struct {
	path string
	dims []int
	data []uint8
	sum  string // SHA-256 of the uncompressed file, hex
}

// readIDX reads an IDX file, gzipped or not, which its first bytes tell.
// magic is magicImages or magicLabels.
func readIDX(path string, magic uint32) (*array, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("dataset: %s is not a file", path)
	}
	a, err := decode(f, info.Size(), magic)
	if err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", path, err)
	}
	a.path = path
	return a, nil
}

// decode reads size bytes of r as an IDX file, unpacking gzip where it finds it.
func decode(r io.Reader, size int64, magic uint32) (*array, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	if first, _ := b.Peek(2); !bytes.Equal(first, []byte{0x1f, 0x8b}) {
		return decodePlain(b, size, magic)
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, fmt.Errorf("damaged gzip header (%w); fetch the file again", err)
	}
	return decodePlain(z, min(size, maxContent)*deflateRatio, magic)
}

// decodePlain reads an IDX file that cannot be longer than most bytes. Nothing
// is allocated for a header that promises more than that or than maxContent, nor
// is more than one byte read beyond what the header promises, so a forged count
// costs no memory that the file could not fill, and a decompression bomb no time.
func decodePlain(r io.Reader, most int64, magic uint32) (*array, error) {
	h := sha256.New()
	r = io.TeeReader(r, h)
	head := make([]byte, 4*(1+int(magic&0xff)))
	if n, err := io.ReadFull(r, head); err != nil {
		return nil, fmt.Errorf("ends after %d bytes, inside its header of %d (%w); fetch the file again", n, len(head), cut(err))
	}
	if got := binary.BigEndian.Uint32(head); got != magic {
		return nil, fmt.Errorf("magic number is 0x%08x, 0x%08x was expected (%s)", got, magic, kind(magic))
	}
	a := &array{}
	total := int64(1)
	for i := 4; i < len(head); i += 4 {
		d := int64(binary.BigEndian.Uint32(head[i:]))
		if i > 4 && (d < 1 || d > 1<<15) {
			return nil, fmt.Errorf("header says images of side %d, 1 to %d pixels were expected", d, 1<<15)
		}
		// d < 2^32 and total <= 2^30 here: the product cannot overflow.
		if total *= d; total > maxContent {
			return nil, fmt.Errorf("header promises more than the %d bytes that one file may hold", maxContent)
		}
		a.dims = append(a.dims, int(d))
	}
	if total+int64(len(head)) > most {
		return nil, fmt.Errorf("header promises %s, %d bytes, but the file can hold at most %d; it was cut short, fetch it again",
			shape(a.dims), total, max(0, most-int64(len(head))))
	}
	a.data = make([]uint8, total)
	if n, err := io.ReadFull(r, a.data); err != nil {
		return nil, fmt.Errorf("header promises %s, %d bytes, but only %d could be read (%w); fetch the file again", shape(a.dims), total, n, cut(err))
	}
	// One byte more: there must be none, and gzip checks its own sum on the way.
	switch n, err := io.ReadFull(r, make([]byte, 1)); {
	case n > 0:
		return nil, fmt.Errorf("goes on after the %s that its header promises", shape(a.dims))
	case err != io.EOF:
		return nil, fmt.Errorf("damaged at its end (%w); fetch the file again", cut(err))
	}
	a.sum = hex.EncodeToString(h.Sum(nil))
	return a, nil
}

// cut makes an early end of data read the same whether a byte came before it or not.
func cut(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// kind says in words what a magic number stands for.
func kind(magic uint32) string {
	if magic == magicImages {
		return "IDX of unsigned bytes, three dimensions: images"
	}
	return "IDX of unsigned bytes, one dimension: labels"
}

// shape says in words what the dimensions of a file stand for.
func shape(dims []int) string {
	if len(dims) == 3 {
		return fmt.Sprintf("%d images of %dx%d", dims[0], dims[1], dims[2])
	}
	return fmt.Sprintf("%d labels", dims[0])
}
