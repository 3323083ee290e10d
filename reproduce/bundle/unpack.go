package bundle

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
)

// entries reads the directory of an archive of size bytes and makes sure that
// pack would have written the same archive around the same data: files one after
// the other from the first byte in order of their names, then the directory, and
// nothing else. So there is no room for what one program sees and another does not.
func entries(r io.ReaderAt, size int64) ([]entry, error) {
	raw, err := rawDirectory(r, size)
	if err != nil {
		return nil, err
	}
	list, err := parseDirectory(raw[:len(raw)-endSize])
	if err != nil {
		return nil, err
	}
	if err := checkEntries(list); err != nil {
		return nil, err
	}
	at := int64(0)
	for _, e := range list {
		if int64(e.at) != at || e.end() > size {
			return nil, fmt.Errorf("%s: %d bytes at byte %d of %d, expected it at %d: files overlap, or something is hidden between them", e.name, e.size, e.at, size, at)
		}
		at = e.end()
		got := make([]byte, headerSize+len(e.name))
		if _, err := r.ReadAt(got, int64(e.at)); err != nil {
			return nil, fmt.Errorf("%s: reading: %w", e.name, err)
		}
		if !bytes.Equal(got, e.header()) {
			return nil, fmt.Errorf("%s: what stands before its data is not what the directory says", e.name)
		}
	}
	if at+int64(len(raw)) != size || !bytes.Equal(raw, directory(list)) {
		return nil, fmt.Errorf("its directory is not the one that reproduce bundle writes for these files")
	}
	return list, nil
}

// rawDirectory returns the directory with its end, once its size is known to be
// within bounds.
func rawDirectory(r io.ReaderAt, size int64) ([]byte, error) {
	if size > maxBytes {
		return nil, fmt.Errorf("%d bytes, the limit is %d", size, maxBytes)
	}
	if size < endSize {
		return nil, fmt.Errorf("%d bytes are no zip archive", size)
	}
	mark, end := make([]byte, 4), make([]byte, endSize)
	if _, err := r.ReadAt(mark, 0); err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	if string(mark) != headerMark {
		return nil, fmt.Errorf("it is no zip archive that begins with a file")
	}
	if _, err := r.ReadAt(end, size-endSize); err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	if string(end[:4]) != endMark {
		return nil, fmt.Errorf("it does not end as a zip archive does: it is cut short, or something was added")
	}
	count := int64(binary.LittleEndian.Uint16(end[10:]))
	length, begin := int64(binary.LittleEndian.Uint32(end[12:])), int64(binary.LittleEndian.Uint32(end[16:]))
	if count > maxEntries || length > count*(recordSize+maxNameBytes) || begin+length+endSize != size {
		return nil, fmt.Errorf("a directory of %d files with %d bytes at byte %d of %d: expected it right before the end, of %d files at most", count, length, begin, size, maxEntries)
	}
	raw := make([]byte, length+endSize)
	if _, err := r.ReadAt(raw, begin); err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	return raw, nil
}

// parseDirectory reads the records of a directory.
func parseDirectory(raw []byte) ([]entry, error) {
	var list []entry
	le := binary.LittleEndian
	for len(raw) > 0 {
		if len(raw) < recordSize || string(raw[:4]) != recordMark {
			return nil, fmt.Errorf("its directory is damaged after %d files", len(list))
		}
		n := recordSize + int(le.Uint16(raw[28:]))
		if len(raw) < n {
			return nil, fmt.Errorf("its directory is damaged after %d files", len(list))
		}
		e := entry{name: string(raw[recordSize:n]), crc: le.Uint32(raw[16:]), size: le.Uint32(raw[24:]), at: le.Uint32(raw[42:])}
		// Other oddities are found by comparison; these deserve words.
		if le.Uint16(raw[10:]) != stored {
			return nil, fmt.Errorf("%.100q is compressed: the files of a bundle are stored as they are, so that none unpacks to more than it is", e.name)
		}
		if le.Uint32(raw[38:]) != plainFile {
			return nil, fmt.Errorf("%.100q is no plain file: links, folders and devices have no place in a bundle", e.name)
		}
		list, raw = append(list, e), raw[n:]
	}
	return list, nil
}

// checkEntries makes sure that names are in order and each is a file of its own
// on every system.
func checkEntries(list []entry) error {
	folded := map[string]string{} // from names without regard to case
	for i, e := range list {
		if err := checkName(e.name); err != nil {
			return err
		}
		if i > 0 && e.name <= list[i-1].name {
			return fmt.Errorf("%s comes after %s, expected names in order, each once", e.name, list[i-1].name)
		}
		low := strings.ToLower(e.name)
		if other, taken := folded[low]; taken {
			return fmt.Errorf("%s and %s are the same file on some systems", other, e.name)
		}
		folded[low] = e.name
	}
	for _, e := range list {
		for low := strings.ToLower(e.name); strings.Contains(low, "/"); {
			low = low[:strings.LastIndexByte(low, '/')]
			if other, taken := folded[low]; taken {
				return fmt.Errorf("%s is a file and a folder, that of %s", other, e.name)
			}
		}
	}
	return nil
}

// content returns the bytes of an entry.
func content(r io.ReaderAt, e entry) ([]byte, error) {
	data := make([]byte, e.size)
	if _, err := r.ReadAt(data, e.end()-int64(e.size)); err != nil {
		return nil, fmt.Errorf("%s: reading: %w", e.name, err)
	}
	if crc32.ChecksumIEEE(data) != e.crc {
		return nil, fmt.Errorf("%s: damaged: its check sum in the archive is another; fetch the bundle again", e.name)
	}
	return data, nil
}
