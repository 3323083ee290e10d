package torchfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

const npyMagic = "\x93NUMPY"

// npyHeader is what a .npy file says of its array.
type npyHeader struct {
	dt      dtype
	order   binary.ByteOrder
	fortran bool
	shape   []int64
	bytes   int64 // before the numbers: magic, version, length, text
}

// npyTypes are the number formats of .npy files that are read.
var npyTypes = map[string]dtype{
	"f2": dtF2, "f4": dtF4, "f8": dtF8, "i1": dtI1, "i2": dtI2, "i4": dtI4, "i8": dtI8,
	"u1": dtU1, "b1": dtB1, "c8": dtC8, "c16": dtC16,
}

// readHeader reads everything before the numbers of a file of size bytes.
func readHeader(r io.Reader, size int64) (npyHeader, error) {
	head := make([]byte, 8)
	if n, err := io.ReadFull(r, head); err != nil {
		return npyHeader{}, fmt.Errorf("only %d bytes, expected at least the 8 of a NumPy magic and version: %w", n, err)
	}
	if string(head[:6]) != npyMagic {
		return npyHeader{}, fmt.Errorf(`starts with % x, expected 93 4e 55 4d 50 59 ("\x93NUMPY"); this is not a .npy file`, head[:6])
	}
	major, minor := head[6], head[7]
	width := 4 // of the length field
	switch {
	case minor != 0 || major < 1 || major > 3:
		return npyHeader{}, fmt.Errorf("format version %d.%d, expected 1.0, 2.0 or 3.0; save the array again with numpy.save", major, minor)
	case major == 1:
		width = 2
	}
	length := make([]byte, 4)
	if _, err := io.ReadFull(r, length[:width]); err != nil {
		return npyHeader{}, fmt.Errorf("the file ends inside its header: %w", err)
	}
	n := int64(binary.LittleEndian.Uint32(length))
	start := int64(8 + width)
	if n > maxHeaderBytes || n > size-start {
		return npyHeader{}, fmt.Errorf("a header of %d bytes in a file of %d, at most %d are allowed; the file is truncated or damaged", n, size, maxHeaderBytes)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return npyHeader{}, fmt.Errorf("the file ends inside its header: %w", err)
	}
	h, err := parseHeader(string(text))
	if err != nil {
		return npyHeader{}, fmt.Errorf("header %.200q: %w", strings.TrimSpace(string(text)), err)
	}
	h.bytes = start + n
	return h, nil
}

// headerText is the part of a header that is still to be read.
type headerText struct{ rest string }

// parseHeader reads a Python literal such as
// {'descr': '<f8', 'fortran_order': False, 'shape': (64, 32), }.
func parseHeader(text string) (npyHeader, error) {
	var h npyHeader
	var seen struct{ descr, order, shape bool }
	p := &headerText{text}
	if !p.eat("{") {
		return h, errors.New("expected a dictionary that starts with {")
	}
	for !p.eat("}") {
		key, err := p.quoted()
		if err != nil {
			return h, err
		}
		if !p.eat(":") {
			return h, fmt.Errorf("expected a colon after %q", key)
		}
		var again bool
		switch key {
		case "descr":
			again, seen.descr = seen.descr, true
			err = p.descr(&h)
		case "fortran_order":
			again, seen.order = seen.order, true
			h.fortran, err = p.boolean()
		case "shape":
			again, seen.shape = seen.shape, true
			h.shape, err = p.shape()
		default:
			err = fmt.Errorf("unknown key %q, expected descr, fortran_order and shape", key)
		}
		if err != nil {
			return h, err
		}
		if again {
			return h, fmt.Errorf("key %q occurs twice", key)
		}
		if p.eat(",") {
			continue
		}
		if p.eat("}") {
			break
		}
		return h, fmt.Errorf("expected a comma or } after the value of %q", key)
	}
	if !seen.descr || !seen.order || !seen.shape {
		return h, errors.New("expected all of descr, fortran_order and shape")
	}
	if p.skip(); p.rest != "" {
		return h, fmt.Errorf("unexpected %.20q after the dictionary", p.rest)
	}
	return h, nil
}

func (p *headerText) skip() { p.rest = strings.TrimLeft(p.rest, " \t\r\n") }

// eat skips blanks and then token, if it comes next.
func (p *headerText) eat(token string) bool {
	p.skip()
	rest, ok := strings.CutPrefix(p.rest, token)
	if ok {
		p.rest = rest
	}
	return ok
}

// quoted reads a string without escapes; format names have none.
func (p *headerText) quoted() (string, error) {
	for _, q := range []string{"'", `"`} {
		if !p.eat(q) {
			continue
		}
		s, rest, ok := strings.Cut(p.rest, q)
		if !ok {
			return "", errors.New("a string without an end")
		}
		p.rest = rest
		return s, nil
	}
	return "", fmt.Errorf("expected a quoted string at %.20q", p.rest)
}

// descr reads a number format: byte order, kind, bytes.
func (p *headerText) descr(h *npyHeader) error {
	if p.skip(); strings.HasPrefix(p.rest, "[") {
		return errors.New("a structured array, expected plain numbers such as '<f8'; save each field by itself")
	}
	s, err := p.quoted()
	if err != nil {
		return err
	}
	if strings.Contains(s, "O") {
		return fmt.Errorf("format %q holds pickled Python objects, which are never read; save plain numbers such as '<f8'", s)
	}
	var ok bool
	if s != "" {
		h.dt, ok = npyTypes[s[1:]]
	}
	switch {
	case !ok:
	case s[0] == '<' || s[0] == '|' && h.dt.unit == 1:
		h.order = binary.LittleEndian
		return nil
	case s[0] == '>':
		h.order = binary.BigEndian
		return nil
	}
	return fmt.Errorf("format %q, expected < or > and one of f2 f4 f8 i1 i2 i4 i8 c8 c16, or |b1 |u1 |i1; convert the array with astype('<f8')", s)
}

func (p *headerText) boolean() (bool, error) {
	switch {
	case p.eat("True"):
		return true, nil
	case p.eat("False"):
		return false, nil
	}
	return false, fmt.Errorf("fortran_order is %.20q, expected True or False", p.rest)
}

// shape reads a tuple of lengths: (), (3,), (64, 32).
func (p *headerText) shape() ([]int64, error) {
	if !p.eat("(") {
		return nil, fmt.Errorf("shape is %.20q, expected a tuple such as (64, 32)", p.rest)
	}
	shape := []int64{}
	for !p.eat(")") {
		d, err := p.length()
		if err != nil {
			return nil, err
		}
		if len(shape) == maxRank {
			return nil, fmt.Errorf("more than %d axes", maxRank)
		}
		shape = append(shape, d)
		if p.eat(",") {
			continue
		}
		if len(shape) > 1 && p.eat(")") {
			break
		}
		return nil, fmt.Errorf("expected a comma after axis %d of the shape", len(shape)-1)
	}
	return shape, nil
}

// length reads one axis of a shape. Python 2 wrote long integers with an L.
func (p *headerText) length() (int64, error) {
	p.skip()
	var d int64
	digits := 0
	for digits < len(p.rest) && p.rest[digits] >= '0' && p.rest[digits] <= '9' {
		d = 10*d + int64(p.rest[digits]-'0')
		if digits++; d > maxDim {
			return 0, fmt.Errorf("an axis is longer than %d", maxDim)
		}
	}
	if digits == 0 {
		return 0, fmt.Errorf("expected the length of an axis at %.20q", p.rest)
	}
	p.rest = strings.TrimPrefix(p.rest[digits:], "L")
	return d, nil
}
