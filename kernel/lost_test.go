//go:build jupyter

// The tests that are built with the tag jupyter need a Python with jupyterlab and
// jupyter_client, which LIGHTFAST_PYTHON names (python3 if unset), Chromium for one
// of them, and some minutes:
//
//	LIGHTFAST_PYTHON=venv/bin/python go test -tags jupyter -run Jupyter -v ./kernel

package kernel_test

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lightfast/reproduce/jupyter"
)

// installed installs the kernel where only this test sees it.
func installed(t *testing.T) {
	t.Helper()
	t.Setenv("JUPYTER_DATA_DIR", t.TempDir())
	if err := jupyter.Install(t.Context(), jupyter.Options{Name: "test", Out: t.Output()}); err != nil {
		t.Fatal(err)
	}
}

// runs runs a cell many times in a real kernel, from a folder outside the
// module, and returns how many runs left exactly the wanted outputs.
func runs(t *testing.T, times int, cell string, wanted ...string) (good int) {
	t.Helper()
	script, err := filepath.Abs("testdata/outputs.py")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "cell")
	if err := os.WriteFile(file, []byte(cell), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), cmp.Or(os.Getenv("LIGHTFAST_PYTHON"), "python3"),
		append([]string{script, "test", fmt.Sprint(times), file}, wanted...)...)
	cmd.Dir = dir
	var log strings.Builder
	cmd.Stderr = &log
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, log.String())
	}
	t.Logf("%s", out)
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if _, err := fmt.Sscan(lines[len(lines)-1], &good); err != nil {
		t.Fatalf("%v in %q", err, out)
	}
	return good
}

const shows = `
import (
	"fmt"

	"lightfast/kernel"
	"lightfast/pnn/figure"
)

%%
fmt.Println("RUN")
f := &figure.Figure{Panels: []figure.Panel{figure.Lines{XLabel: "x", YLabel: "y", Series: []figure.Series{{Label: "PAT", X: []float64{0, 1}, Y: []float64{1, 2}}}}}}
if err := kernel.Show("curve", f); err != nil {
	panic(err)
}
`

// Two hundred cells end right after showing something: none loses it, none shows
// it above the text that was printed before.
func TestJupyterLosesNothing(t *testing.T) {
	installed(t)
	if good := runs(t, 200, shows, "stdout", "image/png"); good != 200 {
		t.Errorf("%d of 200 runs left a text and an image", good)
	}
}

// Each kind of output arrives as what it is, also if the cell panics at its end.
func TestJupyterShowsEveryKind(t *testing.T) {
	installed(t)
	const cell = `
import (
	"lightfast/kernel"
	"lightfast/pnn/artifact"
)

%%
t := artifact.Table{Columns: []artifact.Column{{Name: "n", Ints: []int64{RUN}}}}
if err := kernel.ShowTable("t", t); err != nil {
	panic(err)
}
if err := kernel.ShowSVG("p", kernel.PhaseMap("p", [][]float64{{0, 1}})); err != nil {
	panic(err)
}
if err := kernel.ShowMarkdown("$x$"); err != nil {
	panic(err)
}
if _, err := kernel.Save("t", kernel.From{}, t); err != nil {
	panic(err)
}
panic("at its end")
`
	if good := runs(t, 5, cell, "text/html", "image/svg+xml", "text/markdown", "stdout", "stderr"); good != 5 {
		t.Errorf("%d of 5 runs left a table, a drawing, a text, a note and a panic", good)
	}
}
