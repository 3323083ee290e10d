//go:build !amd64 && !arm64

package lane

func supportedISA() []string { return []string{"generic"} }
