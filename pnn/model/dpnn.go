package model

import (
	"fmt"

	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
	"lightfast/pnn/sepn"
)

// DPNN describes a diffractive network: blocks of phase modulators and free space
// with a camera behind each, whose measured intensities are the amplitudes that
// enter the next block (Zheng et al. 2023, Fig. 2 and Extended Data Fig. 1). One
// block of three modulators is DPNN-S, three of them DPNN-M, three of one
// modulator DPNN-C.
type DPNN struct {
	Side       int     // pixels of a plane in each direction
	Pitch      float64 // metres
	Wavelength float64 // metres
	Distance   float64 // metres, behind each modulator
	Blocks     int
	Layers     int // modulators of a block
	Classes    int
	// Detector is the side of a detector region in pixels; Window that of the square
	// that the regions are spread over.
	Detector, Window int
	// Features of the error-prediction U-Nets behind the blocks; zero: none.
	Features [3]int
	// Sharpness, if not 0, makes the loss the cross-entropy of the scores times it
	// instead of the squared distance from one-hot.
	Sharpness float64
}

// Grid is the plane of the network.
func (d DPNN) Grid() diffract.Grid {
	return diffract.Grid{Rows: d.Side, Cols: d.Side, Pitch: d.Pitch, Wavelength: d.Wavelength}
}

// Regions are the detectors: for ten classes in rows of three, four and three,
// else in rows as equal as can be.
func (d DPNN) Regions() ([]diffract.Region, error) {
	rows := []int{3, 4, 3}
	if d.Classes != 10 {
		rows = rows[:0]
		n := 1
		for n*n < d.Classes {
			n++
		}
		for left := d.Classes; left > 0; left -= n {
			rows = append(rows, min(left, n))
		}
	}
	margin := (d.Side - d.Window) / 2
	return diffract.LayOut(rows, d.Detector, diffract.Region{Row: margin, Col: margin, Rows: d.Window, Cols: d.Window})
}

// NewDPNN builds the network with all weights zero. errors tells how each block
// that was built differs from its design; nil means an ideal model.
func NewDPNN[T lane.Float](d DPNN, errors []diffract.Misalignment) (*Network[T], error) {
	if d.Blocks < 1 || d.Blocks > 100 {
		return nil, fmt.Errorf("model: %d blocks, expected 1 to 100", d.Blocks)
	}
	if errors != nil && len(errors) != d.Blocks {
		return nil, fmt.Errorf("model: misalignments of %d blocks, expected %d", len(errors), d.Blocks)
	}
	if d.Classes < 2 || d.Classes > 256 {
		return nil, fmt.Errorf("model: %d classes, expected 2 to 256", d.Classes)
	}
	if !(d.Sharpness >= 0) || d.Sharpness > 1e6 {
		return nil, fmt.Errorf("model: DPNN.Sharpness is %g, expected a factor such as 10, or 0 for the squared distance", d.Sharpness)
	}
	regions, err := d.Regions()
	if err != nil {
		return nil, err
	}
	if _, err := diffract.NewRegions[T](d.Side, d.Side, regions); err != nil {
		return nil, err
	}
	n := &Network[T]{
		Classes: d.Classes, Readout: Detectors[T]{d.Side, regions}, Loss: OneHot[T],
		StateWeight: float64(d.Side * d.Side),
	}
	if d.Sharpness > 0 {
		n.Loss = Sharpened[T](d.Sharpness)
	}
	layers := diffract.Layers{Grid: d.Grid(), Count: d.Layers, Distance: d.Distance}
	for i := range d.Blocks {
		b, err := diffract.NewBlock[T](fmt.Sprintf("block%d", i+1), layers)
		if err != nil {
			return nil, err
		}
		if errors != nil {
			if err := b.Misalign(errors[i]); err != nil {
				return nil, err
			}
		}
		s := Stage[T]{Element: b, Activation: Redisplay[T]{}}
		if d.Features != [3]int{} {
			if s.SEPN, err = sepn.UNet[T](fmt.Sprintf("sepn%d", i+1), d.Side, d.Side, d.Features); err != nil {
				return nil, err
			}
		}
		n.Stages = append(n.Stages, s)
	}
	return n, n.check()
}
