//go:build unix

package bench

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeCompiler makes $CC a script: it finds every header, and what it compiles
// is a peer of one line.
func fakeCompiler(t *testing.T, compile string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cc")
	script := "#!/usr/bin/env bash\nif [ \"$1\" = -E ]; then exec cat; fi\nwhile [ \"$1\" != -o ]; do shift; done\n" + compile + "\n"
	if err := os.WriteFile(path, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CC", path)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir()) // the cache of macOS is below it
}

func TestPeersAreCompiledOnce(t *testing.T) {
	fakeCompiler(t, `printf '#!/bin/sh\necho compiled peer\nread line\necho 0.5\n' >"$2"; chmod +x "$2"`)
	argv, err := compiled(t.Context(), "blas")
	if err != nil {
		t.Fatal(err)
	}
	p, err := startPeer(t.Context(), openBLAS, argv, impatient)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	if s, _, err := p.ask(t.Context(), "sgemm", 1); err != nil || s != 0.5 || p.description != "compiled peer" {
		t.Errorf("%q answers %g, %v", p.description, s, err)
	}
	t.Setenv("CC", "/no/such/compiler")
	again, err := compiled(t.Context(), "blas")
	if err != nil || again[0] != argv[0] {
		t.Errorf("%v, %v: want the program that is there", again, err)
	}
	files, err := os.ReadDir(filepath.Dir(argv[0]))
	if err != nil || len(files) != 1 {
		t.Errorf("the folder of the program holds %v, %v", files, err)
	}
}

func TestMissingCompilersAndLibrariesAreNamed(t *testing.T) {
	fakeCompiler(t, `echo "blas.c:1: error: it is wrong" >&2; echo "1 error generated" >&2; exit 1`)
	if _, err := compiled(t.Context(), "blas"); err == nil || !strings.Contains(err.Error(), "it is wrong") {
		t.Errorf("%v, want what the compiler says", err)
	}
	none := filepath.Join(t.TempDir(), "cc")
	if err := os.WriteFile(none, []byte("#!/bin/sh\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CC", none)
	if _, err := compiled(t.Context(), "fftw"); err == nil || !strings.Contains(err.Error(), "apt-get install libfftw3-dev") {
		t.Errorf("%v, want the package of the header", err)
	}
	t.Setenv("CC", "/no/such/compiler")
	if _, err := compiled(t.Context(), "blas"); err == nil || !strings.Contains(err.Error(), "apt-get install gcc") {
		t.Errorf("%v, want the package of the compiler", err)
	}
}

func TestPythonIsFoundOrNamed(t *testing.T) {
	t.Setenv("LIGHTFAST_PYTHON", "/no/such/python")
	if _, err := python(); err == nil || !strings.Contains(err.Error(), "LIGHTFAST_PYTHON") || !strings.Contains(err.Error(), "pip install torch") {
		t.Errorf("%v, want the remedy", err)
	}
	t.Setenv("LIGHTFAST_PYTHON", "/bin/sh")
	argv, err := python("authors")
	if err != nil || len(argv) != 4 || argv[3] != "authors" {
		t.Fatalf("%v, %v", argv, err)
	}
	if _, err := os.Stat(argv[2]); err != nil {
		t.Error(err)
	}
}

func TestPeersAreFoundFromInsideTheModuleOnly(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, err := range []error{errOf(python()), errOf(compiled(t.Context(), "blas"))} {
		if err == nil || !strings.Contains(err.Error(), "scripts/peers") {
			t.Errorf("%v, want where to run it", err)
		}
	}
}

func errOf(_ []string, err error) error { return err }
