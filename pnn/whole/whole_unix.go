//go:build unix

package whole

import (
	"errors"
	"os"
	"syscall"
)

const diskFull = syscall.ENOSPC

// syncFolder makes a rename in dir survive a power cut.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	// Some network file systems do not sync folders and say so; the rename is theirs to keep.
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return err
	}
	return nil
}
