package jupyter

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// imported are the packages that notebooks import. They are compiled ahead
// together with everything below them.
var imported = []string{"./kernel", "./pnn/...", "./reproduce/figures", "./reproduce/engine", "./reproduce/bundle"}

// cold counts the packages that the build cache does not hold yet.
func (t *toolchain) cold(ctx context.Context, root string) (int, error) {
	args := append([]string{"build", "-n"}, imported...)
	c := t.command(ctx, root, args...)
	out, err := c.CombinedOutput() // -n says on stderr what would be done
	if err != nil {
		return 0, goError(ctx, args, string(out), err)
	}
	n := 0
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "/compile ") || strings.Contains(line, `\compile.exe`) {
			n++
		}
	}
	return n, nil
}

// warm compiles what notebooks import, so that the first cell takes seconds,
// and then a cell as GoNB would, without network.
func (o Options) warm(ctx context.Context, t *toolchain, root string) error {
	total, err := t.cold(ctx, root)
	if err != nil {
		return err
	}
	if total == 0 {
		o.say("build cache: warm already")
	} else if err := o.compile(ctx, t, root, total); err != nil {
		return err
	}
	err = t.tryCell(ctx, root)
	if err != nil && ctx.Err() == nil {
		// go get reads what all modules of go.mod require, those too that nothing
		// compiled comes from; where nothing was ever downloaded they are missing.
		o.say("fetching the other modules of go.mod")
		if _, e := t.run(ctx, root, "mod", "download"); e != nil {
			err = errors.Join(err, e)
		} else {
			err = t.tryCell(ctx, root)
		}
	}
	if err != nil {
		return fmt.Errorf("a first cell does not compile without network: %w", err)
	}
	o.say("a first cell compiles, without network")
	return nil
}

// compile compiles total packages and says now and then how far it is.
func (o Options) compile(ctx context.Context, t *toolchain, root string, total int) error {
	args := append([]string{"build", "-v"}, imported...)
	c := t.command(ctx, root, args...)
	names, err := c.StderrPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return goError(ctx, args, "", err)
	}
	// -v prints the name of each package when it is compiled; whatever else
	// comes is a complaint.
	var complaint strings.Builder
	done, said := 0, time.Now()
	lines := bufio.NewScanner(names)
	for lines.Scan() {
		if strings.ContainsAny(lines.Text(), " \t") {
			complaint.WriteString(lines.Text() + "\n")
			continue
		}
		if done++; time.Since(said) > 2*time.Second {
			said = time.Now()
			o.say("build cache: %d of %d packages (%s)", min(done, total), total, lines.Text())
		}
	}
	if err := c.Wait(); err != nil {
		return goError(ctx, args, complaint.String(), err)
	}
	o.say("build cache: %d packages compiled", total)
	return nil
}

// tryCell does what GoNB does with a cell: a module of its own, in a workspace
// with root.
func (t *toolchain) tryCell(ctx context.Context, root string) error {
	dir, err := os.MkdirTemp("", "lightfast-cell-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	const cell = `package main

import (
	"fmt"

	"lightfast/kernel"
)

func main() { fmt.Println(kernel.Context()) }
`
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(cell), 0o644); err != nil {
		return err
	}
	offline := *t
	offline.env = t.cells()
	for _, args := range [][]string{
		{"mod", "init", "cell"},
		{"work", "init"},
		{"work", "use", root, "."},
		{"mod", "edit", "-replace=" + ModulePath + "=" + root},
		{"get"},
		{"build", "-o", filepath.Join(dir, "cell.exe")},
	} {
		if _, err := offline.run(ctx, dir, args...); err != nil {
			return err
		}
	}
	return nil
}
