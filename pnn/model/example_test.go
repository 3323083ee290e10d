package model_test

import (
	"fmt"

	"lightfast/pnn/diffract"
	"lightfast/pnn/model"
)

// A deep diffractive network as Lin et al. printed it (Science 361, 1004 (2018)):
// five plates of 200 x 200 neurons of 0.4 mm, 3 cm apart, for light of 0.4 THz.
func ExampleNewDPNN() {
	lin := model.DPNN{
		Side: 200, Pitch: 0.4e-3, Wavelength: 0.75e-3, Distance: 3e-2,
		Blocks: 1, Layers: 5, Classes: 10, Detector: 20, Window: 140, Sharpness: 20,
	}
	net, err := model.NewDPNN[float32](lin, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	net.Initialise(1)
	trained := 0
	for _, p := range net.Parameters() {
		trained += len(p.Value)
	}
	fmt.Println(len(net.Parameters()), "plates,", trained, "phases")
	for _, s := range net.Stages[0].Element.(*diffract.Block[float32]).Sampling() {
		if len(s.Warnings()) > 0 {
			fmt.Println("the planes are sampled too coarsely:", s.Warnings())
			break
		}
	}
	// Plates 100 m apart are too far for planes of so few pixels.
	lin.Distance = 100
	_, err = model.NewDPNN[float32](lin, nil)
	fmt.Println(err)
	// Output:
	// 5 plates, 200000 phases
	// diffract: a distance of 100000 mm is more than the 2131.83 mm that the band-limited angular spectrum carries on 400 x 400 pixels of 400 um at 750000 nm; pad to at least 3873 x 3873 or choose a larger pitch
}
