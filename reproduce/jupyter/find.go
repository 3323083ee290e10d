package jupyter

import (
	"errors"
	"os/exec"
	"path/filepath"
)

// foundJupyter is a way to start Jupyter.
type foundJupyter struct {
	program string
	module  string // run as program -m module; empty: as program
}

func (j foundJupyter) String() string {
	if j.module == "" {
		return j.program
	}
	return j.program + " -m " + j.module
}

// findJupyter looks for Jupyter on the PATH, as a program or as a module of the
// Python there.
func findJupyter() (foundJupyter, error) {
	for _, name := range []string{"jupyter-lab", "jupyter", "jupyter-notebook"} {
		if p, err := exec.LookPath(name); err == nil {
			if p, err = filepath.Abs(p); err == nil {
				return foundJupyter{program: p}, nil
			}
		}
	}
	for _, python := range []string{"python3", "python"} {
		p, err := exec.LookPath(python)
		if err != nil {
			continue
		}
		for _, module := range []string{"jupyterlab", "notebook"} {
			if exec.Command(p, "-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('"+module+"') is None)").Run() == nil {
				return foundJupyter{p, module}, nil
			}
		}
	}
	return foundJupyter{}, errors.New("no Jupyter on the PATH, neither as a program nor in Python; install it with python3 -m pip install jupyterlab (in a virtual environment: python3 -m venv ~/jupyter), or open the notebooks in an editor that runs Jupyter kernels")
}
