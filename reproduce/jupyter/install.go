package jupyter

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"lightfast/pnn/whole"
)

// Install builds the kernel, makes it known to Jupyter and compiles ahead what
// notebooks import. It takes some seconds, and a minute or two where nothing
// has been compiled before. An older kernel of the same name is replaced whole
// when the new one is ready, so that a failure leaves it as it was.
func Install(ctx context.Context, o Options) error {
	if err := unsupported(); err != nil {
		return err
	}
	name, err := o.name()
	if err != nil {
		return err
	}
	folder, err := o.folder()
	if err != nil {
		return err
	}
	root, err := o.module()
	if err != nil {
		return err
	}
	if _, err := readSpec(folder); errors.Is(err, errForeign) {
		return err
	}
	t, err := newToolchain(ctx, root, "", "")
	if err != nil {
		return err
	}
	o.say("module %s, %s", root, t.version)
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return whole.Explain(folder, err)
	}
	// Jupyter ignores folders without kernel.json, which comes last.
	next, err := os.MkdirTemp(filepath.Dir(folder), ".lightfast-")
	if err != nil {
		return whole.Explain(folder, err)
	}
	defer os.RemoveAll(next)
	if err := os.Chmod(next, 0o755); err != nil { // others may use what is installed for all
		return whole.Explain(folder, err)
	}
	if err := o.build(ctx, t, root, next); err != nil {
		return err
	}
	if err := o.warm(ctx, t, root); err != nil {
		return err
	}
	if err := writeLogos(next); err != nil {
		return err
	}
	if err := newSpec(folder, name, origin{Module: root, Go: t.program}).write(next); err != nil {
		return err
	}
	if err := replaceFolder(folder, next); err != nil {
		return whole.Explain(folder, err)
	}
	o.say("kernel %q installed in %s", name, folder)
	if _, err := findJupyter(); err != nil {
		o.say("note: %v", err)
	}
	if err := unseen(dataFolders(ctx), folder); err != nil {
		o.say("note: %v", err)
	}
	return nil
}

// replaceFolder moves next to folder. What was there stays until then, and a
// kernel that still runs from it goes on.
func replaceFolder(folder, next string) error {
	old := next + ".old"
	err := os.Rename(folder, old)
	if err != nil && !absent(err) {
		return err
	}
	if err := os.Rename(next, folder); err != nil {
		return errors.Join(err, os.Rename(old, folder))
	}
	return os.RemoveAll(old)
}

// Uninstall removes a kernel that Install has put there. The build cache stays.
func Uninstall(o Options) error {
	folder, err := o.folder()
	if err != nil {
		return err
	}
	if _, err := readSpec(folder); absent(err) {
		return fmt.Errorf("%s: no kernel of this name is installed there%s", folder, o.elsewhere())
	} else if errors.Is(err, errForeign) {
		return err
	}
	if err := os.RemoveAll(folder); err != nil {
		return fmt.Errorf("%w; this user may not remove it: try again as the one who installed it", err)
	}
	o.say("kernel removed from %s", folder)
	return nil
}

// elsewhere names the kernels that are installed, for those who look in the
// wrong place.
func (o Options) elsewhere() string {
	s := ""
	for _, i := range List() {
		s += fmt.Sprintf("; there is %q in %s", i.Name, i.Folder)
	}
	return s
}
