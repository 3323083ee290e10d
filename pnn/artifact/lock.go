package artifact

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"lightfast/pnn/whole"
)

const lockName = ".lightfast.lock"

// errHeld is what tryLock returns when another has the lock.
var errHeld = errors.New("held")

// Lock makes the caller the only writer of dir, which it creates if need be, until
// unlock or the end of the process, however it ends: the kernel holds the lock, so a
// killed process leaves none behind. A second caller, in this or another process, gets
// an error that wraps ErrLocked and says who holds the folder. Lock also removes
// unfinished files that a killed writer left in dir.
//
// Readers need no lock: a file is always either absent or whole.
func Lock(dir string) (unlock func() error, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, whole.Explain(dir, err)
	}
	path := filepath.Join(dir, lockName)
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return nil, whole.Explain(path, err)
		}
		if err := tryLock(f); err != nil {
			holder := holderOf(f)
			_ = f.Close()
			if errors.Is(err, errHeld) {
				return nil, fmt.Errorf("artifact: %s: %w: %s is writing it: wait until it has finished, or stop it; the lock goes with it", dir, ErrLocked, holder)
			}
			return nil, fmt.Errorf("artifact: %s: locking: %w; if the file system does not support locks, use a local folder", path, err)
		}
		// The last holder may have removed the file between our opening and locking it.
		if !isStillAt(f, path) {
			_ = f.Close()
			continue
		}
		if err := errors.Join(sign(f), sweep(dir)); err != nil {
			return nil, errors.Join(whole.Explain(path, err), release(f, path))
		}
		var once sync.Once
		return func() (err error) {
			once.Do(func() {
				if e := release(f, path); e != nil {
					err = fmt.Errorf("artifact: %s: unlocking: %w", path, e)
				}
			})
			return err
		}, nil
	}
}

func isStillAt(f *os.File, path string) bool {
	mine, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(mine, there)
}

// sign writes the number of this process for those who find the folder locked.
func sign(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

func holderOf(f *os.File) string {
	b := make([]byte, 32)
	n, _ := f.ReadAt(b, 0)
	pid, err := strconv.Atoi(strings.TrimSpace(string(b[:n])))
	switch {
	case err != nil:
		return "another process"
	case pid == os.Getpid():
		return fmt.Sprintf("this very process (pid %d)", pid)
	}
	return fmt.Sprintf("process %d", pid)
}

func sweep(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Type().IsRegular() && whole.Unfinished(e.Name()) {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
