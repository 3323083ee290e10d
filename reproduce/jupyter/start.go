package jupyter

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Start is what Jupyter starts, through the launcher of an installed kernel.
type Start struct {
	Connection string // file in which Jupyter says how to talk to it
	Module     string // the module that the kernel was installed from
	Go         string // the go command at that time, for where the PATH has none
	Bin        string // folder with gonb and goimports
}

// Run becomes GoNB for notebooks in the working directory. If that cannot be, it
// answers cells with the reason until Jupyter ends it, and then returns the
// reason.
func (s Start) Run(ctx context.Context) error {
	if s.Connection == "" {
		return errors.New("no connection file: this program is started by Jupyter, as kernel.json says; install the kernel with: go run ./reproduce kernel install")
	}
	// On success run does not return on Unix.
	why := s.run(ctx)
	if why == nil {
		return nil
	}
	return errors.Join(why, explain(ctx, s.Connection, why))
}

func (s Start) run(ctx context.Context) error {
	if err := unsupported(); err != nil {
		return err
	}
	dir, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("the notebook's folder: %w; has it been removed?", err)
	}
	root, err := s.root(dir)
	if err != nil {
		return err
	}
	// A toolchain that has to be fetched may keep us waiting; Jupyter gives a
	// kernel a minute.
	soon, cancel := context.WithTimeout(ctx, 40*time.Second)
	defer cancel()
	t, err := newToolchain(soon, root, s.Go, s.Bin)
	if err != nil {
		return err
	}
	path := filepath.Join(s.Bin, gonb)
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("%w; install the kernel again: go run ./reproduce kernel install", err)
	}
	return become(path, []string{path, "--kernel", s.Connection, "--go_work", root}, t.cells())
}

// root is the module for notebooks in dir.
func (s Start) root(dir string) (string, error) {
	root, err := enclosingModule(dir)
	if err != nil {
		root, err = moduleAt(s.Module)
	}
	if err != nil {
		return "", fmt.Errorf("module lightfast is neither around this notebook nor where the kernel was installed from: %w; go to where it is now and install the kernel again: go run ./reproduce kernel install", err)
	}
	if strings.Contains(root, ",") {
		return "", fmt.Errorf("%s: GoNB takes the comma for the end of the path; rename the folder and install the kernel again", root)
	}
	return root, nil
}
