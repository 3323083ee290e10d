package jupyter

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lightfast/pnn/whole"
)

// kernelJSON is the file that tells Jupyter about a kernel.
const kernelJSON = "kernel.json"

// spec is the content of kernel.json.
type spec struct {
	Argv        []string `json:"argv"`
	DisplayName string   `json:"display_name"`
	Language    string   `json:"language"`
	// Messages rather than signals: a signal would reach the whole process
	// group, and the cell's program then twice.
	InterruptMode string `json:"interrupt_mode"`
	Metadata      struct {
		Lightfast *origin `json:"lightfast,omitempty"` // nil: not one of ours
	} `json:"metadata"`
}

// origin is what a kernel was made from.
type origin struct {
	Module string `json:"module"` // root
	Go     string `json:"go"`     // the go command at that time
}

// newSpec describes the kernel in folder.
func newSpec(folder, name string, from origin) spec {
	s := spec{
		Argv: []string{
			program(folder, launcher), "-module", from.Module, "-go", from.Go, "-connection", "{connection_file}",
		},
		DisplayName:   "Go (Lightfast)",
		Language:      "go",
		InterruptMode: "message",
	}
	if name != DefaultName {
		s.DisplayName = "Go (Lightfast, " + name + ")"
	}
	s.Metadata.Lightfast = &from
	return s
}

func (s spec) write(folder string) error {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return whole.Write(filepath.Join(folder, kernelJSON), append(data, '\n'))
}

// errForeign is another program's kernel.
var errForeign = errors.New("not a kernel of Lightfast")

// readSpec reads the kernel in folder. The error wraps fs.ErrNotExist if there
// is none and errForeign if it is not ours.
func readSpec(folder string) (spec, error) {
	var s spec
	path := filepath.Join(folder, kernelJSON)
	data, err := os.ReadFile(path)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return s, fmt.Errorf("%s: %w; install the kernel again", path, err)
	}
	if s.Metadata.Lightfast == nil || len(s.Argv) == 0 {
		return s, fmt.Errorf("%s: %w; choose another --name", path, errForeign)
	}
	return s, nil
}

// broken reports the first thing that the kernel in folder lacks.
func (s spec) broken(folder string) error {
	for _, p := range programs {
		path := program(folder, p.name)
		if info, err := os.Stat(path); err != nil {
			return fmt.Errorf("%w; install the kernel again", err)
		} else if info.IsDir() || info.Mode().Perm()&0o111 == 0 && unsupported() == nil {
			return fmt.Errorf("%s: not a program that can be run; install the kernel again", path)
		}
	}
	if s.Argv[0] != program(folder, launcher) {
		return fmt.Errorf("%s starts %s, which is not in this folder; install the kernel again", filepath.Join(folder, kernelJSON), s.Argv[0])
	}
	if _, err := moduleAt(s.Metadata.Lightfast.Module); err != nil {
		return fmt.Errorf("the module that the kernel was installed from: %w; install the kernel again from where it is now", err)
	}
	return nil
}

// absent tells whether err means that there is no kernel.
func absent(err error) bool { return errors.Is(err, fs.ErrNotExist) }
