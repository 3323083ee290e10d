package kernel

// unread asks a pipe how many bytes nobody has read yet (FIONREAD of
// sys/filio.h, which x/sys does not name).
const unread = 0x4004667f
