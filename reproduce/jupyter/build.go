package jupyter

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// The programs of a kernel, in its folder bin.
const (
	launcher  = "lightfast-kernel"
	gonb      = "gonb"
	goimports = "goimports"
)

// programs are built from these packages, in versions that go.mod pins. GoNB
// passes every cell through goimports.
var programs = []struct{ name, pkg string }{
	{launcher, ModulePath + "/reproduce/jupyter/launch"},
	{gonb, "github.com/janpfeifer/gonb"},
	{goimports, "golang.org/x/tools/cmd/goimports"},
}

// program is the path of a program in a kernel's folder.
func program(folder, name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(folder, "bin", name)
}

// unsupported is nil on systems that GoNB runs on.
func unsupported() error {
	if runtime.GOOS == "windows" {
		return fmt.Errorf("GoNB, the notebook kernel, talks to cells through named pipes that Windows does not have; use it in WSL (https://learn.microsoft.com/windows/wsl) or in the container")
	}
	return nil
}

// build builds the programs of a kernel into folder.
func (o Options) build(ctx context.Context, t *toolchain, root, folder string) error {
	if err := os.MkdirAll(filepath.Join(folder, "bin"), 0o755); err != nil {
		return err
	}
	for _, p := range programs {
		o.say("building %s (%s)", p.name, p.pkg)
		if _, err := t.run(ctx, root, "build", "-o", program(folder, p.name), p.pkg); err != nil {
			return fmt.Errorf("building %s: %w; the first build downloads what go.mod names, so a network may be needed (go mod download)", p.name, err)
		}
	}
	return nil
}
