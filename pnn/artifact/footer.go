package artifact

import (
	"encoding/binary"
	"fmt"
)

// checkFooter walks an Arrow footer and refuses one that Arrow's reader would
// allocate without bound for: that reader believes the lengths it finds, and running
// out of memory is the one failure that Go cannot turn into an error. It also refuses
// what no artifact has, so that the rest of the reader meets only flat columns and lists
// of numbers: other versions, dictionaries, other types, deeper nesting, several record
// batches.
//
// A footer is a FlatBuffer (root type Footer in Arrow's File.fbs). An honest
// one says everything once, so what a walk visits is no more than the footer's size.
func checkFooter(footer []byte) error {
	w := walker{b: footer, left: len(footer)}
	root := w.table(int(w.u32(0)))
	if n, _ := w.vector(root, 2, 24); n != 0 {
		return fmt.Errorf("%w: it holds %d dictionaries, want none", ErrForeign, n)
	}
	if n, _ := w.vector(root, 3, 24); n != 1 {
		return fmt.Errorf("%w: it holds %d record batches, want one", ErrForeign, n)
	}
	schema := w.child(root, 1)
	md := w.metadata(schema, 2)
	// A file of another version may well have other types. It is that version which
	// its owner has to hear of.
	if err := checkVersion(md[keyKind], md[keySchema]); err != nil && !w.bad {
		return err
	}
	if err := w.fields(schema, 1, 2); err != nil {
		return err
	}
	if w.bad {
		return fmt.Errorf("%w: the footer's lengths and offsets do not fit its %d bytes", ErrDamaged, len(footer))
	}
	return nil
}

// Arrow's numbers for the types that artifacts use (Schema.fbs, union Type).
var footerTypes = [256]bool{2: true /* Int */, 3: true /* FloatingPoint */, 5: true /* Utf8 */, 6: true /* Bool */, 16: true /* FixedSizeList */}

// walker reads a FlatBuffer within its bounds. Once something is out of them, bad
// is set and every read gives 0.
type walker struct {
	b    []byte
	left int // bytes that may still be visited
	bad  bool
}

// table is a FlatBuffer table: its position and that of its list of field offsets.
type table struct{ at, offsets, size int }

func (w *walker) fields(of table, slot, depth int) error {
	n, at := w.vector(of, slot, 4)
	if n > 0 && depth == 0 {
		return fmt.Errorf("%w: its columns nest deeper than a list of numbers", ErrForeign)
	}
	for i := 0; i < n && !w.bad; i++ {
		f := w.table(w.follow(at + 4*i))
		w.text(f, 0)
		if p := w.slot(f, 2); p == 0 || !footerTypes[w.u8(p)] {
			return fmt.Errorf("%w: column %d of the footer has a type that artifacts do not use", ErrForeign, i)
		}
		if w.slot(f, 4) != 0 {
			return fmt.Errorf("%w: column %d of the footer is dictionary-encoded", ErrForeign, i)
		}
		w.metadata(f, 6)
		if err := w.fields(f, 5, depth-1); err != nil {
			return err
		}
	}
	return nil
}

// metadata returns keys and values; of a key that is there twice, the first value.
func (w *walker) metadata(of table, slot int) map[string]string {
	md := map[string]string{}
	n, at := w.vector(of, slot, 4)
	for i := 0; i < n && !w.bad; i++ {
		kv := w.table(w.follow(at + 4*i))
		key, value := w.text(kv, 0), w.text(kv, 1)
		if _, twice := md[key]; !twice {
			md[key] = value
		}
	}
	return md
}

func (w *walker) text(of table, slot int) string {
	n, at := w.vector(of, slot, 1)
	return string(w.b[at : at+n])
}

// vector returns the length of a vector and the position of its first element.
func (w *walker) vector(of table, slot, element int) (n, at int) {
	p := w.slot(of, slot)
	if p == 0 {
		return 0, 0
	}
	p = w.follow(p)
	length := int64(w.u32(p))
	if !w.spend(4+length*int64(element)) || int64(p)+4+length*int64(element) > int64(len(w.b)) {
		w.bad = true
		return 0, 0
	}
	return int(length), p + 4
}

func (w *walker) child(of table, slot int) table {
	p := w.slot(of, slot)
	if p == 0 {
		w.bad = true
		return table{}
	}
	return w.table(w.follow(p))
}

func (w *walker) table(at int) table {
	if !w.spend(4) {
		return table{}
	}
	offsets := int64(at) - int64(int32(w.u32(at)))
	if w.bad || offsets < 0 || offsets > int64(len(w.b))-4 {
		w.bad = true
		return table{}
	}
	return table{at, int(offsets), int(w.u16(int(offsets)))}
}

// slot returns the position of a field, or 0 if the table does not have it.
func (w *walker) slot(of table, slot int) int {
	entry := 4 + 2*slot
	// FlatBuffers counts an entry that a list of odd size cuts in half; so must this.
	if w.bad || entry >= of.size {
		return 0
	}
	off := int(w.u16(of.offsets + entry))
	if off == 0 {
		return 0
	}
	return of.at + off
}

// follow returns the position that the offset at p points to.
func (w *walker) follow(p int) int {
	to := int64(p) + int64(w.u32(p))
	if w.bad || to > int64(len(w.b))-4 {
		w.bad = true
		return 0
	}
	return int(to)
}

func (w *walker) spend(n int64) bool {
	if w.bad || n > int64(w.left) {
		w.bad = true
		return false
	}
	w.left -= int(n)
	return true
}

func (w *walker) take(p, n int) []byte {
	if w.bad || p < 0 || p > len(w.b)-n {
		w.bad = true
		return make([]byte, n)
	}
	return w.b[p : p+n]
}

func (w *walker) u8(p int) uint8   { return w.take(p, 1)[0] }
func (w *walker) u16(p int) uint16 { return binary.LittleEndian.Uint16(w.take(p, 2)) }
func (w *walker) u32(p int) uint32 { return binary.LittleEndian.Uint32(w.take(p, 4)) }
