package dataset

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
)

// Set is a list of grey images with one label each.
type Set struct {
	Name       string  // "mnist", "fashion-mnist", "glyphs", or the folder's name for data of one's own
	Rows, Cols int     // pixels
	Classes    int     // labels run from 0 to Classes-1
	Images     []uint8 // [image][row][col], 0 is black, 255 is white
	Labels     []uint8 // [image]
	SHA256     string  // of the content, hex; see Sum
}

// Pair is a data set as published: a part to train on and a part to test on.
type Pair struct {
	Train, Test *Set
}

// Len returns the number of images.
func (s *Set) Len() int { return len(s.Labels) }

// Image returns the pixels of image i, row by row. It shares memory with the set.
func (s *Set) Image(i int) []uint8 {
	n := s.Rows * s.Cols
	return s.Images[i*n : (i+1)*n : (i+1)*n]
}

// Head returns the first n images as a set of its own, with its own SHA256.
// It fails if the set holds fewer.
func (s *Set) Head(n int) (*Set, error) {
	if n < 0 || n > s.Len() {
		return nil, fmt.Errorf("dataset: %s: the first %d images were asked for, it holds %d", s.Name, n, s.Len())
	}
	if n == s.Len() {
		return s, nil
	}
	// Clones, so that the whole set does not stay in memory behind its head.
	h := *s
	h.Images = slices.Clone(s.Images[:n*s.Rows*s.Cols])
	h.Labels = slices.Clone(s.Labels[:n])
	h.SHA256 = h.Sum()
	return &h, nil
}

// Demand checks that the images are rows x cols pixels in at most classes
// classes, which is what a network of fixed size needs to know of its data.
func (s *Set) Demand(rows, cols, classes int) error {
	switch {
	case s.Rows != rows || s.Cols != cols:
		return fmt.Errorf("dataset: %s: images are %dx%d, %dx%d are needed; resize them before they are stored", s.Name, s.Rows, s.Cols, rows, cols)
	case s.Classes > classes:
		return fmt.Errorf("dataset: %s: labels run to %d, the network has %d outputs; use a network with %d", s.Name, s.Classes-1, classes, s.Classes)
	}
	return nil
}

// Sum computes the SHA-256 that identifies the content: of the uncompressed IDX
// image file followed by the uncompressed IDX label file. For the published
// sets it is therefore what this prints:
//
//	cat train-images-idx3-ubyte train-labels-idx1-ubyte | sha256sum
func (s *Set) Sum() string {
	h := sha256.New()
	h.Write(header(magicImages, s.Len(), s.Rows, s.Cols))
	h.Write(s.Images)
	h.Write(header(magicLabels, s.Len()))
	h.Write(s.Labels)
	return hex.EncodeToString(h.Sum(nil))
}

// header returns the first bytes of an IDX file.
func header(magic uint32, dims ...int) []byte {
	b := binary.BigEndian.AppendUint32(nil, magic)
	for _, d := range dims {
		b = binary.BigEndian.AppendUint32(b, uint32(d))
	}
	return b
}

// newSet joins images and labels and checks that they belong together.
// classes 0 stands for one more than the highest label.
func newSet(name string, images, labels *array, classes int) (*Set, error) {
	n := images.dims[0]
	if n != labels.dims[0] {
		return nil, fmt.Errorf("dataset: %s holds %d images but %s holds %d labels; both must come from the same set",
			images.path, n, labels.path, labels.dims[0])
	}
	if classes == 0 && n > 0 {
		classes = int(slices.Max(labels.data)) + 1
	}
	for i, l := range labels.data {
		if int(l) >= classes {
			return nil, fmt.Errorf("dataset: %s: label %d is %d, labels from 0 to %d were expected", labels.path, i, l, classes-1)
		}
	}
	s := &Set{Name: name, Rows: images.dims[1], Cols: images.dims[2], Classes: classes, Images: images.data, Labels: labels.data}
	s.SHA256 = s.Sum()
	return s, nil
}
