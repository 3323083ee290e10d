package engine

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightfast/pnn/experiment"
	"lightfast/reproduce/figures"
)

// TestRunsAreKeptWithTheirPaper: figures of two papers, run together, have their
// runs in two folders, from which they are drawn.
func TestRunsAreKeptWithTheirPaper(t *testing.T) {
	out := t.TempDir()
	o := tiny(t, out, 1, "guo-fig4a", "dat-fig5d")
	o.Workers = 2
	pages, err := o.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		if p.Missing > 0 {
			t.Errorf("%s: %d runs are missing", p.Figure.ID, p.Missing)
		}
		folder := filepath.Join(out, strings.SplitN(p.Figure.ID, "-", 2)[0], "runs", "quick")
		for _, r := range p.Runs {
			for _, f := range experiment.Files(folder, r) {
				if _, err := os.Stat(f); err != nil {
					t.Error(err)
				}
			}
		}
		one := o
		one.Figures = []figures.Figure{p.Figure}
		if one.RunsDir() != folder {
			t.Errorf("%s: runs are said to be in %s, they are in %s", p.Figure.ID, one.RunsDir(), folder)
		}
	}
	if same, different, err := o.Rerun(context.Background()); err != nil || len(different) > 0 || same == 0 {
		t.Errorf("run again: %d the same, different %v, error %v", same, different, err)
	}
}
