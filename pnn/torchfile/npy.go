package torchfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// ReadNPY reads the NumPy array in the file at path. Its tensor has the name of
// the file without folder and extension.
func ReadNPY(path string) (Tensor, error) {
	f, err := os.Open(path)
	if err != nil {
		return Tensor{}, fmt.Errorf("torchfile: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Tensor{}, fmt.Errorf("torchfile: %w", err)
	}
	if !info.Mode().IsRegular() {
		return Tensor{}, fmt.Errorf("torchfile: %s: not a regular file; give the path of a .npy file", path)
	}
	return DecodeNPY(f, info.Size(), path)
}

// DecodeNPY reads a NumPy array of size bytes, header included, from r. The
// name stands for the file in errors and names the tensor. Format versions 1 to
// 3, both byte orders and both memory orders are read; the result is row-major.
func DecodeNPY(r io.Reader, size int64, name string) (Tensor, error) {
	t, err := decodeNPY(r, size)
	if err != nil {
		return Tensor{}, fmt.Errorf("torchfile: %s: %w", name, err)
	}
	t.Name = strings.TrimSuffix(filepath.Base(name), ".npy")
	return t, nil
}

func decodeNPY(r io.Reader, size int64) (Tensor, error) {
	if size <= 0 {
		return Tensor{}, errors.New("the file is empty (0 bytes), expected a NumPy array; fetch it again or use another copy")
	}
	h, err := readHeader(r, size)
	if err != nil {
		return Tensor{}, err
	}
	count, want, err := h.extent()
	if err != nil {
		return Tensor{}, err
	}
	if have := size - h.bytes; have != want {
		return Tensor{}, fmt.Errorf("%d bytes follow the header, expected %d for shape %v of %s; the file is truncated or damaged: fetch it again",
			have, want, h.shape, h.dt.name)
	}
	raw := make([]byte, want)
	if _, err := io.ReadFull(r, raw); err != nil {
		return Tensor{}, fmt.Errorf("the numbers end early, expected %d bytes: %w", want, err)
	}
	l, n, err := newLayout(0, h.shape, h.strides(), count, count)
	if err != nil {
		return Tensor{}, err
	}
	v, err := gather(h.dt, h.order, raw, l, n)
	if err != nil {
		return Tensor{}, err
	}
	return Tensor{Shape: l.shape, DType: h.dt.name, Values: v, Complex: h.dt.parts == 2}, nil
}

// extent returns the number of elements and of their bytes.
func (h npyHeader) extent() (count, bytes int64, err error) {
	count = 1
	for _, d := range h.shape {
		if d == 0 {
			return 0, 0, nil
		}
		if count > maxValues/int64(h.dt.parts)/d {
			err = fmt.Errorf("shape %v has more than %d values, the most that is read; split the array", h.shape, maxValues)
		} else {
			count *= d
		}
	}
	return count, count * int64(h.dt.bytes()), err
}

// strides returns the strides, in elements, of a dense array in the header's
// memory order. The shape has been held against the file, so nothing overflows.
func (h npyHeader) strides() []int64 {
	s := make([]int64, len(h.shape))
	step := int64(1)
	for i := range h.shape {
		a := i
		if !h.fortran {
			a = len(h.shape) - 1 - i
		}
		s[a] = step
		step *= h.shape[a]
	}
	return s
}
