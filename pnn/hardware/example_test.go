package hardware_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"

	"lightfast/pnn/diffract"
	"lightfast/pnn/hardware"
	"lightfast/pnn/mesh"
)

// A trained plate goes to a spatial light modulator of 8 bits, comes back from the
// picture, and is put into the simulation in place of the ideal one.
func Example() {
	if err := toTheLaboratory(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 1080 x 1920 pixels, at most 0.0113 rad off, half a level is 0.0123
	// the plate shows 2.9943 rad where it was trained to 3.0000
}

func toTheLaboratory() error {
	grid := diffract.Grid{Rows: 100, Cols: 100, Pitch: 16e-6, Wavelength: 532e-9}
	plate, err := diffract.NewModulator[float32]("plate", grid, diffract.PhaseRadians, diffract.Panel{})
	if err != nil {
		return err
	}
	for i := range plate.Weights.Value {
		plate.Weights.Value[i] = 3 + float64(i%7)
	}
	plate.Update(nil)
	ideal, err := hardware.PhaseOf(plate)
	if err != nil {
		return err
	}
	slm := hardware.SLM{Rows: 1080, Cols: 1920, Pitch: 8e-6, Bits: 8, Carrier: hardware.Carrier{Period: 8}}
	bitmap, err := slm.Bitmap(ideal)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "lightfast")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "plate.slm.png")
	if err := bitmap.WritePNG(file); err != nil {
		return err
	}
	back, err := hardware.ReadBitmap(file)
	if err != nil {
		return err
	}
	real, err := back.Phase()
	if err != nil {
		return err
	}
	half, err := slm.Resolution()
	if err != nil {
		return err
	}
	fmt.Printf("%d x %d pixels, at most %.4f rad off, half a level is %.4f\n", back.SLM.Rows, back.SLM.Cols, ideal.Apart(real), half)
	restore, err := hardware.Show(plate, real)
	if err != nil {
		return err
	}
	fmt.Printf("the plate shows %.4f rad where it was trained to %.4f\n", plate.Shown()[0], ideal.Rad[0])
	restore()
	return nil
}

// Half a turn of glass of index 1.5 at 600 nm is 600 nm high.
func ExampleMaterial_Relief() {
	grid := diffract.Grid{Rows: 1, Cols: 2, Pitch: 10e-6, Wavelength: 600e-9}
	r, err := (hardware.Material{Index: 1.5, Base: 1e-3}).Relief(hardware.PhaseMask{Grid: grid, Rad: []float64{0, math.Pi}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.4f mm, %.4f mm\n", r.Height[0]*1e3, r.Height[1]*1e3)
	// Output: 1.0000 mm, 1.0006 mm
}

// The heaters of an interferometer that crosses its two lines.
func ExampleSettings() {
	layout, err := mesh.Triangular(2)
	if err != nil {
		fmt.Println(err)
		return
	}
	phases := &mesh.Phases{Theta: []float64{0}, Phi: []float64{math.Pi / 2}, Gamma: []float64{0, math.Pi}}
	chip := hardware.Calibration{Default: hardware.Heater{TurnPower: 24, Resistance: 1000}}
	settings, err := hardware.Settings("mesh1", layout, phases, chip)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range settings {
		fmt.Printf("%v: %.2f mW, %.2f V\n", s.Place, s.Power, s.Voltage)
	}
	// Output:
	// heater gamma of mesh1, line 0: 0.00 mW, 0.00 V
	// heater gamma of mesh1, line 1: 12.00 mW, 3.46 V
	// heater theta of mesh1, layer 0, pair 0: 0.00 mW, 0.00 V
	// heater phi of mesh1, layer 0, pair 0: 6.00 mW, 2.45 V
}
