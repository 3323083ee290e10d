package jupyter

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// errSick is what Doctor returns when something is missing; what it is has been
// printed.
var errSick = errors.New("something that the notebook kernel needs is missing; what to do stands above")

// finding is one line of the doctor's.
type finding struct {
	what string
	said string // when all is well
	err  error  // says what is wrong and what to do, divided by "; "
}

// Doctor examines everything between a notebook and its results and prints a
// line each: ok, or the problem and what to do about it. It returns an error if
// anything that is needed is missing. Nothing is changed or downloaded.
//
// The kernel examined is the one in the user's folder or under the prefix if o
// says so, and else the one of this name that Jupyter finds first.
func Doctor(ctx context.Context, o Options) error {
	sick := false
	for _, f := range o.examine(ctx) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if f.err == nil {
			o.say("ok       %-16s  %s", f.what, f.said)
			continue
		}
		sick = true
		wrong, remedy, _ := strings.Cut(f.err.Error(), "; ")
		o.say("problem  %-16s  %s", f.what, wrong)
		if remedy != "" {
			o.say("         %-16s  -> %s", "", remedy)
		}
	}
	if sick {
		return errSick
	}
	return nil
}

func (o Options) examine(ctx context.Context) (all []finding) {
	add := func(what, said string, err error) { all = append(all, finding{what, said, err}) }

	folder, err := o.folder()
	if err != nil {
		add("options", "", err)
		return all
	}
	add("system", "GoNB runs here", unsupported())

	dirs := dataFolders(ctx)
	anywhere := !o.User && o.Prefix == ""
	if taken := inUse(dirs, filepath.Base(folder)); anywhere && taken != "" {
		folder = taken
	}
	s, specErr := readSpec(folder)
	switch {
	case absent(specErr) && anywhere:
		specErr = fmt.Errorf("none named %q where Jupyter looks (%s)%s; install it with: go run ./reproduce kernel install%s (one that lies elsewhere is examined with --prefix)", filepath.Base(folder), strings.Join(dirs, ", "), o.elsewhere(), o.flags())
	case absent(specErr):
		specErr = fmt.Errorf("%s: the kernel is not installed there%s; install it with: go run ./reproduce kernel install%s", folder, o.elsewhere(), o.flags())
	}
	// The module around the working directory is what a notebook here uses; the
	// kernel's own is what all others do.
	root, rootErr := o.module()
	known := ""
	if specErr == nil {
		known = s.Metadata.Lightfast.Go
		if rootErr != nil {
			root, rootErr = moduleAt(s.Metadata.Lightfast.Module)
		}
	}

	var t *toolchain
	if rootErr == nil {
		bin := ""
		if specErr == nil {
			bin = filepath.Join(folder, "bin")
		}
		var err error
		t, err = newToolchain(ctx, root, known, bin)
		said := ""
		if err == nil {
			said = t.version + " at " + t.program
		}
		add("Go", said, err)
	} else {
		p, err := findGo(known)
		add("Go", p, err)
	}
	add("module", root, rootErr)

	jupyter, err := findJupyter()
	add("Jupyter", jupyter.String(), err)

	add("kernel", folder, specErr)
	if specErr == nil {
		for _, p := range programs {
			_, err := os.Stat(program(folder, p.name))
			if err != nil {
				err = fmt.Errorf("%w; install the kernel again", err)
			}
			add(p.name, program(folder, p.name), err)
		}
		if err := s.broken(folder); err != nil {
			add("kernel.json", "", err)
		}
		if err := unseen(dirs, folder); err != nil {
			add("kernel.json", "", err)
		}
	}
	if t != nil {
		n, err := t.cold(ctx, root)
		if err == nil && n > 0 {
			err = fmt.Errorf("%d packages that notebooks import are not compiled yet, so that a first cell takes long; install the kernel (again) to compile them", n)
		}
		add("build cache", "holds what notebooks import", err)
	}
	said, err := writable()
	add("this folder", said, err)
	said, err = data()
	add("data", said, err)
	return all
}

// writable checks that a notebook in the working directory can leave results
// beside itself.
func writable() (string, error) {
	f, err := os.CreateTemp(".", ".lightfast-*")
	if err != nil {
		return "", fmt.Errorf("cells cannot write here: %w; copy the notebooks to a folder of your own, or let cells write elsewhere (engine.Options.Out, names with a folder in kernel.Save)", err)
	}
	if err := errors.Join(f.Close(), os.Remove(f.Name())); err != nil {
		return "", err
	}
	return "cells can write here", nil
}

// data checks the folder with data sets, if there is meant to be one.
func data() (string, error) {
	const env = "LIGHTFAST_DATA"
	dir := os.Getenv(env)
	if dir == "" {
		return "no folder set; generated data need none, published sets are downloaded when first used", nil
	}
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is a file", dir)
	}
	if err != nil {
		return "", fmt.Errorf("folder named by %s: %w; correct or unset %s, then start Jupyter again (unset: published sets are downloaded when first used)", env, err, env)
	}
	var have []string
	for _, set := range []string{"mnist", "fashion-mnist"} {
		if _, err := os.Stat(filepath.Join(dir, set)); err == nil {
			have = append(have, set)
		}
	}
	if have == nil {
		return dir + " (no folder mnist or fashion-mnist in it)", nil
	}
	return dir + " (" + strings.Join(have, ", ") + ")", nil
}
