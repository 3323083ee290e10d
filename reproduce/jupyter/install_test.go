//go:build unix

package jupyter

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// fakeGo puts a go command on the PATH that says it is of this version and
// pretends to build: an empty program for each -o, and from build -n as many
// lines as FAKE_COLD says. It fails at what FAKE_FAIL names, and without network at
// what needs the modules until they are downloaded if FAKE_CACHE names a file that
// then says so. Nothing else is on the PATH but what the extra scripts name.
func fakeGo(t *testing.T, home, version string, extra ...string) {
	t.Helper()
	bin := filepath.Join(home, "bin")
	write(t, filepath.Join(bin, "go"), `#!/bin/sh
case "$*" in
"env GOVERSION GOFLAGS") echo `+version+`; echo -mod=mod; exit;;
*"$FAKE_FAIL"*) [ -n "$FAKE_FAIL" ] && { echo "no luck with $FAKE_FAIL" >&2; exit 1; };;
esac
case "$1 $2" in
"build -n") i=0; while [ $i -lt ${FAKE_COLD:-0} ]; do echo "/go/tool/compile -o x"; i=$((i+1)); done >&2;;
"build -v") echo some/package >&2;;
"mod download") [ -z "$FAKE_CACHE" ] || : >"$FAKE_CACHE";;
"get ") [ -z "$FAKE_CACHE" ] || [ -e "$FAKE_CACHE" ] || { echo "module lookup disabled" >&2; exit 1; };;
"build -o") case "$3" in */cell.exe) [ "$GOPROXY" = off ] || exit 1;; esac; echo "#!/bin/sh" >"$3"; /bin/chmod +x "$3";;
esac
`)
	for _, name := range extra {
		write(t, filepath.Join(bin, name), "#!/bin/sh\nexit 0\n")
	}
	t.Setenv("PATH", bin)
	t.Setenv("FAKE_FAIL", "")
	t.Setenv("FAKE_COLD", "")
	t.Setenv("FAKE_CACHE", "")
}

