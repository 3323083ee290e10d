package figures

import (
	"fmt"

	"lightfast/pnn/artifact"
	"lightfast/pnn/figure"
)

// The sizes of the diffractive half of Extended Data Fig. 10: sides that two
// planes' transform takes in passes of radix 8 and 4, and numbers of blocks.
var (
	costSides  = []int{16, 32, 64, 128, 256, 512}
	costBlocks = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
)

// The network whose sizes are varied.
const costSide, costLayers, lightBatch = 256, 3, 32

// drawED10Light draws the operations of a training step of a diffractive network
// against the side of its planes and the number of blocks; no run is needed.
func drawED10Light(p Profile, _ Results) (Drawing, error) {
	var all counted[LightCost]
	variants := [2]string{how(true), how(false)}
	sides, err := all.panel(figure.Lines{Title: fmt.Sprintf("%d blocks of %d layers", multi.blocks, costLayers), XLabel: "side of the planes (pixels)", XTicks: []float64{16, 32, 64, 128, 256, 512}}, variants, costSides,
		func(method string, spectrum bool, n int) LightCost {
			return stepOfLight(method, n, multi.blocks, spectrum)
		})
	if err != nil {
		return Drawing{}, err
	}
	blocks, err := all.panel(figure.Lines{Title: fmt.Sprintf("%d x %d pixels, %d layers a block", costSide, costSide, costLayers), XLabel: "blocks", XTicks: []float64{1, 2, 3, 5, 10}}, variants, costBlocks,
		func(method string, spectrum bool, n int) LightCost { return stepOfLight(method, costSide, n, spectrum) })
	if err != nil {
		return Drawing{}, err
	}
	n := len(all.steps)
	return Drawing{
		Image: &figure.Figure{
			Title: title("dat-ed10b"), Columns: 2, Panels: []figure.Panel{sides, blocks},
			Footer: figure.Footer(p.Name, "none (counted)", fmt.Sprintf("batch %d", lightBatch)),
		},
		Sweep: artifact.Table{Columns: []artifact.Column{
			texts("method", n, func(i int) string { return all.steps[i].Method }),
			ints("side", n, func(i int) int { return all.steps[i].Side }),
			ints("blocks", n, func(i int) int { return all.steps[i].Blocks }),
			ints("layers", n, func(i int) int { return all.steps[i].Layers }),
			ints("batch", n, func(i int) int { return all.steps[i].Batch }),
			flags("angular_spectrum", n, func(i int) bool { return all.steps[i].Spectrum }),
			floats("operations", "1", n, func(i int) float64 { return all.ops[i] }),
		}},
		Notes: lightCostNotes(all),
	}, nil
}

// stepOfLight is a step of the network whose size is varied.
func stepOfLight(method string, side, blocks int, spectrum bool) LightCost {
	return LightCost{Method: method, Side: side, Blocks: blocks, Layers: costLayers, Batch: lightBatch, Features: small, Spectrum: spectrum}
}

// how names the two ways from plane to plane.
func how(spectrum bool) string {
	if spectrum {
		return "angular spectrum"
	}
	return "matrices"
}

// lightCostNotes says what is counted and what comes out for three blocks.
func lightCostNotes(all counted[LightCost]) []string {
	notes := []string{
		"Counted: real multiplications and additions (and divisions, roots and elementary functions, one each) of one step on the computer, as the algorithms here do them; light does the rest. The authors' formulas are not public.",
		"A hop of N x N pixels by the angular spectrum, on a plane padded to 2N x 2N: 3 N (T + H) + 24 N² a sample, with T for a transform of 2N points and H for one whose second half is zero, each in passes of radix 8 (56 operations a butterfly, 42 more for its twiddles) and 4 (16 and 18). Without it, by a matrix of N² x N² complex numbers: 8 N⁴. What the authors leave out where they count without the angular spectrum is not public; the matrix is our reading.",
		"A step of batch B with K blocks of L modulators takes B K L (hop + 6 N²) forward, as much back, and 8 B K L N² for the gradient of the phases. AT trains the blocks that are not yet deployed: the mean over its phases. DAT w/ IS takes the step twice, and its error predictors (4, 6, 8) besides.",
	}
	for _, method := range costMethods {
		spectrum, _ := all.of(stepOfLight(method, costSide, multi.blocks, true))
		matrices, _ := all.of(stepOfLight(method, costSide, multi.blocks, false))
		notes = append(notes, fmt.Sprintf("%s, %d x %d pixels, %d blocks, batch %d: %.3g operations with the angular spectrum, %.3g without.", method, costSide, costSide, multi.blocks, lightBatch, spectrum, matrices))
	}
	return notes
}
