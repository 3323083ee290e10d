//go:build unix

package jupyter

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// answer makes the fake Jupyter say that it looks in these folders.
func answer(t *testing.T, home string, dirs ...string) {
	t.Helper()
	write(t, filepath.Join(home, "bin/jupyter"), `#!/bin/sh
[ "$*" = "--paths --json" ] && echo '{"config": [], "data": ["`+strings.Join(dirs, `", "`)+`"]}'
`)
}

// doctor returns what the doctor says.
func doctor(t *testing.T, o Options) (string, error) {
	t.Helper()
	var said bytes.Buffer
	o.Out = &said
	err := Doctor(t.Context(), o)
	return said.String(), err
}

// A kernel under the prefix of the Jupyter that is found needs no option.
func TestDoctorFindsKernelWhereJupyterLooks(t *testing.T) {
	home, _ := sandbox(t)
	fakeGo(t, home, "go1.26.3", "jupyter-lab")
	prefix := filepath.Join(home, "environment")
	answer(t, home, filepath.Join(home, "jupyter"), filepath.Join(prefix, "share/jupyter"))
	if err := Install(t.Context(), Options{Prefix: prefix}); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(prefix, "share/jupyter/kernels/lightfast")
	for _, o := range []Options{{}, {Prefix: prefix}} {
		if said, err := doctor(t, o); err != nil || !strings.Contains(said, "ok       kernel            "+folder+"\n") {
			t.Errorf("%+v: %v\n%s", o, err, said)
		}
	}
	said, err := doctor(t, Options{User: true})
	if !errors.Is(err, errSick) || !strings.Contains(said, filepath.Join(home, "jupyter/kernels/lightfast")+": the kernel is not installed there") ||
		!strings.Contains(said, `"lightfast" in `+folder) || !strings.Contains(said, "kernel install --user") {
		t.Errorf("--user: %v\n%s", err, said)
	}
	// One of this name in a folder that comes first is the one that Jupyter takes.
	if err := Install(t.Context(), Options{}); err != nil {
		t.Fatal(err)
	}
	first := filepath.Join(home, "jupyter/kernels/lightfast")
	if said, err := doctor(t, Options{}); err != nil || !strings.Contains(said, first+"\n") || strings.Contains(said, folder) {
		t.Errorf("%v\n%s", err, said)
	}
	if said, err := doctor(t, Options{Prefix: prefix}); !errors.Is(err, errSick) || !strings.Contains(said, "of this name Jupyter takes the kernel in "+first) {
		t.Errorf("%v\n%s", err, said)
	}
}

// A kernel where Jupyter does not look is found with --prefix, and how Jupyter
// comes to look there is said.
func TestDoctorSaysHowJupyterComesToSeeAPrefix(t *testing.T) {
	home, _ := sandbox(t)
	fakeGo(t, home, "go1.26.3", "jupyter-lab")
	answer(t, home, filepath.Join(home, "jupyter"))
	prefix := filepath.Join(home, "far")
	data := filepath.Join(prefix, "share/jupyter")
	var installing bytes.Buffer
	if err := Install(t.Context(), Options{Prefix: prefix, Out: &installing}); err != nil {
		t.Fatal(err)
	}
	hint := "set JUPYTER_PATH=" + data
	if !strings.Contains(installing.String(), hint) {
		t.Errorf("installing said\n%swithout %q", installing.String(), hint)
	}
	if said, err := doctor(t, Options{Prefix: prefix}); !errors.Is(err, errSick) || !strings.Contains(said, "ok       kernel            "+data) ||
		!strings.Contains(said, "no folder in which Jupyter looks: "+data) || !strings.Contains(said, "-> "+hint) || strings.Count(said, "problem") != 1 {
		t.Errorf("%v\n%s", err, said)
	}
	if said, err := doctor(t, Options{}); !errors.Is(err, errSick) || !strings.Contains(said, `none named "lightfast" where Jupyter looks (`+filepath.Join(home, "jupyter")) ||
		!strings.Contains(said, "--prefix") {
		t.Errorf("%v\n%s", err, said)
	}
	// A Jupyter that cannot be asked heeds JUPYTER_PATH all the same.
	if err := os.Remove(filepath.Join(home, "bin/jupyter")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("JUPYTER_PATH", data)
	for _, o := range []Options{{}, {Prefix: prefix}} {
		if said, err := doctor(t, o); err != nil {
			t.Errorf("%+v: %v\n%s", o, err, said)
		}
	}
}

func TestJupyterIsAskedBesideWhatALinkLeadsTo(t *testing.T) {
	home, _ := sandbox(t)
	fakeGo(t, home, "go1.26.3")
	there := filepath.Join(home, "apps/venv")
	write(t, filepath.Join(there, "bin/jupyter-lab"), "#!/bin/sh\n")
	answer(t, there, "/somewhere")
	if err := os.Symlink(filepath.Join(there, "bin/jupyter-lab"), filepath.Join(home, "bin/jupyter-lab")); err != nil {
		t.Fatal(err)
	}
	if got := dataFolders(t.Context()); !slices.Equal(got, []string{"/somewhere"}) {
		t.Errorf("asked, Jupyter says %q", got)
	}
	write(t, filepath.Join(there, "bin/jupyter"), "#!/bin/sh\nexit 1\n")
	if got := dataFolders(t.Context()); !slices.Contains(got, filepath.Join(home, "jupyter")) {
		t.Errorf("a Jupyter without an answer: %q", got)
	}
}
