package bundle

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// addNotebooks adds the notebooks of a figure, those with its ID as whole words
// in their names (dat-fig4d.ipynb, 12-dat-fig4d.ipynb), and returns their names.
func (o *Options) addNotebooks(c *collection, id string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(o.Root, notebooksFolder)) // sorted
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("bundle: %w", err)
	}
	names := []string{}
	for _, e := range entries {
		base := e.Name()
		stem, ok := strings.CutSuffix(base, ".ipynb")
		if !ok || !strings.Contains("-"+stem+"-", "-"+id+"-") {
			continue
		}
		path := filepath.Join(o.Root, notebooksFolder, base)
		name := notebooksFolder + "/" + base
		if err := checkName(name); err != nil {
			return nil, fmt.Errorf("bundle: %s: %w; rename the notebook", path, err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("bundle: %w", err)
		}
		if !json.Valid(data) {
			return nil, fmt.Errorf("bundle: %s: it is no notebook, which is JSON; save it again from Jupyter", path)
		}
		names = append(names, name)
		if !slices.ContainsFunc(c.files, func(f file) bool { return f.name == name }) {
			c.files = append(c.files, file{name, data})
		}
	}
	return names, nil
}
