package artifact

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// Windows keeps others from reading a locked range, so the lock is on one byte far
// beyond the process number that they want to read.
const lockedByteHigh = 1

func tryLock(f *os.File) error {
	at := windows.Overlapped{OffsetHigh: lockedByteHigh}
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return errHeld
	}
	return err
}

// release leaves the file in place: Windows does not remove an open file, and once it
// is closed it may be another's.
func release(f *os.File, _ string) error {
	at := windows.Overlapped{OffsetHigh: lockedByteHigh}
	err := windows.UnlockFileEx(windows.Handle(f.Fd()), 0, 1, 0, &at)
	return errors.Join(err, f.Close())
}
