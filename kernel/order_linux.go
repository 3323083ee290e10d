package kernel

import "golang.org/x/sys/unix"

// unread asks a pipe how many bytes nobody has read yet (FIONREAD).
const unread = unix.TIOCINQ