func TestInstallFetchesWhatOnlyCellsNeed(t *testing.T) {
	home, _ := sandbox(t)
	fakeGo(t, home, "go1.26.3")
	t.Setenv("FAKE_CACHE", filepath.Join(home, "downloaded"))
	var said bytes.Buffer
	t.Setenv("FAKE_FAIL", "mod download")
	mentions(t, Install(t.Context(), Options{Out: &said}), "does not compile without network", "module lookup disabled", "no luck with mod download")
	t.Setenv("FAKE_FAIL", "")
	for _, w := range []string{"fetching the other modules", "build cache"} { // the second time nothing is missing
		said.Reset()
		if err := Install(t.Context(), Options{Out: &said}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(said.String(), w) {
			t.Errorf("installing said\n%s\nwithout %q", said.String(), w)
		}
	}
	if strings.Contains(said.String(), "fetching") {
		t.Errorf("fetched once more:\n%s", said.String())
	}
}

func TestInstallListDoctorUninstall(t *testing.T) {
	home, module := sandbox(t)
	fakeGo(t, home, "go1.26.3", "jupyter-lab")
	t.Setenv("FAKE_COLD", "7")
	var said bytes.Buffer
	o := Options{Out: &said}
	if err := Install(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	for _, w := range []string{module, "building gonb", "7 packages compiled", "without network", "installed in"} {
		if !strings.Contains(said.String(), w) {
			t.Errorf("installing said\n%s\nwithout %q", said.String(), w)
		}
	}
	folder := filepath.Join(home, "jupyter/kernels/lightfast")
	text, err := os.ReadFile(filepath.Join(folder, "kernel.json"))
	if err != nil {
		t.Fatal(err)
	}
	var k struct {
		Argv          []string
		Language      string
		DisplayName   string `json:"display_name"`
		InterruptMode string `json:"interrupt_mode"`
	}
	if err := json.Unmarshal(text, &k); err != nil {
		t.Fatal(err)
	}
	want := []string{filepath.Join(folder, "bin/lightfast-kernel"), "-module", module, "-go", filepath.Join(home, "bin/go"), "-connection", "{connection_file}"}
	if strings.Join(k.Argv, " ") != strings.Join(want, " ") || k.Language != "go" || k.DisplayName != "Go (Lightfast)" || k.InterruptMode != "message" {
		t.Errorf("kernel.json holds\n%s", text)
	}
	for _, logo := range []string{"logo-32x32.png", "logo-64x64.png"} {
		data, err := os.ReadFile(filepath.Join(folder, logo))
		if err != nil {
			t.Error(err)
		} else if _, err := png.Decode(bytes.NewReader(data)); err != nil {
			t.Errorf("%s: %v", logo, err)
		}
	}
	if l := List(); len(l) != 1 || l[0].Name != "lightfast" || l[0].Module != module || l[0].Problem != nil {
		t.Errorf("list: %+v", l)
	}

	t.Setenv("FAKE_COLD", "0")
	said.Reset()
	if err := Doctor(t.Context(), o); err != nil {
		t.Errorf("doctor: %v\n%s", err, said.String())
	}
	if strings.Contains(said.String(), "problem") || !strings.Contains(said.String(), "go1.26.3") {
		t.Errorf("doctor said\n%s", said.String())
	}

	if err := Uninstall(o); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(folder); !absent(err) {
		t.Errorf("still there: %v", err)
	}
	if left, err := os.ReadDir(filepath.Dir(folder)); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	mentions(t, Uninstall(o), folder, "no kernel of this name")
}

func TestFailedInstallationKeepsTheOldKernel(t *testing.T) {
	home, _ := sandbox(t)
	fakeGo(t, home, "go1.26.3")
	if err := Install(t.Context(), Options{}); err != nil {
		t.Fatal(err)
	}
	t.Setenv("FAKE_FAIL", "goimports")
	mentions(t, Install(t.Context(), Options{}), "building goimports", "no luck", "go mod download")
	t.Setenv("FAKE_FAIL", "cell.exe")
	mentions(t, Install(t.Context(), Options{}), "does not compile without network", "no luck")
	if l := List(); len(l) != 1 || l[0].Problem != nil {
		t.Errorf("list after failures: %+v", l)
	}
	if dirs, err := os.ReadDir(filepath.Join(home, "jupyter/kernels")); err != nil || len(dirs) != 1 {
		t.Errorf("folders after failures: %v, %v", dirs, err)
	}
}

func TestAnotherKernelIsLeftAlone(t *testing.T) {
	home, _ := sandbox(t)
	fakeGo(t, home, "go1.26.3")
	path := filepath.Join(home, "jupyter/kernels/lightfast/kernel.json")
	write(t, path, `{"argv": ["python3"], "language": "python"}`)
	for _, err := range []error{Install(t.Context(), Options{}), Uninstall(Options{})} {
		if !errors.Is(err, errForeign) {
			t.Errorf("%v, expected %v", err, errForeign)
		}
		mentions(t, err, path, "--name")
	}
	if len(List()) != 0 {
		t.Errorf("listed as ours: %+v", List())
	}
}

// Each wrong turn of a newcomer's is named by the doctor, with what to do.
func TestDoctorNamesWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name  string
		wrong func(t *testing.T, home, module string)
		said  []string
	}{
		{"no kernel", func(t *testing.T, home, _ string) {
			if err := os.RemoveAll(filepath.Join(home, "jupyter")); err != nil {
				t.Fatal(err)
			}
		}, []string{"problem  kernel", "-> install it with: go run ./reproduce kernel install"}},
		{"kernel elsewhere", func(t *testing.T, home, _ string) {
			if err := os.Rename(filepath.Join(home, "jupyter/kernels/lightfast"), filepath.Join(home, "jupyter/kernels/other")); err != nil {
				t.Fatal(err)
			}
		}, []string{"problem  kernel", `there is "other" in`}},
		{"old Go", func(t *testing.T, home, _ string) { fakeGo(t, home, "go1.21.5", "jupyter-lab") },
			[]string{"problem  Go", "go1.21.5, Lightfast needs Go 1.26.0", "-> install Go from https://go.dev/dl/"}},
		{"no Go", func(t *testing.T, home, _ string) {
			if err := os.Remove(filepath.Join(home, "bin/go")); err != nil {
				t.Fatal(err)
			}
		}, []string{"problem  Go", "no command go on the PATH", "-> install Go"}},
		{"no Jupyter", func(t *testing.T, home, _ string) {
			if err := os.Remove(filepath.Join(home, "bin/jupyter-lab")); err != nil {
				t.Fatal(err)
			}
		}, []string{"problem  Jupyter", "-> install it with python3 -m pip install jupyterlab"}},
		{"module moved", func(t *testing.T, home, module string) {
			if err := os.Rename(module, module+"-moved"); err != nil {
				t.Fatal(err)
			}
			t.Chdir(home)
		}, []string{"problem  module", "problem  kernel.json", "-> install the kernel again from where it is now"}},
		{"kernel damaged", func(t *testing.T, home, _ string) {
			if err := os.Remove(filepath.Join(home, "jupyter/kernels/lightfast/bin/gonb")); err != nil {
				t.Fatal(err)
			}
		}, []string{"problem  gonb", "-> install the kernel again"}},
		{"cold cache", func(t *testing.T, home, _ string) { t.Setenv("FAKE_COLD", "12") },
			[]string{"problem  build cache", "12 packages"}},
		{"no data", func(t *testing.T, home, _ string) { t.Setenv("LIGHTFAST_DATA", filepath.Join(home, "nowhere")) },
			[]string{"problem  data", "nowhere", "-> correct or unset LIGHTFAST_DATA"}},
		{"both places", nil, []string{"problem  options", "-> choose --user or --prefix"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			home, module := sandbox(t)
			fakeGo(t, home, "go1.26.3", "jupyter-lab")
			if err := Install(t.Context(), Options{}); err != nil {
				t.Fatal(err)
			}
			o := Options{}
			if c.wrong == nil {
				o = Options{User: true, Prefix: home}
			} else {
				c.wrong(t, home, module)
			}
			var said bytes.Buffer
			o.Out = &said
			if err := Doctor(t.Context(), o); !errors.Is(err, errSick) {
				t.Errorf("%v, expected %v", err, errSick)
			}
			for _, w := range c.said {
				if !strings.Contains(said.String(), w) {
					t.Errorf("doctor said\n%swithout %q", said.String(), w)
				}
			}
		})
	}
}

