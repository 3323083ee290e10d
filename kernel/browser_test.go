//go:build jupyter

package kernel_test

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// JupyterLab in a headless Chromium: the live view grows, an interrupt keeps the
// last epoch, a slider changes the figure; likewise below a base URL, as in
// JupyterHub. The screenshots are in the folder that LIGHTFAST_SHOTS names, to be
// looked at.
func TestJupyterLabInABrowser(t *testing.T) {
	installed(t)
	shots := cmp.Or(os.Getenv("LIGHTFAST_SHOTS"), t.TempDir())
	for name, base := range map[string]string{"plain": "/", "hub": "/user/x/"} {
		cmd := exec.CommandContext(t.Context(), cmp.Or(os.Getenv("LIGHTFAST_PYTHON"), "python3"),
			"testdata/browser.py", "test", filepath.Join(shots, name), base)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		} else {
			t.Logf("%s: %s", name, out)
		}
	}
}
