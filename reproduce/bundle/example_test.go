package bundle_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"lightfast/reproduce/bundle"
	"lightfast/reproduce/engine"
	"lightfast/reproduce/figures"
)

// One file with a figure and all that it rests on, written here, checked and run
// again there.
func Example() {
	dir, err := os.MkdirTemp("", "lightfast-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	figure, err := figures.Find("dat-ed10")
	if err != nil {
		panic(err)
	}
	results := engine.Options{Profile: figures.Profiles()[0], Figures: []figures.Figure{figure}, Out: "../../artifacts"}
	path := filepath.Join(dir, "ed10.zip")
	if err := bundle.Write(context.Background(), bundle.Options{Results: results, To: path}); err != nil {
		panic(err)
	}

	b, err := bundle.Open(path)
	if err != nil {
		panic(err)
	}
	defer b.Close()
	s, err := b.Rerun(context.Background(), bundle.RerunOptions{}, io.Discard)
	fmt.Println(b.Figures(), s.Artifacts, "artifact,", s.Same, "the same,", len(s.Problems), "problems", err)
	// Output: [dat-ed10] 1 artifact, 1 the same, 0 problems <nil>
}
