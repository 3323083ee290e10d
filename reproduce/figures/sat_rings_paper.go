package figures

import "math"

// Numbers of Xu et al. (2026) for networks of microrings, in per cent where nothing
// else is said. Theirs are from one network each.

// publishedRadii are the radii of the climb that the authors try, and their rate.
// For no climb they take 1e-32.
var publishedRadii = []float64{0, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100}

const publishedRadiiRate = 1e-3

// By radius: accuracy, and the second largest eigenvalue of the network without
// rectifiers (notebook of their system 1, Supplement 1.2).
var (
	ringRadiiAccuracy = []float64{99.0, 99.1, 99.0, 98.9, 99.2, 99.0, 88.6, 38.3}
	ringRadiiEigen    = []float64{1302.03, 1436.56, 1375.85, 1333.86, 64.21, 218.51, 1614.68, 7821.81}
)

// ringDrift are accuracies in their simulated drift, dT = 0, -0.1 ... -2 K, on test
// images 1400 to 1499 (printed in the same notebook).
var ringDrift = map[string][]float64{
	"BP":      {100, 91, 82, 74, 68, 66, 66, 62, 62, 61, 60, 59, 56, 51, 43, 33, 21, 14, 11, 9, 2},
	"NAT":     {98, 98, 97, 88, 88, 87, 88, 83, 77, 77, 75, 72, 71, 61, 59, 53, 50, 47, 45, 33, 31},
	"Pruning": {98, 97, 96, 95, 95, 95, 95, 94, 92, 85, 78, 76, 74, 73, 63, 59, 56, 49, 42, 38, 36},
	"SAT":     {99, 99, 99, 99, 99, 99, 99, 99, 99, 98, 98, 98, 98, 98, 97, 95, 94, 91, 90, 89, 88},
	"PAT":     {96, 95, 94, 93, 89, 80, 77, 76, 75, 72, 70, 67, 65, 59, 55, 52, 49, 42, 32, 23, 17},
}

// ringAccuracy is after the last epoch, test batches of 64 (Fig. 2e; printed in the
// notebooks for the others).
var ringAccuracy = map[string]float64{"BP": 98.93, "SAT": 98.78}

// ringEigen are the eigenvalues of the text and of a remark in the code, of networks
// without the rectifiers behind norm3 and norm4.
const ringEigen = "746.8 after BP, 414.5 after NAT and 1.2 after SAT"

// ringDriftAt is a value of ringDrift; NaN if there is none at that temperature.
func ringDriftAt(label string, kelvin float64) float64 {
	i := int(math.Round(-10 * kelvin))
	if list := ringDrift[label]; i >= 0 && i < len(list) && math.Abs(float64(i)+10*kelvin) < 1e-9 {
		return list[i]
	}
	return math.NaN()
}
