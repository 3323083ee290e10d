package bench

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"lightfast/pnn/lane"
)

// Names of the peers.
const (
	openBLAS    = "OpenBLAS"
	fftwName    = "FFTW"
	pyTorch     = "PyTorch"
	authorsCode = "authors' code"
)

// source tells how a peer is started. An error of command says what is missing
// and how to get it.
type source struct {
	name    string
	command func(ctx context.Context) (argv []string, err error)
}

// sources are the peers of scripts/peers. The authors' code takes part where
// LIGHTFAST_AUTHORS names it.
func sources() []source {
	s := []source{
		{openBLAS, func(ctx context.Context) ([]string, error) { return compiled(ctx, "blas") }},
		{fftwName, func(ctx context.Context) ([]string, error) { return compiled(ctx, "fftw") }},
		{pyTorch, func(context.Context) ([]string, error) { return python() }},
	}
	if os.Getenv("LIGHTFAST_AUTHORS") != "" {
		s = append(s, source{authorsCode, func(context.Context) ([]string, error) { return python("authors") }})
	}
	return s
}

// peersFolder finds scripts/peers of the module that the working folder is in.
func peersFolder() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		if mod, err := os.ReadFile(filepath.Join(at, "go.mod")); err == nil && bytes.HasPrefix(mod, []byte("module lightfast\n")) {
			return filepath.Join(at, "scripts", "peers"), nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("%s is not inside the lightfast module, whose scripts/peers hold the peers; run it from there", dir)
		}
	}
}

// python is the command of the PyTorch peer.
func python(args ...string) ([]string, error) {
	folder, err := peersFolder()
	if err != nil {
		return nil, err
	}
	interpreter := os.Getenv("LIGHTFAST_PYTHON")
	if interpreter == "" {
		interpreter = "python3"
	}
	path, err := exec.LookPath(interpreter)
	if err != nil {
		return nil, fmt.Errorf("no Python: %w; apt-get install python3, pip install torch, or let LIGHTFAST_PYTHON name an interpreter that has it", err)
	}
	// -B: the folder of the sources stays as it is.
	return append([]string{path, "-B", filepath.Join(folder, "torch_peer.py")}, args...), nil
}

// compiled is the command of a peer in C, compiled into the user's cache unless
// it is there from before. The name of the folder holds the hash of all sources
// and the instruction set, since peers are compiled for the machine they run on.
func compiled(ctx context.Context, name string) ([]string, error) {
	folder, err := peersFolder()
	if err != nil {
		return nil, err
	}
	hash := sha256.New()
	fmt.Fprintln(hash, lane.ISA())
	for _, file := range []string{"build", "peer.h", name + ".c"} {
		data, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			return nil, fmt.Errorf("a source is missing: %w; restore it from the repository", err)
		}
		fmt.Fprintln(hash, file, len(data))
		hash.Write(data)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("no folder for the compiled program: %w", err)
	}
	into := filepath.Join(cache, "lightfast", fmt.Sprintf("peers-%x", hash.Sum(nil)[:8]))
	program := filepath.Join(into, name)
	if _, err := os.Stat(program); err == nil {
		return []string{program}, nil
	}
	if err := build(ctx, folder, into, name); err != nil {
		return nil, err
	}
	return []string{program}, nil
}

// build runs scripts/peers/build. The program appears in its folder when it is
// complete.
func build(ctx context.Context, folder, into, name string) error {
	shell, err := exec.LookPath("bash")
	if err != nil {
		return fmt.Errorf("no bash to run %s: %w", filepath.Join(folder, "build"), err)
	}
	if err := os.MkdirAll(into, 0o755); err != nil {
		return fmt.Errorf("no folder for the compiled program: %w", err)
	}
	temporary, err := os.MkdirTemp(into, ".build-")
	if err != nil {
		return fmt.Errorf("no folder for the compiled program: %w", err)
	}
	defer os.RemoveAll(temporary)
	out, err := exec.CommandContext(ctx, shell, filepath.Join(folder, "build"), temporary, name).CombinedOutput()
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return errors.New(firstError(string(out), err))
	}
	if err := os.Rename(filepath.Join(temporary, name), filepath.Join(into, name)); err != nil {
		return fmt.Errorf("the compiled program cannot be kept: %w", err)
	}
	return nil
}

// firstError is the line of a compiler's output that says most: the first with
// "error" in it, else the last.
func firstError(out string, err error) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	for _, l := range lines {
		if strings.Contains(l, "error") {
			return l
		}
	}
	if last := lines[len(lines)-1]; last != "" {
		return last
	}
	return err.Error()
}

// crew holds the peers that have been started, and why others have not.
type crew struct {
	sources  []source
	patience patience
	running  map[string]*peer
	missing  map[string]error
}

func newCrew(sources []source, p patience) *crew {
	return &crew{sources: sources, patience: p, running: map[string]*peer{}, missing: map[string]error{}}
}

// known tells whether there is a peer of this name at all.
func (c *crew) known(name string) bool {
	for _, s := range c.sources {
		if s.name == name {
			return true
		}
	}
	return false
}

// get returns the peer of a name, started when it is wanted first. An error says
// why it is not there and stays the same at further calls.
func (c *crew) get(ctx context.Context, name string) (*peer, error) {
	if p := c.running[name]; p != nil {
		return p, nil
	}
	if err := c.missing[name]; err != nil {
		return nil, err
	}
	for _, s := range c.sources {
		if s.name != name {
			continue
		}
		argv, err := s.command(ctx)
		if err == nil {
			var p *peer
			if p, err = startPeer(ctx, name, argv, c.patience); err == nil {
				c.running[name] = p
				return p, nil
			}
		} else {
			err = fmt.Errorf("%s: %w", name, err)
		}
		if ctx.Err() == nil {
			c.missing[name] = err
		}
		return nil, err
	}
	return nil, fmt.Errorf("%s: no such peer", name)
}

// dismiss ends all peers.
func (c *crew) dismiss() {
	for _, s := range c.sources {
		if p := c.running[s.name]; p != nil && p.gone == nil {
			p.close()
		}
	}
}
