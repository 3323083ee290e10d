package hardware

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"math"
)

// picture is a grey picture of 8 bits a sample, or of 16 if wide.
type picture struct {
	rows, cols int
	wide       bool
	samples    []uint16 // row by row
	pitch      float64  // metres from pixel to pixel, for programs that print
}

// maxSamples bounds pictures: 128 MiB of samples.
const maxSamples = 1 << 26

func (p *picture) depth() int {
	if p.wide {
		return 16
	}
	return 8
}

// top is the largest sample.
func (p *picture) top() int { return 1<<p.depth() - 1 }

// keyword of the tEXt chunk that describes a picture.
const keyword = "Lightfast"

// encode returns the PNG file of the picture with its description in it.
func (p *picture) encode(description any) ([]byte, error) {
	if p.rows*p.cols > maxSamples {
		return nil, fmt.Errorf("hardware: a picture of %d x %d pixels, expected up to %d pixels in all; write the mask in parts", p.rows, p.cols, maxSamples)
	}
	var img image.Image
	frame := image.Rect(0, 0, p.cols, p.rows)
	if p.wide {
		g := image.NewGray16(frame)
		for i, v := range p.samples {
			binary.BigEndian.PutUint16(g.Pix[2*i:], v)
		}
		img = g
	} else {
		g := image.NewGray(frame)
		for i, v := range p.samples {
			g.Pix[i] = uint8(v)
		}
		img = g
	}
	text, err := json.Marshal(description)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, err
	}
	const head = 8 + 12 + 13 // signature and IHDR, behind which other chunks may stand
	out := append([]byte(nil), b.Bytes()[:head]...)
	if perMetre := math.Round(1 / p.pitch); perMetre >= 1 && perMetre <= math.MaxInt32 {
		phys := binary.BigEndian.AppendUint32(nil, uint32(perMetre))
		phys = binary.BigEndian.AppendUint32(phys, uint32(perMetre))
		out = appendChunk(out, "pHYs", append(phys, 1))
	}
	out = appendChunk(out, "tEXt", append([]byte(keyword+"\x00"), text...))
	return append(out, b.Bytes()[head:]...), nil
}

func appendChunk(to []byte, kind string, data []byte) []byte {
	to = binary.BigEndian.AppendUint32(to, uint32(len(data)))
	body := append([]byte(kind), data...)
	return binary.BigEndian.AppendUint32(append(to, body...), crc32.ChecksumIEEE(body))
}

// readPicture reads a grey PNG file and, into label, the description of a file of
// a kind. No kind asks for none.
func readPicture(path, kind string, label any) (*picture, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	p, err := decode(data, kind, label)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

func decode(data []byte, kind string, label any) (*picture, error) {
	size, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("not a PNG file: %w", err)
	}
	if size.Width > maxPanel || size.Height > maxPanel || size.Width*size.Height > maxSamples {
		return nil, fmt.Errorf("%d x %d pixels, expected up to %d a side and %d in all", size.Height, size.Width, maxPanel, maxSamples)
	}
	if kind != "" {
		text, err := description(data)
		if err != nil {
			return nil, err
		}
		if _, err := readLabel(text, kind, label); err != nil {
			return nil, err
		}
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("damaged: %w", err)
	}
	p := &picture{rows: size.Height, cols: size.Width, samples: make([]uint16, size.Height*size.Width)}
	switch g := img.(type) {
	case *image.Gray:
		for i, v := range g.Pix {
			p.samples[i] = uint16(v)
		}
	case *image.Gray16:
		p.wide = true
		for i := range p.samples {
			p.samples[i] = binary.BigEndian.Uint16(g.Pix[2*i:])
		}
	default:
		return nil, errors.New("not a grey picture of 8 or 16 bits without transparency; save it as one")
	}
	return p, nil
}

// description finds the text that describes a picture.
func description(data []byte) ([]byte, error) {
	prefix := []byte(keyword + "\x00")
	for rest := data[8:]; len(rest) >= 12; {
		n := binary.BigEndian.Uint32(rest)
		if uint64(n)+12 > uint64(len(rest)) {
			return nil, errors.New("damaged: a chunk ends beyond the file")
		}
		body := rest[4 : 8+int(n)]
		if text, ok := bytes.CutPrefix(body, append([]byte("tEXt"), prefix...)); ok {
			if crc32.ChecksumIEEE(body) != binary.BigEndian.Uint32(rest[8+int(n):]) {
				return nil, errors.New("damaged: the checksum of its description is wrong")
			}
			return text, nil
		}
		rest = rest[12+int(n):]
	}
	return nil, fmt.Errorf("no description in it (a tEXt chunk %s): another program wrote or changed the picture; read the file that Lightfast wrote", keyword)
}
