package torchfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"unicode/utf8"
)

// The objects of a pickle are: nil (None), bool, int64, float64, string, tuple,
// *list, *dict, global, storageRef and *tensorRef.
type (
	tuple []any
	list  struct{ items []any }
	dict  struct {
		keys, values []any       // in order of insertion; a key is a string or an int64
		index        map[any]int // position of a key
	}
)

func (d *dict) set(key, value any) {
	if i, ok := d.index[key]; ok {
		d.values[i] = value
		return
	}
	if d.index == nil {
		d.index = make(map[any]int)
	}
	d.index[key] = len(d.keys)
	d.keys = append(d.keys, key)
	d.values = append(d.values, value)
}

// unpickler interprets a protocol 2 pickle as far as a dictionary of tensors
// needs it.
type unpickler struct {
	data  []byte
	at    int // offset of the opcode in hand
	pos   int // offset of the next byte
	stack []any
	marks []int // stack heights
	memo  map[uint32]any
}

// unpickle returns the object that the pickle in data describes. An error names
// the offset and the opcode.
func unpickle(data []byte) (any, error) {
	u := &unpickler{data: data, memo: make(map[uint32]any)}
	for {
		u.at = u.pos
		op, err := u.take(1)
		if err != nil {
			return nil, err
		}
		if op[0] == opStop {
			return u.stop()
		}
		if err := u.step(op[0]); err != nil {
			return nil, err
		}
	}
}

func (u *unpickler) stop() (any, error) {
	if len(u.stack) != 1 || len(u.marks) != 0 {
		return nil, u.fail("%d objects and %d marks are left, expected one object", len(u.stack), len(u.marks))
	}
	if u.pos != len(u.data) {
		return nil, u.fail("%d bytes follow, expected the end", len(u.data)-u.pos)
	}
	return u.stack[0], nil
}

// fail returns an error that names the place.
func (u *unpickler) fail(format string, args ...any) error {
	op := "end"
	if u.at < len(u.data) {
		op = opName(u.data[u.at])
	}
	return fmt.Errorf("data.pkl offset %d, opcode %s: %w", u.at, op, fmt.Errorf(format, args...))
}

// take returns the next n bytes.
func (u *unpickler) take(n int) ([]byte, error) {
	if n > len(u.data)-u.pos {
		return nil, u.fail("%d bytes needed, %d left; the pickle is truncated", n, len(u.data)-u.pos)
	}
	b := u.data[u.pos : u.pos+n]
	u.pos += n
	return b, nil
}

// number returns the next n bytes as an unsigned little-endian integer.
func (u *unpickler) number(n int) (uint32, error) {
	b, err := u.take(n)
	if err != nil {
		return 0, err
	}
	var v [4]byte
	copy(v[:], b)
	return binary.LittleEndian.Uint32(v[:]), nil
}

func (u *unpickler) push(v any) error {
	if len(u.stack) >= maxStack {
		return u.fail("more than %d objects on the stack; this is not a state dict", maxStack)
	}
	u.stack = append(u.stack, v)
	return nil
}

// pop takes one object off the stack, but never across a mark.
func (u *unpickler) pop() (any, error) {
	if len(u.stack) <= u.floor() {
		return nil, u.fail("no object on the stack")
	}
	v := u.stack[len(u.stack)-1]
	u.stack = u.stack[:len(u.stack)-1]
	return v, nil
}

// popN takes n objects off the stack and returns them in the order of pushing.
func (u *unpickler) popN(n int) (tuple, error) {
	if len(u.stack)-u.floor() < n {
		return nil, u.fail("%d objects needed on the stack, %d there", n, len(u.stack)-u.floor())
	}
	cut := len(u.stack) - n
	items := append(tuple{}, u.stack[cut:]...)
	u.stack = u.stack[:cut]
	return items, nil
}

// popMark takes all objects above the last mark, and the mark.
func (u *unpickler) popMark() (tuple, error) {
	if len(u.marks) == 0 {
		return nil, u.fail("no mark on the stack")
	}
	items, err := u.popN(len(u.stack) - u.floor())
	u.marks = u.marks[:len(u.marks)-1]
	return items, err
}

// floor is the stack height below which the opcode in hand may not reach.
func (u *unpickler) floor() int {
	if len(u.marks) == 0 {
		return 0
	}
	return u.marks[len(u.marks)-1]
}

// top returns the object on top without taking it.
func (u *unpickler) top() (any, error) {
	v, err := u.pop()
	if err == nil {
		u.stack = append(u.stack, v)
	}
	return v, err
}

// step carries out one opcode.
func (u *unpickler) step(op byte) error {
	switch op {
	case opProto:
		b, err := u.take(1)
		if err == nil && b[0] != 2 {
			err = u.fail("pickle protocol %d, expected 2; torch.save the file again without pickle_protocol", b[0])
		}
		return err
	case opMark:
		if len(u.marks) >= maxStack {
			return u.fail("more than %d marks on the stack; this is not a state dict", maxStack)
		}
		u.marks = append(u.marks, len(u.stack))
		return nil
	case opNone:
		return u.push(nil)
	case opNewTrue, opNewFalse:
		return u.push(op == opNewTrue)
	case opBinInt1, opBinInt2, opBinInt, opLong1, opBinFloat, opBinUnicode:
		return u.literal(op)
	case opEmptyTuple:
		return u.push(tuple{})
	case opEmptyList:
		return u.push(&list{})
	case opEmptyDict:
		return u.push(&dict{})
	case opTuple1, opTuple2, opTuple3:
		items, err := u.popN(int(op-opTuple1) + 1)
		if err != nil {
			return err
		}
		return u.push(items)
	case opTuple:
		items, err := u.popMark()
		if err != nil {
			return err
		}
		return u.push(items)
	case opAppend, opAppends:
		return u.appendTo(op == opAppends)
	case opSetItem, opSetItems:
		return u.setItems(op == opSetItems)
	case opBinPut, opLongBinPut, opBinGet, opLongBinGet:
		return u.remember(op)
	case opGlobal:
		return u.global()
	case opBinPersID:
		return u.persistent()
	case opReduce:
		return u.reduce()
	case opBuild:
		return u.build()
	}
	return u.fail("not an opcode that a state dict needs, refused; save only the state dict, as tensors, with torch.save")
}

