package torchfile

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

// container is the zip file around a pickle. Entries lie under a stem that is
// the file's name when it was saved: stem/data.pkl, stem/data/0, stem/byteorder.
type container struct {
	entries map[string]*zip.File
	pickle  *zip.File
	stem    string // with its slash
	order   binary.ByteOrder
}

func openContainer(r io.ReaderAt, size int64) (*container, error) {
	if size <= 0 {
		return nil, errors.New("the file is empty (0 bytes), expected a PyTorch zip container; fetch it again or use another copy")
	}
	if err := checkMagic(r, size); err != nil {
		return nil, err
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("the zip container of %d bytes cannot be read (%w); it is probably truncated: fetch it again", size, err)
	}
	c := &container{entries: make(map[string]*zip.File, len(z.File)), order: binary.LittleEndian}
	for _, f := range z.File {
		if c.entries[f.Name] != nil {
			return nil, fmt.Errorf("zip entry %q occurs twice, expected once; the file was not written by PyTorch", f.Name)
		}
		c.entries[f.Name] = f
		if f.Name != "data.pkl" && !strings.HasSuffix(f.Name, "/data.pkl") {
			continue
		}
		if c.pickle != nil {
			return nil, fmt.Errorf("zip entries %q and %q, expected one data.pkl; the file was not written by PyTorch", c.pickle.Name, f.Name)
		}
		c.pickle, c.stem = f, strings.TrimSuffix(f.Name, "data.pkl")
	}
	if c.pickle == nil {
		return nil, fmt.Errorf("no zip entry <name>/data.pkl among %d, expected a file written by torch.save", len(z.File))
	}
	return c, c.readOrder()
}

// checkMagic tells files that are not zip containers apart before the zip
// reader does, because its message would not help.
func checkMagic(r io.ReaderAt, size int64) error {
	head := make([]byte, min(size, 4))
	if n, err := r.ReadAt(head, 0); n < len(head) {
		return fmt.Errorf("cannot read the first %d bytes: %w", len(head), err)
	}
	switch {
	case string(head) == "PK\x03\x04":
		return nil
	case len(head) >= 2 && head[0] == 0x80:
		return errors.New(`a bare pickle, expected a zip container ("PK" at the start); load it with PyTorch 1.6 or later and torch.save it again`)
	}
	return fmt.Errorf(`starts with % x, expected a zip container (50 4b 03 04, "PK"); this is not a file of torch.save`, head)
}

// readOrder reads the byte order entry, which older files do not have: they are
// little-endian.
func (c *container) readOrder() error {
	f := c.entries[c.stem+"byteorder"]
	if f == nil {
		return nil
	}
	b, err := c.read(f, 16)
	if err != nil {
		return err
	}
	switch strings.TrimSpace(string(b)) {
	case "little":
	case "big":
		c.order = binary.BigEndian
	default:
		return fmt.Errorf("zip entry %q says %q, expected little or big", f.Name, b)
	}
	return nil
}

// read returns the whole of an entry of at most limit bytes, with its checksum
// verified.
func (c *container) read(f *zip.File, limit int64) ([]byte, error) {
	if f.UncompressedSize64 > uint64(limit) {
		return nil, fmt.Errorf("zip entry %q claims %d bytes, at most %d are allowed here; save the file uncompressed with torch.save", f.Name, f.UncompressedSize64, limit)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("zip entry %q: %w", f.Name, err)
	}
	defer r.Close()
	b := make([]byte, f.UncompressedSize64)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, fmt.Errorf("zip entry %q: %w after fewer than its %d bytes; the file is damaged: fetch it again", f.Name, err, len(b))
	}
	// The checksum is only compared when the reader meets the end.
	if n, err := r.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		if err == nil || err == io.EOF {
			err = errors.New("more bytes than it claims")
		}
		return nil, fmt.Errorf("zip entry %q of %d bytes: %w; the file is damaged: fetch it again", f.Name, len(b), err)
	}
	return b, nil
}

// storage returns the entry of a storage after holding it against what the
// pickle says of it.
func (c *container) storage(s storageRef) (*zip.File, error) {
	name := c.stem + "data/" + s.key
	f := c.entries[name]
	if f == nil {
		return nil, fmt.Errorf("no zip entry %q for its storage; the file is incomplete", name)
	}
	size := uint64(s.dt.bytes())
	if s.numel < 0 || f.UncompressedSize64%size != 0 || f.UncompressedSize64/size != uint64(s.numel) {
		return nil, fmt.Errorf("zip entry %q has %d bytes, expected %d elements of %d bytes (%s)", name, f.UncompressedSize64, s.numel, size, s.dt.name)
	}
	return f, nil
}

// tensors reads the numbers of all refs. Together they may be no more than limit
// values and rest on no more than limit bytes of storage: both are checked for
// every tensor before the first number is read.
func (c *container) tensors(refs []namedRef, limit int64) ([]Tensor, error) {
	layouts := make([]layout, len(refs))
	counts := make([]int, len(refs))
	uses := make(map[string]int) // tensors that still need a storage, by key
	values, bytes := limit, limit
	for i, r := range refs {
		f, err := c.storage(r.storage)
		if err != nil {
			return nil, fmt.Errorf("tensor %q: %w", r.name, err)
		}
		parts := int64(r.storage.dt.parts)
		layouts[i], counts[i], err = newLayout(r.offset, r.shape, r.stride, r.storage.numel, values/parts)
		if err != nil {
			return nil, fmt.Errorf("tensor %q: %w", r.name, err)
		}
		values -= parts * int64(counts[i])
		if uses[r.storage.key]++; uses[r.storage.key] > 1 {
			continue
		}
		if f.UncompressedSize64 > uint64(bytes) {
			return nil, fmt.Errorf("tensor %q: zip entry %q claims %d bytes, but only %d are left for this file (limit %d); save it uncompressed with torch.save", r.name, f.Name, f.UncompressedSize64, bytes, limit)
		}
		bytes -= int64(f.UncompressedSize64)
	}

	out := make([]Tensor, len(refs))
	raw := make(map[string][]byte)
	for i, r := range refs {
		key, dt := r.storage.key, r.storage.dt
		if _, ok := raw[key]; !ok {
			b, err := c.read(c.entries[c.stem+"data/"+key], limit)
			if err != nil {
				return nil, fmt.Errorf("tensor %q: %w", r.name, err)
			}
			raw[key] = b
		}
		v, err := gather(dt, c.order, raw[key], layouts[i], counts[i])
		if err != nil {
			return nil, fmt.Errorf("tensor %q: %w", r.name, err)
		}
		out[i] = Tensor{Name: r.name, Shape: layouts[i].shape, DType: dt.name, Values: v, Complex: dt.parts == 2}
		if uses[key]--; uses[key] == 0 {
			delete(raw, key)
		}
	}
	return out, nil
}
