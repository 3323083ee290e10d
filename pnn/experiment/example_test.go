package experiment_test

import (
	"context"
	"fmt"
	"os"

	"lightfast/pnn/experiment"
)

// A run is plain data; its name carries the hash of all of it.
func Example() {
	dir, err := os.MkdirTemp("", "lightfast-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	run := experiment.Run{
		System: experiment.MPNN, Ports: 64, Meshes: 3,
		Data: "glyphs", Train: 512, Test: 128,
		Chip: experiment.Chip{Phase: 0.05, Seed: 1}, Method: experiment.PAT,
		Epochs: 2, Batch: 64, Rate: 5e-3, Protocol: "published", Seed: 1,
	}
	lab := &experiment.Lab{Dir: dir, Data: &experiment.Data{}}
	result, err := lab.Execute(context.Background(), run)
	if err != nil {
		panic(err)
	}
	fmt.Println(run.ID(), len(result.Curve), "epochs, better than guessing:", result.Accuracy() > 0.2)
	// Output: pat_glyphs_ps0.05_4fa933c8 2 epochs, better than guessing: true
}
