package whole

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWriteReplacesAFileWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	for _, text := range []string{"first", "second"} {
		if err := Write(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != text {
			t.Errorf("read %q, %v", b, err)
		}
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("%d files, expected 1", len(files))
	}
	if err := Write(filepath.Join(path, "b"), nil); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a file below a file: %v", err)
	}
	if err := Write(filepath.Join(dir, "none", "b"), nil); err == nil || !strings.Contains(err.Error(), "create it first") {
		t.Errorf("a missing folder: %v", err)
	}
}

func TestUnfinishedNames(t *testing.T) {
	if !Unfinished(".lightfast-12.tmp") || Unfinished("x.arrow") || Unfinished(".lightfast.lock") {
		t.Error("unfinished files are not told from others")
	}
}
