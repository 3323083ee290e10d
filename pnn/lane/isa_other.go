//go:build !amd64

package lane

func supportedISA() []string { return []string{"generic"} }
