package bundle

import (
	"fmt"
	"slices"

	"lightfast/pnn/dataset"
	"lightfast/pnn/experiment"
)

// Bounds of what a bundle may ask a machine to run, an order of magnitude above
// anything that the papers do.
const (
	maxLevels   = 1000
	maxPorts    = 1024
	maxMeshes   = 64
	maxFeatures = 256
	maxBatch    = 1 << 16
	maxEpochs   = 1 << 16
	maxWeights  = 1 << 26
	maxBlocks   = 64
	maxLayers   = 64
	maxSide     = 2048
	maxProducts = 1 << 30 // of an image on its way through a network of absorbers
)

// checkRun refuses runs that cannot be run, or only at the cost of the machine.
// Experiments check the rest of the settings themselves when they begin.
func checkRun(r experiment.Run) error {
	if err := r.Check(); err != nil {
		return err
	}
	if !slices.Contains(dataset.Names(), r.Data) {
		return fmt.Errorf("data is %q, expected one of %v", r.Data, dataset.Names())
	}
	ports, meshes := 0, 0 // at least; other systems have none
	if r.System == experiment.MPNN {
		ports, meshes = 4, 1
	}
	stages := r.Meshes
	var light experiment.Diffracting
	if r.Diffracting != nil {
		light = *r.Diffracting
		stages = light.Blocks
	}
	products, weights := 0, 0
	if r.Absorbing != nil {
		products, weights, _ = r.Absorbing.Cost()
	}
	for _, f := range []struct {
		name      string
		v, lo, hi int
	}{
		{"ports", r.Ports, ports, maxPorts}, {"meshes", r.Meshes, meshes, maxMeshes},
		{"weights", weights, 0, maxWeights}, {"multiplications", products, 0, maxProducts},
		{"batch", r.Batch, 1, maxBatch}, {"epochs", r.Epochs, 1, maxEpochs},
		{"features", slices.Min(r.Features[:]), 0, maxFeatures}, {"features", slices.Max(r.Features[:]), 0, maxFeatures},
		{"blocks", light.Blocks, 0, maxBlocks}, {"layers", light.Layers, 0, maxLayers}, {"side", light.Side, 0, maxSide},
		{"states", len(r.States), 0, stages},
	} {
		if f.v < f.lo || f.v > f.hi {
			return fmt.Errorf("%s: %d, expected %d to %d", f.name, f.v, f.lo, f.hi)
		}
	}
	return nil
}
