//go:build !unix

package jupyter

import (
	"fmt"
	"os"
	"os/exec"
)

// become runs a program in the place of this process.
func become(path string, argv, env []string) error {
	c := exec.Command(path, argv[1:]...)
	c.Env, c.Stdin, c.Stdout, c.Stderr = env, os.Stdin, os.Stdout, os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("starting %s: %w; install the kernel again", path, err)
	}
	return nil
}
