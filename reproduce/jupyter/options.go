package jupyter

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
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

// flags are those of the command line that ask for the same place and name.
func (o Options) flags() (s string) {
	if o.User {
		s += " --user"
	}
	if o.Prefix != "" {
		s += " --prefix " + o.Prefix
	}
	if o.Name != "" && o.Name != DefaultName {
		s += " --name " + o.Name
	}
	return s
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
