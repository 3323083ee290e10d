package lane

import "golang.org/x/sys/cpu"

func supportedISA() []string {
	have := []string{"generic"}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		have = append(have, "avx2")
		if cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL {
			have = append(have, "avx512")
		}
	}
	return have
}
