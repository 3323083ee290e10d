package jupyter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// toolchain is a Go command and the environment in which cells are compiled.
type toolchain struct {
	program string // absolute
	version string // as "go1.26.8": what it turns to within the module
	env     []string
}

const getGo = "install Go from https://go.dev/dl/ (or with the system's packages) and see to it that the command go is on the PATH"

// findGo finds the Go command on the PATH, or else at known, which may be
// empty: Jupyter is often started by something that knows less of a PATH than
// the shell in which the kernel was installed.
func findGo(known string) (string, error) {
	if p, err := exec.LookPath("go"); err == nil {
		return filepath.Abs(p)
	}
	if known != "" {
		if _, err := exec.LookPath(known); err == nil {
			return known, nil
		}
	}
	return "", fmt.Errorf("no command go on the PATH (%s); %s", os.Getenv("PATH"), getGo)
}

// newToolchain examines the Go command for work on the module at root. bin is a
// folder of programs that cells may use, put in front of the PATH; it may be
// empty.
func newToolchain(ctx context.Context, root, known, bin string) (*toolchain, error) {
	program, err := findGo(known)
	if err != nil {
		return nil, err
	}
	_, least, err := readGoMod(root)
	if err != nil {
		return nil, err
	}
	t := &toolchain{program: program, env: cellEnv(os.Environ(), bin, filepath.Dir(program))}
	// Within the module an older Go may turn to a newer toolchain by itself;
	// whether that works, network included, is for it to say.
	out, err := t.run(ctx, root, "env", "GOVERSION", "GOFLAGS")
	if err != nil {
		return nil, fmt.Errorf("%s is too old or does not work here: %w; Lightfast needs Go %s: %s", program, err, least, getGo)
	}
	v, flags, _ := strings.Cut(strings.TrimRight(out, "\n"), "\n")
	t.version = v
	if version.IsValid(v) && version.Compare(v, "go"+least) < 0 {
		return nil, fmt.Errorf("%s is %s, Lightfast needs Go %s; %s", program, v, least, getGo)
	}
	t.env = setenv(t.env, "GOFLAGS", cellFlags(flags))
	return t, nil
}

// cells is the environment of cells. They have the modules that go.mod pins and
// no others: GoNB asks go get before every cell, which would look on the network
// for newer and longer-named modules and fail without one. A notebook that wants
// more says so: %env GOPROXY=direct.
func (t *toolchain) cells() []string { return setenv(t.env, "GOPROXY", "off") }

// cellEnv returns environ as cells and the tools that compile them need it.
func cellEnv(environ []string, bin, goDir string) []string {
	env := slices.Clone(environ)
	for _, name := range []string{
		"GOWORK", "GO111MODULE", // cells live in a workspace of their own
		"GOOS", "GOARCH", // cells run here
	} {
		env = setenv(env, name, "")
	}
	path := filepath.SplitList(os.Getenv("PATH"))
	if bin != "" {
		path = append([]string{bin}, path...)
	}
	if !slices.Contains(path, goDir) {
		path = append(path, goDir)
	}
	return setenv(env, "PATH", strings.Join(path, string(os.PathListSeparator)))
}

// cellFlags are the flags of the go command for cells, given the user's own.
// -mod and -modfile cannot be used in a workspace. Without symbol tables a cell
// is linked a sixth of a second sooner; stack traces are the same. A version
// control system has nothing to say about a cell.
func cellFlags(user string) string {
	var flags []string
	ldflags, vcs := false, false
	for _, f := range splitFlags(user) {
		name, _, _ := strings.Cut(strings.TrimLeft(f, "-"), "=")
		switch name {
		case "mod", "modfile":
			continue
		case "ldflags":
			ldflags = true
		case "buildvcs":
			vcs = true
		}
		flags = append(flags, quoteFlag(f))
	}
	if !ldflags {
		flags = append(flags, quoteFlag("-ldflags=-s -w"))
	}
	if !vcs {
		flags = append(flags, "-buildvcs=false")
	}
	return strings.Join(flags, " ")
}

// splitFlags splits GOFLAGS as the go command does: at spaces, except in a
// field within quotes.
func splitFlags(s string) (flags []string) {
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		end := " "
		if s[0] == '\'' || s[0] == '"' {
			end, s = s[:1], s[1:]
		}
		f, rest, _ := strings.Cut(s, end)
		flags, s = append(flags, f), rest
	}
	return flags
}

func quoteFlag(f string) string {
	switch {
	case !strings.ContainsAny(f, " '\""):
		return f
	case strings.Contains(f, "'"):
		return `"` + f + `"`
	}
	return "'" + f + "'"
}

// setenv returns env with name set to value, or without name if value is empty.
func setenv(env []string, name, value string) []string {
	env = slices.DeleteFunc(slices.Clone(env), func(e string) bool {
		n, _, _ := strings.Cut(e, "=")
		return n == name || runtime.GOOS == "windows" && strings.EqualFold(n, name)
	})
	if value != "" {
		env = append(env, name+"="+value)
	}
	return env
}

// command prepares a go command in dir.
func (t *toolchain) command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, t.program, args...)
	c.Dir, c.Env = dir, setenv(t.env, "PWD", dir)
	return c
}

// run returns what a go command prints. An error holds what it complained about.
func (t *toolchain) run(ctx context.Context, dir string, args ...string) (string, error) {
	c := t.command(ctx, dir, args...)
	var out, complaint bytes.Buffer
	c.Stdout, c.Stderr = &out, &complaint
	if err := c.Run(); err != nil {
		return "", goError(ctx, args, complaint.String(), err)
	}
	return out.String(), nil
}

// goError says which go command failed and why.
func goError(ctx context.Context, args []string, complaint string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if s := strings.TrimSpace(complaint); s != "" {
		err = errors.New(s)
	}
	return fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
}
