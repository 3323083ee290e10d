// Package whole writes files that are there whole or not at all: artifacts,
// figures, reports and arrays are written under another name in the same folder,
// synced and renamed.
package whole

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Unfinished files are called so.
const (
	unfinishedPrefix = ".lightfast-"
	unfinishedSuffix = ".tmp"
)

// Write puts data at path: afterwards the old file, or none, is there or the whole
// new one is, also after a power cut. An error names path and the remedy.
func Write(path string, data []byte) error {
	if err := replace(path, data); err != nil {
		return err
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return fmt.Errorf("%s: written, but a power cut could lose it: syncing the folder: %w; check the disk", path, err)
	}
	return nil
}

func replace(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), unfinishedPrefix+"*"+unfinishedSuffix)
	if err != nil {
		return Explain(path, err)
	}
	defer func() {
		if err != nil {
			// The first error is the one to tell; closing twice does no harm.
			_ = f.Close()
			_ = os.Remove(f.Name())
			err = Explain(path, err)
		}
	}()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Unfinished tells whether a file of that name was left behind by a process that
// was killed while it wrote.
func Unfinished(name string) bool {
	return strings.HasPrefix(name, unfinishedPrefix) && strings.HasSuffix(name, unfinishedSuffix)
}

// Explain says that path could not be written, why, and what to do about it.
func Explain(path string, err error) error {
	remedy := "look at the folder and run again"
	switch {
	case errors.Is(err, diskFull), errors.Is(err, syscall.EDQUOT):
		remedy = "the disk is full: free some space and run again"
	case errors.Is(err, syscall.EFBIG):
		remedy = "the system limits the size of a file (ulimit -f): raise the limit and run again"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		remedy = "this user may not write there: change the permissions or choose another folder"
	case errors.Is(err, fs.ErrNotExist):
		remedy = "the folder does not exist: create it first"
	}
	return fmt.Errorf("%s: not written: %w; %s", path, err, remedy)
}
