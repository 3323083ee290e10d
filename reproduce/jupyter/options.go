package jupyter

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
)

// DefaultName is the name of the kernel where none is given.
const DefaultName = "lightfast"

// Options say which kernel is meant. The zero value means the kernel
// "lightfast" of this user, made from the module around the working directory,
// without a word about it.
type Options struct {
	User   bool   // in the user's Jupyter folder, as is the default
	Prefix string // in PREFIX/share/jupyter instead: a virtual environment, /usr/local
	Name   string // letters, digits and ._- ; empty: DefaultName
	Module string // root of the Lightfast module; empty: the one around the working directory

	Out io.Writer // progress and findings; nil: nowhere
}

var kernelName = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

func (o Options) name() (string, error) {
	if o.Name == "" {
		return DefaultName, nil
	}
	if !kernelName.MatchString(o.Name) || o.Name == "." || o.Name == ".." {
		return "", fmt.Errorf("kernel name %q: expected letters, digits and the characters ._- (--name)", o.Name)
	}
	return o.Name, nil
}

func (o Options) say(format string, args ...any) {
	if o.Out != nil {
		fmt.Fprintf(o.Out, format+"\n", args...)
	}
}

// module is the root of the module that the kernel is made from.
func (o Options) module() (string, error) {
	if o.Module != "" {
		return moduleAt(o.Module)
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	return enclosingModule(dir)
}

// folder is where the kernel belongs: DATA/kernels/NAME.
func (o Options) folder() (string, error) {
	name, err := o.name()
	if err != nil {
		return "", err
	}
	if o.User && o.Prefix != "" {
		return "", errors.New("both a user installation and a prefix are asked for; choose --user or --prefix")
	}
	data := filepath.Join(o.Prefix, "share", "jupyter")
	if o.Prefix == "" {
		if data, err = userData(); err != nil {
			return "", err
		}
	}
	if data, err = filepath.Abs(data); err != nil {
		return "", err
	}
	return filepath.Join(data, "kernels", name), nil
}

// userData is the user's Jupyter data folder, as jupyter_core defines it.
func userData() (string, error) {
	if dir := os.Getenv("JUPYTER_DATA_DIR"); dir != "" {
		return dir, nil
	}
	if runtime.GOOS == "windows" {
		if dir := os.Getenv("APPDATA"); dir != "" {
			return filepath.Join(dir, "jupyter"), nil
		}
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("data folder of Jupyter: %w; set JUPYTER_DATA_DIR, or install with --prefix", err)
	}
	switch runtime.GOOS {
	case "darwin":
		return filepath.Join(home, "Library", "Jupyter"), nil
	case "windows":
		return filepath.Join(home, ".jupyter", "data"), nil
	}
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "jupyter"), nil
	}
	return filepath.Join(home, ".local", "share", "jupyter"), nil
}

// dataFolders lists the folders where Jupyter looks for kernels, in about the
// order in which it does: JUPYTER_PATH, the environment's, the user's, the
// system's.
func dataFolders() []string {
	var dirs []string
	add := func(dir string) {
		if dir != "" && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	for _, d := range filepath.SplitList(os.Getenv("JUPYTER_PATH")) {
		add(d)
	}
	if user, err := userData(); err == nil {
		add(user)
	}
	for _, env := range []string{"VIRTUAL_ENV", "CONDA_PREFIX"} {
		if p := os.Getenv(env); p != "" {
			add(filepath.Join(p, "share", "jupyter"))
		}
	}
	// A Jupyter that is started from its environment without activating it
	// looks beside itself.
	if j, err := findJupyter(); err == nil && j.module == "" {
		add(filepath.Join(filepath.Dir(filepath.Dir(j.program)), "share", "jupyter"))
	}
	if runtime.GOOS == "windows" {
		add(filepath.Join(os.Getenv("PROGRAMDATA"), "jupyter"))
		return dirs
	}
	add("/usr/local/share/jupyter")
	add("/usr/share/jupyter")
	return dirs
}
