//go:build unix

package artifact

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"lightfast/pnn/whole"
)

// Some behaviour shows only in another process: the test binary runs itself with the
// name of one of these in childVar, and a folder as its argument.
const childVar = "LIGHTFAST_ARTIFACT_CHILD"

var children = map[string]func(dir string) error{
	// A limit on the size of a file ends a write in the middle as a full disk does.
	"limited": func(dir string) error {
		limit := unix.Rlimit{Cur: 1000, Max: 1000}
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &limit); err != nil {
			return fmt.Errorf("setrlimit: %w", err)
		}
		_, err := WriteTable(filepath.Join(dir, "x.arrow"), provenance(), curve())
		return err
	},
	// The superuser may write anywhere; nobody may not.
	"nobody": func(dir string) error {
		if os.Getuid() == 0 {
			if err := syscall.Setuid(65534); err != nil {
				return fmt.Errorf("setuid: %w", err)
			}
		}
		_, err := WriteTable(filepath.Join(dir, "x.arrow"), provenance(), curve())
		return err
	},
	"hold": func(dir string) error {
		if _, err := Lock(dir); err != nil {
			return err
		}
		fmt.Println("held")
		_, err := io.Copy(io.Discard, os.Stdin) // until killed or told to go
		return err
	},
	"try": func(dir string) error {
		unlock, err := Lock(dir)
		if err != nil {
			return err
		}
		return unlock()
	},
}

func TestMain(m *testing.M) {
	if f, ok := children[os.Getenv(childVar)]; ok {
		if err := f(os.Args[1]); err != nil {
			fmt.Println(err)
			os.Exit(3)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func child(t *testing.T, name, dir string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, dir)
	cmd.Env = append(os.Environ(), childVar+"="+name)
	return cmd
}

// saysIn runs a child that must fail, and returns its error text.
func saysIn(t *testing.T, name, dir string) string {
	t.Helper()
	out, err := child(t, name, dir).Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Fatalf("child %q: %v, %s; want it to report an error", name, err, out)
	}
	return string(out)
}

func TestWriteThatBreaksOffLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	says := saysIn(t, "limited", dir)
	if !strings.Contains(says, filepath.Join(dir, "x.arrow")) || !strings.Contains(says, "ulimit -f") {
		t.Errorf("unclear error: %s", says)
	}
	expectEmpty(t, dir)
}

func TestWriteThatBreaksOffLeavesTheOldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.arrow")
	wrote, err := WriteTable(path, provenance(), Table{curve().Columns[:1]})
	if err != nil {
		t.Fatal(err)
	}
	saysIn(t, "limited", dir)
	if _, p, err := ReadTable(path); err != nil || p.Content != wrote.Content {
		t.Errorf("the old file: %v, content %s, want %s", err, p.Content, wrote.Content)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

func TestUnwritableFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	says := saysIn(t, "nobody", dir)
	if !strings.Contains(says, filepath.Join(dir, "x.arrow")) || !strings.Contains(says, "may not write there") {
		t.Errorf("unclear error: %s", says)
	}
	expectEmpty(t, dir)
	none := filepath.Join(dir, "none", "x.arrow")
	if _, err := WriteTable(none, provenance(), curve()); err == nil || !strings.Contains(err.Error(), none) || !strings.Contains(err.Error(), "create it first") {
		t.Errorf("no folder: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	put(t, file, "")
	if _, err := WriteTable(filepath.Join(file, "x.arrow"), provenance(), curve()); err == nil {
		t.Error("a file served as a folder")
	}
}

func TestFullDiskIsNamed(t *testing.T) {
	if err := whole.Explain("x.arrow", &os.PathError{Op: "write", Path: "tmp", Err: syscall.ENOSPC}); !strings.Contains(err.Error(), "free some space") {
		t.Errorf("unclear error: %v", err)
	}
}

func TestLockedFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	unlock, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(dir); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), "this very process") {
		t.Errorf("second lock in one process: %v", err)
	}
	says := saysIn(t, "try", dir)
	if !strings.Contains(says, fmt.Sprintf("process %d is writing it", os.Getpid())) || !strings.Contains(says, dir) {
		t.Errorf("unclear error: %s", says)
	}
	if err := errors.Join(unlock(), unlock()); err != nil {
		t.Error(err)
	}
	expectEmpty(t, dir)
	if out, err := child(t, "try", dir).Output(); err != nil {
		t.Errorf("after unlocking: %v, %s", err, out)
	}
}

func TestKilledProcessLeavesNoLock(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, ".lightfast-1.tmp"), "what a killed writer leaves")
	holder := child(t, "hold", dir)
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := holder.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "held\n" {
		t.Fatalf("child: %q, %v", line, err)
	}
	if _, err := Lock(dir); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), fmt.Sprint("process ", holder.Process.Pid)) {
		t.Errorf("while it is held: %v", err)
	}
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = holder.Wait() // its error is that it was killed
	unlock, err := Lock(dir)
	if err != nil {
		t.Fatalf("after the kill: %v", err)
	}
	if err := unlock(); err != nil {
		t.Error(err)
	}
	expectEmpty(t, dir)
}
