package jupyter

import (
	"context"
	"errors"
	"os"
	"path/filepath"
)

// Installed is a kernel of Lightfast that Jupyter finds.
type Installed struct {
	Name, DisplayName string
	Folder            string // that holds kernel.json
	Module            string // the module it was installed from
	Problem           error  // why it cannot work; nil if nothing seems to be missing
}

// List returns the kernels of Lightfast in Jupyter's data folders, in the order
// in which Jupyter looks for them. Other kernels are left out.
func List() (found []Installed) {
	for _, data := range dataFolders(context.Background()) {
		dirs, err := os.ReadDir(filepath.Join(data, "kernels"))
		if err != nil {
			continue // most of these folders do not exist
		}
		for _, d := range dirs {
			folder := filepath.Join(data, "kernels", d.Name())
			if !kernelName.MatchString(d.Name()) || d.Name()[0] == '.' {
				continue
			}
			s, err := readSpec(folder)
			if absent(err) || errors.Is(err, errForeign) {
				continue
			}
			if _, none := os.Stat(program(folder, launcher)); err != nil && none != nil {
				continue // another kernel's file, damaged
			}
			i := Installed{Name: d.Name(), DisplayName: s.DisplayName, Folder: folder, Problem: err}
			if err == nil {
				i.Module, i.Problem = s.Metadata.Lightfast.Module, s.broken(folder)
			}
			found = append(found, i)
		}
	}
	return found
}
