package artifact

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// The seal stands right before the footer: 8 bytes of mark and the SHA-256 of all
// bytes of the file but these 32. Readers that know Arrow alone never see it: a
// stream ends before it and the footer begins after it.
const (
	sealMark  = "LFSEAL1\n"
	arrowMark = "ARROW1"
	tailSize  = 4 + len(arrowMark) // the footer's size and the closing mark
)

func blankSeal() []byte { return append([]byte(sealMark), make([]byte, sha256.Size)...) }

// seal writes the digest into the place that blankSeal left for it.
func seal(data []byte) error {
	at, err := sealAt(data)
	if err != nil {
		return err
	}
	copy(data[at:], digestAround(data, at))
	return nil
}

// unseal returns the footer of a file whose seal is whole.
func unseal(data []byte) (footer []byte, err error) {
	at, err := sealAt(data)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(data[at:at+sha256.Size], digestAround(data, at)) {
		return nil, fmt.Errorf("%w: the seal over the bytes of the file does not match", ErrDamaged)
	}
	return data[at+sha256.Size : len(data)-tailSize], nil
}

// sealAt returns where the digest begins.
func sealAt(data []byte) (int, error) {
	if !bytes.HasPrefix(data, []byte(arrowMark)) {
		if len(data) < len(arrowMark) && bytes.HasPrefix([]byte(arrowMark), data) {
			return 0, fmt.Errorf("%w: truncated after %d bytes", ErrDamaged, len(data))
		}
		return 0, fmt.Errorf("%w: it is no Arrow file, which begins with %s", ErrForeign, arrowMark)
	}
	if len(data) < len(arrowMark)+2+tailSize || !bytes.HasSuffix(data, []byte(arrowMark)) {
		return 0, fmt.Errorf("%w: truncated: an Arrow file ends with %s, this one breaks off at byte %d", ErrDamaged, arrowMark, len(data))
	}
	size := int64(binary.LittleEndian.Uint32(data[len(data)-tailSize:]))
	at := int64(len(data)-tailSize) - size - sha256.Size
	mark := at - int64(len(sealMark))
	if mark < int64(len(arrowMark)) || string(data[mark:at]) != sealMark {
		return 0, fmt.Errorf("%w: an Arrow file without a Lightfast seal; if another program rewrote it, use the original", ErrForeign)
	}
	return int(at), nil
}

func digestAround(data []byte, at int) []byte {
	h := sha256.New()
	h.Write(data[:at])
	h.Write(data[at+sha256.Size:])
	return h.Sum(nil)
}
