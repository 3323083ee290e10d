package figure

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image/png"
	"io"
	"os"
	"path/filepath"

	"lightfast/pnn/whole"

	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// WritePNG draws the figure as a PNG of 150 dots an inch.
func (f *Figure) WritePNG(w io.Writer) error {
	data, err := f.png()
	if err != nil {
		return err
	}
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("figure %q: writing PNG: %w", f.Title, err)
	}
	return nil
}

// WriteSVG draws the figure as an SVG. Its text stays text, in Liberation
// Sans or, where that is missing, in Arial, whose letters are as wide.
func (f *Figure) WriteSVG(w io.Writer) error {
	data, err := f.svg()
	if err != nil {
		return err
	}
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("figure %q: writing SVG: %w", f.Title, err)
	}
	return nil
}

// Save writes path.png and path.svg, making the folder if it is missing. Each
// file appears whole or not at all; nothing is written if the figure cannot
// be drawn.
func (f *Figure) Save(path string) error {
	if path == "" || os.IsPathSeparator(path[len(path)-1]) {
		return fmt.Errorf("figure %q: %q holds no file name; give a path without extension, as in \"figures/accuracy\"", f.Title, path)
	}
	pngData, err := f.png()
	if err != nil {
		return err
	}
	svgData, err := f.svg()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("figure %q: %w", f.Title, err)
	}
	if err := whole.Write(path+".png", pngData); err != nil {
		return fmt.Errorf("figure %q: %w", f.Title, err)
	}
	if err := whole.Write(path+".svg", svgData); err != nil {
		return fmt.Errorf("figure %q: %w", f.Title, err)
	}
	return nil
}

func (f *Figure) png() ([]byte, error) {
	p, err := f.page()
	if err != nil {
		return nil, err
	}
	c := vgimg.NewWith(vgimg.UseWH(p.width, p.height), vgimg.UseDPI(dotsPerInch))
	if err := p.draw(&surface{Canvas: draw.New(c), raster: true}); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestCompression}
	if err := enc.Encode(&out, p.indexed(c.Image())); err != nil {
		return nil, fmt.Errorf("figure %q: encoding PNG: %w", f.Title, err)
	}
	return withResolution(out.Bytes()), nil
}

// withResolution puts a pHYs chunk behind the header, so that programs that
// set type know the figure's true size.
func withResolution(data []byte) []byte {
	const header = 8 + 4 + 4 + 13 + 4 // signature and IHDR
	const perMetre = 5906             // 150 dots an inch
	chunk := binary.BigEndian.AppendUint32(nil, 9)
	chunk = append(chunk, "pHYs"...)
	chunk = binary.BigEndian.AppendUint32(chunk, perMetre)
	chunk = binary.BigEndian.AppendUint32(chunk, perMetre)
	chunk = append(chunk, 1)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	return append(append(append([]byte(nil), data[:header]...), chunk...), data[header:]...)
}

func (f *Figure) svg() ([]byte, error) {
	p, err := f.page()
	if err != nil {
		return nil, err
	}
	c := vgsvg.NewWith(vgsvg.UseWH(p.width, p.height))
	if err := p.draw(&surface{Canvas: draw.New(c)}); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if _, err := c.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("figure %q: encoding SVG: %w", f.Title, err)
	}
	return polish(out.Bytes()), nil
}

// polish amends what the SVG canvas cannot be told: fonts of equal width for
// machines without Liberation Sans, images that keep their cells sharp and
// fill their frame, and the true type of those images. Quotes in text are
// escaped, so these patterns cannot match there.
func polish(svg []byte) []byte {
	for _, r := range [...][2]string{
		{`style="font-family:Liberation Sans;`, `style="font-family:'Liberation Sans',Arial,Helvetica,sans-serif;`},
		{`xlink:href="data:image/jpg;`, `preserveAspectRatio="none" style="image-rendering:pixelated" xlink:href="data:image/png;`},
	} {
		svg = bytes.ReplaceAll(svg, []byte(r[0]), []byte(r[1]))
	}
	return svg
}
