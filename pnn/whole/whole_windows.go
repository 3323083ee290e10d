package whole

import "golang.org/x/sys/windows"

const diskFull = windows.ERROR_DISK_FULL

// syncFolder does nothing: NTFS journals renames, and Windows does not sync folders.
func syncFolder(string) error { return nil }
