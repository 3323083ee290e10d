package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// file is one file of a bundle.
type file struct {
	name string
	data []byte
}

func sha(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// sums lists files, which are sorted by name, as sha256sum does. Names lose prefix.
func sums(files []file, prefix string) []byte {
	var text bytes.Buffer
	for _, f := range files {
		fmt.Fprintf(&text, "%s  %s\n", sha(f.data), strings.TrimPrefix(f.name, prefix))
	}
	return text.Bytes()
}

// readSums reads what sums has written: names and their sums in order.
func readSums(text []byte) (names []string, sum map[string]string, err error) {
	sum = map[string]string{}
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		digits, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if b, err := hex.DecodeString(digits); !ok || err != nil || len(b) != sha256.Size || strings.ToLower(digits) != digits || !strings.HasSuffix(line, "\n") {
			return nil, nil, fmt.Errorf("%s, line %d: %.100q: want 64 hexadecimal digits, two spaces, a name and a line end", sumsName, number, line)
		}
		if err := checkName(name); err != nil {
			return nil, nil, fmt.Errorf("%s, line %d: %w", sumsName, number, err)
		}
		if len(names) > 0 && name <= names[len(names)-1] {
			return nil, nil, fmt.Errorf("%s, line %d: %s comes after %s: want names in order, each once", sumsName, number, name, names[len(names)-1])
		}
		names, sum[name] = append(names, name), digits
	}
	return names, sum, nil
}