// integer pushes an integer of n bytes; only the one of 4 bytes has a sign.
func (u *unpickler) integer(n int) error {
	v, err := u.number(n)
	if err != nil {
		return err
	}
	if n == 4 {
		return u.push(int64(int32(v)))
	}
	return u.push(int64(v))
}

// literal pushes a number or a string.
func (u *unpickler) literal(op byte) error {
	switch op {
	case opBinInt1:
		return u.integer(1)
	case opBinInt2:
		return u.integer(2)
	case opBinInt:
		return u.integer(4)
	case opLong1:
		n, err := u.number(1)
		if err != nil {
			return err
		}
		if n > 8 {
			return u.fail("an integer of %d bytes, at most 8 are allowed", n)
		}
		b, err := u.take(int(n))
		if err != nil {
			return err
		}
		var v int64
		for i, x := range b {
			v |= int64(x) << (8 * i)
		}
		if n > 0 { // two's complement of n bytes
			shift := 64 - 8*n
			v = v << shift >> shift
		}
		return u.push(v)
	case opBinFloat: // the one big-endian number of a pickle
		b, err := u.take(8)
		if err != nil {
			return err
		}
		return u.push(math.Float64frombits(binary.BigEndian.Uint64(b)))
	}
	n, err := u.number(4)
	if err != nil {
		return err
	}
	if uint64(n) > uint64(len(u.data)) {
		return u.fail("a string of %d bytes, %d left; the pickle is truncated", n, len(u.data)-u.pos)
	}
	b, err := u.take(int(n))
	if err != nil {
		return err
	}
	if !utf8.Valid(b) {
		return u.fail("a string that is not UTF-8")
	}
	return u.push(string(b))
}

// appendTo carries out APPEND (one item) and APPENDS (all above the mark).
func (u *unpickler) appendTo(many bool) error {
	items, err := u.items(1, many)
	if err != nil {
		return err
	}
	v, err := u.top()
	if err != nil {
		return err
	}
	l, ok := v.(*list)
	if !ok {
		return u.fail("appends to %s, expected a list", kind(v))
	}
	l.items = append(l.items, items...)
	return nil
}

// setItems carries out SETITEM (one pair) and SETITEMS (all above the mark).
func (u *unpickler) setItems(many bool) error {
	items, err := u.items(2, many)
	if err != nil {
		return err
	}
	v, err := u.top()
	if err != nil {
		return err
	}
	d, ok := v.(*dict)
	if !ok {
		return u.fail("sets items of %s, expected a dictionary", kind(v))
	}
	if len(items)%2 != 0 {
		return u.fail("%d keys and values, expected pairs", len(items))
	}
	for i := 0; i < len(items); i += 2 {
		switch items[i].(type) {
		case string, int64:
			d.set(items[i], items[i+1])
		default:
			return u.fail("a dictionary key that is %s, expected a string or an integer", kind(items[i]))
		}
	}
	return nil
}

func (u *unpickler) items(one int, many bool) (tuple, error) {
	if many {
		return u.popMark()
	}
	return u.popN(one)
}

// remember carries out the opcodes that put the top object into the memo and
// get one back.
func (u *unpickler) remember(op byte) error {
	n := 1
	if op == opLongBinPut || op == opLongBinGet {
		n = 4
	}
	slot, err := u.number(n)
	if err != nil {
		return err
	}
	if op == opBinGet || op == opLongBinGet {
		v, ok := u.memo[slot]
		if !ok {
			return u.fail("memo slot %d is empty", slot)
		}
		return u.push(v)
	}
	v, err := u.top()
	if err != nil {
		return err
	}
	if len(u.memo) >= maxMemo {
		return u.fail("more than %d objects in the memo; this is not a state dict", maxMemo)
	}
	u.memo[slot] = v
	return nil
}

// line returns the bytes up to the next newline, as text.
func (u *unpickler) line() (string, error) {
	rest := u.data[u.pos:]
	rest = rest[:min(len(rest), maxGlobalBytes)]
	end := bytes.IndexByte(rest, '\n')
	if end < 0 {
		return "", u.fail("a name without an end within %d bytes; the pickle is truncated", len(rest))
	}
	u.pos += end + 1
	return string(rest[:end]), nil
}

// kind names a pickled object in an error. It never prints the inside of a
// container: shared objects can make that exponentially long.
func kind(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return "a boolean"
	case int64:
		return fmt.Sprintf("the integer %d", v)
	case float64:
		return "a float"
	case string:
		return "a string"
	case tuple:
		return fmt.Sprintf("a tuple of %d", len(v))
	case *list:
		return "a list"
	case *dict:
		return "a dictionary"
	case global:
		return fmt.Sprintf("the name %q", string(v))
	case storageRef:
		return "a storage"
	case *tensorRef:
		return "a tensor"
	}
	return fmt.Sprintf("%T", v)
}
