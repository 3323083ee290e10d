package imaging

import (
	"fmt"
	"math"

	"lightfast/pnn/diffract"
)

// Misaligned is the misalignment by a rotation in degrees (clockwise), shifts in
// pixels (to the right, down) and a scale, which must be a positive number: that of
// a [diffract.Affine] may also be 0, meaning 1, which for a number that was computed
// or typed is rather a mistake.
func Misaligned(degrees, shiftX, shiftY, scale float64) (diffract.Affine, error) {
	a := diffract.Affine{Rotation: degrees, ShiftX: shiftX, ShiftY: shiftY, Scale: scale}
	for _, v := range [...]float64{degrees, shiftX, shiftY} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return a, fmt.Errorf("imaging: a rotation of %g degrees and shifts of (%g, %g) pixels, expected finite numbers", degrees, shiftX, shiftY)
		}
	}
	if !(scale >= 1e-3 && scale <= 1e3) {
		return a, fmt.Errorf("imaging: scale %g, expected 0.001 to 1000; 1 is no enlargement", scale)
	}
	return a, nil
}
