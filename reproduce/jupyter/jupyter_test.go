package jupyter

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sandbox gives a test a home, a Jupyter and a module of its own, and makes the
// folder of the module the working directory.
func sandbox(t *testing.T) (home, module string) {
	t.Helper()
	home = t.TempDir()
	for _, name := range []string{"JUPYTER_DATA_DIR", "JUPYTER_PATH", "XDG_DATA_HOME", "VIRTUAL_ENV", "CONDA_PREFIX", "LIGHTFAST_DATA", "APPDATA"} {
		t.Setenv(name, "")
	}
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	t.Setenv("JUPYTER_DATA_DIR", filepath.Join(home, "jupyter"))
	module = filepath.Join(home, "checkout")
	write(t, filepath.Join(module, "go.mod"), "module lightfast // a comment\n\ngo 1.26.0\n")
	t.Chdir(module)
	return home, module
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

// mentions checks that an error says all that a reader needs.
func mentions(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; expected one about %q", words)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not mention %q", err, w)
		}
	}
}

func TestModuleIsFoundFromWithin(t *testing.T) {
	home, module := sandbox(t)
	deep := filepath.Join(module, "notebooks", "mine")
	write(t, filepath.Join(module, "notebooks", "go.mod"), "module other\ngo 1.26\n") // does not end the search
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	if root, err := enclosingModule(deep); err != nil || root != module {
		t.Errorf("found %q, %v; expected %q", root, err, module)
	}
	_, err := enclosingModule(home)
	mentions(t, err, home, "go.mod", "checkout of Lightfast")
	_, err = moduleAt(filepath.Join(module, "notebooks"))
	mentions(t, err, "module other", "expected lightfast")
	write(t, filepath.Join(home, "empty", "go.mod"), "// nothing\n")
	_, err = moduleAt(filepath.Join(home, "empty"))
	mentions(t, err, "no module line")
}

func TestFolderOfKernel(t *testing.T) {
	home, _ := sandbox(t)
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{}, filepath.Join(home, "jupyter/kernels/lightfast")},
		{Options{User: true, Name: "mine"}, filepath.Join(home, "jupyter/kernels/mine")},
		{Options{Prefix: "/opt/lab"}, "/opt/lab/share/jupyter/kernels/lightfast"},
	} {
		if got, err := c.o.folder(); err != nil || got != c.want {
			t.Errorf("%+v: %q, %v; expected %q", c.o, got, err, c.want)
		}
	}
	_, err := Options{User: true, Prefix: "/opt"}.folder()
	mentions(t, err, "--user", "--prefix")
	for _, name := range []string{"a/b", "..", "ünicode", "two words"} {
		_, err := Options{Name: name}.folder()
		mentions(t, err, "--name", "letters")
	}
}

func TestFlagsOfCells(t *testing.T) {
	for _, c := range []struct{ user, want string }{
		{"", "'-ldflags=-s -w' -buildvcs=false"},
		{"-mod=mod -tags=x", "-tags=x '-ldflags=-s -w' -buildvcs=false"},
		{`-buildvcs=true "-ldflags=-X main.a=b c"`, "-buildvcs=true '-ldflags=-X main.a=b c'"},
		{"--modfile=other.mod -race", "-race '-ldflags=-s -w' -buildvcs=false"},
		{`"-ldflags=-X 'main.a=b'"`, `"-ldflags=-X 'main.a=b'" -buildvcs=false`},
	} {
		if got := cellFlags(c.user); got != c.want {
			t.Errorf("GOFLAGS %q become %q, expected %q", c.user, got, c.want)
		}
	}
}

func TestEnvironmentOfCells(t *testing.T) {
	t.Setenv("PATH", strings.Join([]string{"/usr/bin", "/bin"}, string(os.PathListSeparator)))
	env := cellEnv([]string{"A=1", "GOWORK=off", "GO111MODULE=off", "GOOS=plan9", "PATH=old"}, "/kernel/bin", "/go/bin")
	got := strings.Join(env, " ")
	if want := "A=1 PATH=/kernel/bin:/usr/bin:/bin:/go/bin"; os.PathListSeparator == ':' && got != want {
		t.Errorf("environment %q, expected %q", got, want)
	}
}

func TestLogoHasRoundCornersAndTwoGuides(t *testing.T) {
	for _, side := range []int{32, 64} {
		m := logo(side)
		if _, _, _, a := m.At(0, 0).RGBA(); a != 0 {
			t.Errorf("corner of the logo of %d pixels has opacity %d, expected none", side, a)
		}
		colours := map[[3]uint32]bool{}
		for y := range side {
			r, g, b, a := m.At(side/8, y).RGBA()
			if a == 0xffff {
				colours[[3]uint32{r, g, b}] = true
			}
		}
		if len(colours) < 3 {
			t.Errorf("left edge of the logo of %d pixels has %d colours, expected the ground and two guides", side, len(colours))
		}
	}
}
