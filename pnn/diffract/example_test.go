package diffract_test

import (
	"fmt"

	"lightfast/pnn/diffract"
	"lightfast/pnn/lane"
)

var plane = diffract.Grid{Rows: 64, Cols: 64, Pitch: 8e-6, Wavelength: 532e-9}

// What a plane cannot carry is said with numbers.
func ExampleNewPropagator() {
	_, err := diffract.NewPropagator[float32](plane, plane, 50e-3, diffract.Propagation{Method: diffract.AngularSpectrum})
	fmt.Println(err)
	p, err := diffract.NewPropagator[float32](plane, plane, 50e-3, diffract.Propagation{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, w := range p.Sampling().Warnings() {
		fmt.Println("warning:", w)
	}
	// Output:
	// diffract: a distance of 50 mm is more than the 15.3815 mm that the angular spectrum carries on 128 x 128 pixels of 8 um at 532 nm; pad to at least 417 x 417, use BandLimited, or choose a larger pitch
	// warning: over 50 mm the plane carries 31 % of the bandwidth of its pixels: details below 26 um are lost; pad to more points or shorten the distance
}

// A phase plate learns to send the light of a square to a detector off the axis.
func ExampleModulator() {
	if err := steer(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// step  0: 0.5 % of the light
	// step 20: 73.3 % of the light
	// step 40: 88.8 % of the light
}

func steer() error {
	encoder, err := diffract.NewEncoder[float32](plane, 1, 1, 32, 32)
	if err != nil {
		return err
	}
	plate, err := diffract.NewModulator[float32]("plate", plane, diffract.PhaseRadians, diffract.Panel{})
	if err != nil {
		return err
	}
	hop, err := diffract.NewPropagator[float32](plane, plane, 10e-3, diffract.Propagation{})
	if err != nil {
		return err
	}
	detector, err := diffract.NewRegions[float32](plane.Rows, plane.Cols, []diffract.Region{{Row: 8, Col: 40, Rows: 8, Cols: 8}})
	if err != nil {
		return err
	}
	light, err := diffract.NewField[float32](plane, 1)
	if err != nil {
		return err
	}
	field, err := diffract.NewField[float32](plane, 1)
	if err != nil {
		return err
	}
	frame, err := diffract.NewFrames[float32](1, plane.Rows, plane.Cols)
	if err != nil {
		return err
	}
	pool, camera, mean := lane.NewPool(2), diffract.NewSquareLaw[float32](), make([]float32, 1)
	if err := encoder.Forward(pool, light, []uint8{255}); err != nil {
		return err
	}
	for step := range 41 {
		plate.Update(pool)
		for _, err := range []error{
			plate.Forward(pool, field, light),
			hop.Forward(pool, field, field),
			camera.Forward(pool, frame, field),
			detector.Forward(pool, mean, frame),
		} {
			if err != nil {
				return err
			}
		}
		if step%20 == 0 {
			fmt.Printf("step %2d: %.1f %% of the light\n", step, 100*mean[0]*8*8/(32*32))
		}
		clear(plate.Weights.Grad)
		mean[0] = 1
		for _, err := range []error{
			detector.Backward(pool, frame, mean),
			camera.Backward(pool, field, frame, field),
			hop.Backward(pool, field, field),
			plate.Accumulate(pool, light, field),
		} {
			if err != nil {
				return err
			}
		}
		for i, g := range plate.Weights.Grad {
			plate.Weights.Value[i] += 30 * g
		}
	}
	return nil
}
