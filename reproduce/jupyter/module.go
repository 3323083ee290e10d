package jupyter

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ModulePath is the path of the module whose packages cells import.
const ModulePath = "lightfast"

// enclosingModule returns the root of the Lightfast module that holds dir. An
// enclosing module of another name does not end the search: a notebook may lie
// in a small module of its own within a checkout.
func enclosingModule(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		if root, err := moduleAt(at); err == nil {
			return root, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("%s: no folder up to the root holds a go.mod of module %s; go to a checkout of Lightfast first", dir, ModulePath)
		}
	}
}

// moduleAt checks that root is the root of a Lightfast module and returns it as
// an absolute path.
func moduleAt(root string) (string, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	name, _, err := readGoMod(root)
	if err != nil {
		return "", err
	}
	if name != ModulePath {
		return "", fmt.Errorf("%s: module %s, expected %s; give the root of a checkout of Lightfast", filepath.Join(root, "go.mod"), name, ModulePath)
	}
	return root, nil
}

// readGoMod reads the module path and the least Go version (as "1.26.0") from
// the go.mod in root.
func readGoMod(root string) (module, goVersion string, err error) {
	path := filepath.Join(root, "go.mod")
	f, err := os.Open(path)
	if err != nil {
		return "", "", fmt.Errorf("%w (the root of a module holds this file)", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line, _, _ := strings.Cut(lines.Text(), "//")
		switch w := strings.Fields(line); {
		case len(w) == 2 && w[0] == "module":
			module = strings.Trim(w[1], `"`)
		case len(w) == 2 && w[0] == "go":
			goVersion = w[1]
		}
	}
	if err := lines.Err(); err != nil {
		return "", "", fmt.Errorf("%s: %w", path, err)
	}
	if module == "" || goVersion == "" {
		return "", "", fmt.Errorf("%s: no module line or no go line; is this the go.mod of %s?", path, ModulePath)
	}
	return module, goVersion, nil
}
