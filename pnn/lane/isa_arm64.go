package lane

// supportedISA needs no look at the processor: Advanced SIMD is part of every
// arm64 that Go runs on.
func supportedISA() []string { return []string{"generic", "neon"} }
