package torchfile

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// StateDict is the content of a .pth file: its tensors in file order. Tensors
// of nested dictionaries and lists have dotted names, such as
// "state_dict.fc1.weight" or "optimizer.state.0.exp_avg"; a file that is one
// bare tensor has the name "". Numbers, strings and the like beside the tensors
// are left out.
type StateDict struct {
	Tensors []Tensor

	file string // for errors
}

// ReadState reads the state dict in the file at path. An error names the file
// and says what is wrong with it.
func ReadState(path string) (*StateDict, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("torchfile: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("torchfile: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("torchfile: %s: not a regular file; give the path of a .pth file", path)
	}
	return DecodeState(f, info.Size(), path)
}

// DecodeState reads a state dict of size bytes from r. The name stands for the
// file in errors.
func DecodeState(r io.ReaderAt, size int64, name string) (*StateDict, error) {
	tensors, err := decodeState(r, size)
	if err != nil {
		return nil, fmt.Errorf("torchfile: %s: %w", name, err)
	}
	return &StateDict{Tensors: tensors, file: name}, nil
}

func decodeState(r io.ReaderAt, size int64) ([]Tensor, error) {
	c, err := openContainer(r, size)
	if err != nil {
		return nil, err
	}
	program, err := c.read(c.pickle, maxPickleBytes)
	if err != nil {
		return nil, err
	}
	root, err := unpickle(program)
	if err != nil {
		return nil, err
	}
	refs, err := flatten(root, len(program))
	if err != nil {
		return nil, err
	}
	return c.tensors(refs, budget(size))
}

// Get returns the tensor of that name. Its values are shared with s.
func (s *StateDict) Get(name string) (Tensor, bool) {
	for _, t := range s.Tensors {
		if t.Name == name {
			return t, true
		}
	}
	return Tensor{}, false
}

// Names returns the tensors' names in file order.
func (s *StateDict) Names() []string {
	names := make([]string, len(s.Tensors))
	for i, t := range s.Tensors {
		names[i] = t.Name
	}
	return names
}

// Want returns the tensor of that name if it has exactly the given shape (none
// for a scalar), else an error that names the file, the tensor and both shapes.
func (s *StateDict) Want(name string, shape ...int) (Tensor, error) {
	t, ok := s.Get(name)
	if !ok {
		return Tensor{}, fmt.Errorf("torchfile: %s: no tensor %q, expected one of shape %v; the file has %s",
			s.file, name, shape, s.summary())
	}
	if !slices.Equal(t.Shape, shape) {
		return Tensor{}, fmt.Errorf("torchfile: %s: tensor %q has shape %v, expected %v; is this the file of another network?",
			s.file, name, t.Shape, shape)
	}
	return t, nil
}

// summary lists the first tensors for an error.
func (s *StateDict) summary() string {
	const shown = 12
	names := s.Names()
	if len(names) == 0 {
		return "no tensors"
	}
	if len(names) > shown {
		return fmt.Sprintf("%d tensors, the first are %s", len(names), strings.Join(names[:shown], ", "))
	}
	return strings.Join(names, ", ")
}
