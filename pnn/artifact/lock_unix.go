//go:build unix

package artifact

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

func tryLock(f *os.File) error {
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if errors.Is(err, unix.EWOULDBLOCK) {
			return errHeld
		}
		return err
	}
}

// release removes the file while the lock is still held, so that nobody else's is removed.
func release(f *os.File, path string) error {
	return errors.Join(os.Remove(path), f.Close())
}
