//go:build unix

package jupyter

import (
	"fmt"
	"syscall"
)

// become replaces this process by a program, so that Jupyter's signals reach it
// and its end is ours.
func become(path string, argv, env []string) error {
	if err := syscall.Exec(path, argv, env); err != nil {
		return fmt.Errorf("starting %s: %w; install the kernel again", path, err)
	}
	return nil
}
