package figures

import (
	"fmt"

	"lightfast/pnn/artifact"
	"lightfast/pnn/figure"
)

// The sizes of Extended Data Fig. 10: ports that error prediction can see as a
// square image of sides that are multiples of four, and numbers of meshes.
var (
	costPorts  = []int{16, 64, 144, 256, 400, 576, 784, 1024}
	costMeshes = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
)

// The network and the batch of the paper.
const (
	paperPorts, paperMeshes, paperBatch = 64, 3, 500
)

// drawED10 draws the operations of a training step against the number of ports
// and of meshes; no run is needed.
func drawED10(p Profile, _ Results) (Drawing, error) {
	var all counted[Cost]
	variants := [2]string{scheme(true), scheme(false)}
	ports, err := all.panel(figure.Lines{Title: fmt.Sprintf("%d meshes", paperMeshes), XLabel: "ports", XTicks: []float64{16, 64, 256, 1024}}, variants, costPorts,
		func(method string, compiled bool, n int) Cost { return paperStep(method, n, paperMeshes, compiled) })
	if err != nil {
		return Drawing{}, err
	}
	meshes, err := all.panel(figure.Lines{Title: fmt.Sprintf("%d ports", paperPorts), XLabel: "meshes", XTicks: []float64{1, 2, 3, 5, 10}}, variants, costMeshes,
		func(method string, compiled bool, n int) Cost { return paperStep(method, paperPorts, n, compiled) })
	if err != nil {
		return Drawing{}, err
	}
	n := len(all.steps)
	return Drawing{
		Image: &figure.Figure{
			Title: title("dat-ed10"), Columns: 2, Panels: []figure.Panel{ports, meshes},
			Footer: figure.Footer(p.Name, "none (counted)", fmt.Sprintf("batch %d", paperBatch)),
		},
		Sweep: artifact.Table{Columns: []artifact.Column{
			texts("method", n, func(i int) string { return all.steps[i].Method }),
			ints("ports", n, func(i int) int { return all.steps[i].Ports }),
			ints("meshes", n, func(i int) int { return all.steps[i].Meshes }),
			ints("batch", n, func(i int) int { return all.steps[i].Batch }),
			texts("scheme", n, func(i int) string { return scheme(all.steps[i].Compiled) }),
			floats("operations", "1", n, func(i int) float64 { return all.ops[i] }),
		}},
		Notes: costNotes(all),
	}, nil
}

// paperStep is a step in the setting of the paper but for its size.
func paperStep(method string, ports, meshes int, compiled bool) Cost {
	return Cost{Method: method, Ports: ports, Meshes: meshes, Batch: paperBatch, Features: large, Compiled: compiled}
}

func scheme(compiled bool) string {
	if compiled {
		return "compiled"
	}
	return "layer by layer"
}

// costNotes says what is counted and what comes out for the paper's network.
func costNotes(all counted[Cost]) []string {
	notes := []string{
		"Counted: real multiplications and additions (and divisions, roots and elementary functions, one each) of one step on the computer; the chip's own work is done by light. The authors' formulas are not public; these counts are of the algorithms here.",
		"A mesh of N ports and a batch B, layer by layer: 14 B N² forward, 14 B N² back, 16 B N² for the gradient of the phases. Compiled: 8 B N² each, and 58 N³ to multiply the matrix and to pull its gradient back. To leading order compiling L meshes saves operations of PAT while N < (10 L + 4) B / (29 L).",
		"AT trains the meshes that are not yet deployed: the mean over its phases. DAT w/ IS takes the step twice, once for the predictors and once for the phases; its error predictors (4, 8, 16) take the same in both schemes.",
	}
	for _, method := range costMethods {
		compiled, _ := all.of(paperStep(method, paperPorts, paperMeshes, true))
		layers, _ := all.of(paperStep(method, paperPorts, paperMeshes, false))
		notes = append(notes, fmt.Sprintf("%s, %d ports, %d meshes, batch %d: %.3g operations compiled, %.3g layer by layer.", method, paperPorts, paperMeshes, paperBatch, compiled, layers))
	}
	return notes
}
