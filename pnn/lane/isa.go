package lane

import (
	"fmt"
	"os"
	"strings"
)

// isa names the instruction set that runs the kernels; it is chosen once.
var isa = chooseISA()

// ISA is the instruction set that runs the float32 kernels: "generic" (plain
// Go), "avx2" or "avx512" on amd64, "neon" on arm64. It is the best that the
// processor has, or the one that the environment variable LIGHTFAST_ISA names.
// Results do not depend on it.
func ISA() string { return isa }

func chooseISA() string {
	have := supportedISA()
	want := os.Getenv("LIGHTFAST_ISA")
	if want == "" {
		return have[len(have)-1]
	}
	for _, h := range have {
		if h == want {
			return h
		}
	}
	fmt.Fprintf(os.Stderr, "LIGHTFAST_ISA=%s: this processor offers %s\n", want, strings.Join(have, ", "))
	os.Exit(2)
	return ""
}
