//go:build linux || darwin

package kernel

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// printed waits until GoNB has read what the cell printed before. Text and rich
// output take different pipes, and an image could otherwise overtake the line
// that announces it. If GoNB is not done after a fifth of a second, the order is
// given up.
func printed() {
	for _, f := range []*os.File{os.Stdout, os.Stderr} {
		for range 200 {
			n, err := unix.IoctlGetInt(int(f.Fd()), unread)
			if err != nil || n == 0 {
				break // not a pipe, or all read
			}
			time.Sleep(time.Millisecond)
		}
	}
	// What has been read is about to be published: a round trip, and some more.
	if settled() == nil {
		time.Sleep(time.Millisecond)
	}
}
