package imaging_test

import (
	"fmt"

	"lightfast/pnn/diffract"
	"lightfast/pnn/imaging"
)

// Two neurons of three inputs each, one pixel out of place.
func Example() {
	layout := imaging.Layout{Outputs: 2, ImageRows: 1, ImageCols: 3, GridRows: 1, GridCols: 2}
	p, err := imaging.NewProjector(layout, imaging.Signed, diffract.Nearest)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := p.Set(diffract.Affine{ShiftX: 1}); err != nil {
		fmt.Println(err)
		return
	}
	met := make([]float64, 6)
	if err := p.Forward(nil, met, []float64{1, 2, 3, 4, 5, 6}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(met)
	// Output: [0 1 2 3 4 5]
}
