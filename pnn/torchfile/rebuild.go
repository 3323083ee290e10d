package torchfile

import "fmt"

type (
	// global is a name that a pickle refers to, "module.name".
	global string

	// storageRef is a persistent id: an entry of raw numbers in the container.
	storageRef struct {
		dt    dtype
		key   string
		numel int64
	}

	// tensorRef is a tensor before its numbers are read. Offset and strides
	// count elements.
	tensorRef struct {
		storage       storageRef
		offset        int64
		shape, stride []int64
	}
)

const (
	globalOrderedDict = "collections.OrderedDict"
	globalTensor      = "torch._utils._rebuild_tensor_v2"
	globalParameter   = "torch._utils._rebuild_parameter"
)

// storageTypes are the storage classes and their number formats.
var storageTypes = map[global]dtype{
	"torch.FloatStorage":         dtF4,
	"torch.DoubleStorage":        dtF8,
	"torch.HalfStorage":          dtF2,
	"torch.BFloat16Storage":      dtBF16,
	"torch.CharStorage":          dtI1,
	"torch.ShortStorage":         dtI2,
	"torch.IntStorage":           dtI4,
	"torch.LongStorage":          dtI8,
	"torch.ByteStorage":          dtU1,
	"torch.BoolStorage":          dtB1,
	"torch.ComplexFloatStorage":  dtC8,
	"torch.ComplexDoubleStorage": dtC16,
}

// global carries out GLOBAL: only names that a state dict needs.
func (u *unpickler) global() error {
	module, err := u.line()
	if err != nil {
		return err
	}
	name, err := u.line()
	if err != nil {
		return err
	}
	g := global(module + "." + name)
	if _, ok := storageTypes[g]; !ok && g != globalOrderedDict && g != globalTensor && g != globalParameter {
		return u.fail("the name %q is not one that a state dict of tensors needs, refused; save only the state dict, as tensors, with torch.save", string(g))
	}
	return u.push(g)
}

// persistent carries out BINPERSID: ("storage", class, key, device, numel). The
// device does not matter here.
func (u *unpickler) persistent() error {
	v, err := u.pop()
	if err != nil {
		return err
	}
	id, ok := v.(tuple)
	if !ok || len(id) != 5 || id[0] != any("storage") {
		return u.fail("a persistent id that is %s, expected (\"storage\", class, key, device, numel)", kind(v))
	}
	class, _ := id[1].(global)
	dt, ok := storageTypes[class]
	if !ok {
		return u.fail("a storage class that is %s, expected one such as torch.FloatStorage", kind(id[1]))
	}
	key, ok := id[2].(string)
	if !ok {
		return u.fail("a storage key that is %s, expected a string", kind(id[2]))
	}
	numel, ok := id[4].(int64)
	if !ok || numel < 0 {
		return u.fail("a storage length that is %s, expected a count of elements", kind(id[4]))
	}
	return u.push(storageRef{dt: dt, key: key, numel: numel})
}

// reduce carries out REDUCE, a call, for the three names that may be called.
func (u *unpickler) reduce() error {
	pair, err := u.popN(2)
	if err != nil {
		return err
	}
	fn, ok := pair[0].(global)
	args, okArgs := pair[1].(tuple)
	if !ok || !okArgs {
		return u.fail("calls %s with %s, expected a name and a tuple", kind(pair[0]), kind(pair[1]))
	}
	var v any
	switch fn {
	case globalOrderedDict:
		if len(args) != 0 {
			return u.fail("%s with %d arguments, expected none", fn, len(args))
		}
		v = &dict{}
	case globalTensor:
		v, err = rebuildTensor(args)
	case globalParameter: // (data, requires_grad, backward_hooks)
		if len(args) != 3 {
			return u.fail("%s with %d arguments, expected 3", fn, len(args))
		}
		if v, ok = args[0].(*tensorRef); !ok {
			return u.fail("%s of %s, expected a tensor", fn, kind(args[0]))
		}
	default:
		return u.fail("calls %q, which is a storage class, refused", string(fn))
	}
	if err != nil {
		return u.fail("%s: %w", fn, err)
	}
	return u.push(v)
}

// rebuildTensor reads the arguments (storage, offset, shape, stride,
// requires_grad, backward_hooks, and since PyTorch 2.0 perhaps metadata).
func rebuildTensor(args tuple) (*tensorRef, error) {
	if len(args) != 6 && len(args) != 7 {
		return nil, fmt.Errorf("%d arguments, expected 6 or 7", len(args))
	}
	var t tensorRef
	var ok bool
	if t.storage, ok = args[0].(storageRef); !ok {
		return nil, fmt.Errorf("the storage is %s", kind(args[0]))
	}
	if t.offset, ok = args[1].(int64); !ok || t.offset < 0 {
		return nil, fmt.Errorf("the storage offset is %s, expected a count of elements", kind(args[1]))
	}
	var err error
	if t.shape, err = counts(args[2]); err != nil {
		return nil, fmt.Errorf("shape: %w", err)
	}
	if t.stride, err = counts(args[3]); err != nil {
		return nil, fmt.Errorf("strides: %w", err)
	}
	if len(t.shape) != len(t.stride) {
		return nil, fmt.Errorf("%d axes but %d strides", len(t.shape), len(t.stride))
	}
	return &t, nil
}

// counts reads a tuple of integers that are not negative, one per axis.
func counts(v any) ([]int64, error) {
	items, ok := v.(tuple)
	if !ok {
		return nil, fmt.Errorf("%s, expected a tuple of integers", kind(v))
	}
	if len(items) > maxRank {
		return nil, fmt.Errorf("%d axes, at most %d are allowed", len(items), maxRank)
	}
	out := make([]int64, len(items))
	for i, item := range items {
		n, ok := item.(int64)
		if !ok || n < 0 {
			return nil, fmt.Errorf("axis %d: %s, expected an integer that is not negative", i, kind(item))
		}
		out[i] = n
	}
	return out, nil
}

// build carries out BUILD, which in Python sets attributes of an object. State
// dicts use it for their _metadata, which has no numbers: it is dropped.
func (u *unpickler) build() error {
	state, err := u.pop()
	if err != nil {
		return err
	}
	if _, ok := state.(*dict); !ok {
		return u.fail("attributes that are %s, expected a dictionary", kind(state))
	}
	object, err := u.top()
	if err != nil {
		return err
	}
	switch object.(type) {
	case *dict, *tensorRef:
		return nil
	}
	return u.fail("sets attributes of %s, refused", kind(object))
}