func TestDoctorSeesFolderThatCannotBeWritten(t *testing.T) {
	home, module := sandbox(t)
	if os.Getuid() == 0 {
		// Nothing keeps root from writing but a folder that is gone.
		gone := filepath.Join(home, "gone")
		if err := os.Mkdir(gone, 0o755); err != nil {
			t.Fatal(err)
		}
		t.Chdir(gone)
		if err := os.Remove(gone); err != nil {
			t.Fatal(err)
		}
	} else {
		if err := os.Chmod(module, 0o555); err != nil {
			t.Fatal(err)
		}
		defer os.Chmod(module, 0o755)
	}
	_, err := writable()
	mentions(t, err, "cannot write here", "folder of your own")
}

func TestStartBecomesGoNB(t *testing.T) {
	if os.Getenv("LIGHTFAST_TEST_START") != "" {
		bin := os.Getenv("LIGHTFAST_TEST_START")
		err := Start{Connection: "connection.json", Module: os.Getenv("LIGHTFAST_TEST_MODULE"), Bin: bin}.Run(context.Background())
		t.Fatal("came back:", err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	home, module := sandbox(t)
	fakeGo(t, home, "go1.26.3")
	bin := filepath.Join(home, "kernel")
	write(t, filepath.Join(bin, "gonb"), "#!/bin/sh\necho \"$@|$GOPROXY|$GOFLAGS|$GOWORK|$PATH\"\n")
	notebook := filepath.Join(home, "elsewhere")
	if err := os.Mkdir(notebook, 0o755); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(home, "second")
	write(t, filepath.Join(other, "go.mod"), "module lightfast\ngo 1.26.0\n")
	for _, c := range []struct{ dir, root string }{{notebook, module}, {other, other}} {
		cmd := exec.Command(self, "-test.run=TestStartBecomesGoNB")
		cmd.Dir = c.dir
		cmd.Env = append(os.Environ(), "LIGHTFAST_TEST_START="+bin, "LIGHTFAST_TEST_MODULE="+module, "GOWORK=off", "PWD="+c.dir)
		out, err := cmd.CombinedOutput()
		want := "--kernel connection.json --go_work " + c.root + "|off|'-ldflags=-s -w' -buildvcs=false||" + bin + ":" + filepath.Join(home, "bin") + "\n"
		if err != nil || string(out) != want {
			t.Errorf("in %s: %v, said\n%sexpected\n%s", c.dir, err, out, want)
		}
	}
}
