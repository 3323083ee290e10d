package bundle

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// Bounds of a bundle, for those who write one and those who open one. The whole
// archive is a few times the largest set of figures at the published protocol.
const (
	maxBytes   = 1 << 30
	maxEntries = 1 << 14
)

// The parts of a zip file (APPNOTE 4.3): a header before the data of each file,
// a record for each file in the directory that follows them, and its end.
const (
	headerMark, headerSize = "PK\x03\x04", 30
	recordMark, recordSize = "PK\x01\x02", 46
	endMark, endSize       = "PK\x05\x06", 22
)

// What the records of all files say alike.
const (
	zipVersion = 20
	unixMaker  = 3 << 8
	plainFile  = 0o100644 << 16 // mode of an ordinary file
	stored     = 0              // method: not compressed
	epochDate  = 0x21           // 1980-01-01, the first day that zip can say
)

// entry is a file in an archive.
type entry struct {
	name string
	size uint32
	crc  uint32
	at   uint32 // where its header begins
}

// end is where the entry ends and the next one begins.
func (e entry) end() int64 {
	return int64(e.at) + headerSize + int64(len(e.name)) + int64(e.size)
}

// common is the part of a file's header that its record repeats.
func (e entry) common(b []byte) []byte {
	le := binary.LittleEndian
	b = le.AppendUint16(b, zipVersion)
	b = le.AppendUint16(b, 0) // flags
	b = le.AppendUint16(b, stored)
	b = le.AppendUint16(b, 0) // 00:00
	b = le.AppendUint16(b, epochDate)
	b = le.AppendUint32(b, e.crc)
	b = le.AppendUint32(b, e.size) // compressed
	b = le.AppendUint32(b, e.size)
	b = le.AppendUint16(b, uint16(len(e.name)))
	return le.AppendUint16(b, 0) // extra fields
}

// header is what stands before the data of a file.
func (e entry) header() []byte {
	return append(e.common([]byte(headerMark)), e.name...)
}

// directory is what follows the files, to the end of the archive.
func directory(list []entry) []byte {
	le := binary.LittleEndian
	var b []byte
	begin := int64(0)
	for _, e := range list {
		b = append(b, recordMark...)
		b = le.AppendUint16(b, unixMaker|zipVersion)
		b = e.common(b)
		b = append(b, make([]byte, 6)...) // comment, disk, internal attributes
		b = le.AppendUint32(b, plainFile)
		b = le.AppendUint32(b, e.at)
		b = append(b, e.name...)
		begin = e.end()
	}
	length := len(b)
	b = append(b, endMark...)
	b = le.AppendUint32(b, 0) // disks
	b = le.AppendUint16(b, uint16(len(list)))
	b = le.AppendUint16(b, uint16(len(list)))
	b = le.AppendUint32(b, uint32(length))
	b = le.AppendUint32(b, uint32(begin))
	return le.AppendUint16(b, 0) // comment
}

// pack returns the archive of files. Its bytes depend on nothing else, this
// version of Go included.
func pack(files []file) ([]byte, error) {
	total := endSize
	for _, f := range files {
		total += headerSize + recordSize + 2*len(f.name) + len(f.data)
	}
	if len(files) > maxEntries || total > maxBytes {
		return nil, fmt.Errorf("%d files of %d bytes, the limits are %d and %d: bundle fewer figures at a time", len(files), total, maxEntries, maxBytes)
	}
	out := make([]byte, 0, total)
	var list []entry
	for _, f := range files {
		e := entry{name: f.name, size: uint32(len(f.data)), crc: crc32.ChecksumIEEE(f.data), at: uint32(len(out))}
		list = append(list, e)
		out = append(append(out, e.header()...), f.data...)
	}
	if err := checkEntries(list); err != nil {
		return nil, err
	}
	return append(out, directory(list)...), nil
}
