package torchfile

import (
	"fmt"
	"strconv"
)

// namedRef is a tensor with its dotted name.
type namedRef struct {
	name string
	*tensorRef
}

// flattener walks nested dictionaries, lists and tuples.
type flattener struct {
	refs  []namedRef
	names map[string]bool
	left  int // objects that may still be visited
}

// flatten returns the tensors below root in order, with dotted names. Objects
// may be shared or even contain themselves, so the walk is bounded: a plain tree
// has no more objects than its pickle has bytes.
func flatten(root any, pickleBytes int) ([]namedRef, error) {
	f := &flattener{names: make(map[string]bool), left: pickleBytes}
	if err := f.walk("", root, 0); err != nil {
		return nil, err
	}
	return f.refs, nil
}

func (f *flattener) walk(name string, v any, depth int) error {
	if f.left--; f.left < 0 || depth > maxDepth {
		return fmt.Errorf("data.pkl: objects contain each other without end or more than %d deep (at %q); this is not a state dict", maxDepth, name)
	}
	switch v := v.(type) {
	case nil, bool, int64, float64, string:
		return nil
	case *tensorRef:
		if f.names[name] {
			return fmt.Errorf("data.pkl: two tensors are called %q, expected one", name)
		}
		f.names[name] = true
		f.refs = append(f.refs, namedRef{name, v})
		return nil
	case *dict:
		for i, key := range v.keys {
			label, ok := key.(string)
			if !ok {
				label = strconv.FormatInt(key.(int64), 10)
			}
			if err := f.child(name, label, v.values[i], depth); err != nil {
				return err
			}
		}
		return nil
	case *list:
		return f.sequence(name, v.items, depth)
	case tuple:
		return f.sequence(name, v, depth)
	}
	return fmt.Errorf("data.pkl: %q is %s, expected a tensor, a dictionary, a list or a plain value", name, kind(v))
}

func (f *flattener) sequence(name string, items []any, depth int) error {
	for i, item := range items {
		if err := f.child(name, strconv.Itoa(i), item, depth); err != nil {
			return err
		}
	}
	return nil
}

func (f *flattener) child(name, label string, v any, depth int) error {
	if depth > 0 {
		label = name + "." + label
	}
	if len(label) > maxNameBytes {
		return fmt.Errorf("data.pkl: the name %.40q... has %d bytes, at most %d are allowed", label, len(label), maxNameBytes)
	}
	return f.walk(label, v, depth+1)
}
