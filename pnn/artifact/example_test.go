package artifact_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"lightfast/pnn/artifact"
)

// folder returns a new empty folder; a real run uses its own below artifacts/.
func folder() string {
	dir, err := os.MkdirTemp("", "artifact")
	if err != nil {
		log.Fatal(err)
	}
	return dir
}

func ExampleWriteTable() {
	dir := folder()
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "curve.arrow")
	curve := artifact.Table{Columns: []artifact.Column{
		{Name: "epoch", Ints: []int64{1, 2, 3}},
		{Name: "phase_error", Unit: "rad", Floats: []float64{0.31, 0.12, 0.05}},
	}}
	_, err := artifact.WriteTable(path, artifact.Provenance{
		Config:     []byte(`{"method":"physics-aware","seed":1}`),
		Code:       "v0.1.0",
		References: []string{"wright2022"},
	}, curve)
	if err != nil {
		log.Fatal(err)
	}
	got, p, err := artifact.ReadTable(path)
	if err != nil {
		log.Fatal(err)
	}
	c, err := got.Column("phase_error")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(got.Rows(), "rows;", c.Name, "in", c.Unit, c.Floats)
	fmt.Println(string(p.Config), p.References)
	fmt.Println("content", p.Content[:16])
	// Output:
	// 3 rows; phase_error in rad [0.31 0.12 0.05]
	// {"method":"physics-aware","seed":1} [wright2022]
	// content 88a49bc492d8570a
}

func ExampleWriteCheckpoint() {
	dir := folder()
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "network.arrow")
	_, err := artifact.WriteCheckpoint(path, artifact.Provenance{Config: []byte(`{"seed":1}`), Code: "v0.1.0"}, []artifact.Tensor{
		{Name: "mesh.theta", Shape: []int{2, 2}, Values: []float64{0, 0.1, 0.2, 0.3}},
		{Name: "readout.bias", Shape: []int{2}, Single: true, Values: []float64{0.5, -0.25}},
	})
	if err != nil {
		log.Fatal(err)
	}
	ts, _, err := artifact.ReadCheckpoint(path)
	if err != nil {
		log.Fatal(err)
	}
	for _, t := range ts {
		fmt.Println(t.Name, t.Shape, t.Values)
	}
	// Output:
	// mesh.theta [2 2] [0 0.1 0.2 0.3]
	// readout.bias [2] [0.5 -0.25]
}

// A run locks its folder, writes, lists what it wrote, and unlocks.
func ExampleLock() {
	dir := folder()
	defer os.RemoveAll(dir)
	unlock, err := artifact.Lock(dir)
	if err != nil {
		log.Fatal(err) // names the process that holds it
	}
	defer unlock()
	path := filepath.Join(dir, "sweep.arrow")
	p := artifact.Provenance{Config: []byte(`{}`), Code: "v0.1.0"}
	if _, err := artifact.WriteTable(path, p, artifact.Table{Columns: []artifact.Column{{Name: "run", Ints: []int64{1}}}}); err != nil {
		log.Fatal(err)
	}
	if err := artifact.WriteManifest(dir); err != nil {
		log.Fatal(err)
	}
	if err := os.Truncate(path, 100); err != nil {
		log.Fatal(err)
	}
	problems, err := artifact.VerifyManifest(dir)
	fmt.Println(problems, err)
	// Output:
	// [sweep.arrow: damaged] <nil>
}
