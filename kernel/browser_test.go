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
// JupyterHub, and where the kernel's first acknowledgement of the page's connection
// is lost, as on a busy machine. The screenshots are in the folder that
// LIGHTFAST_SHOTS names, to be looked at.
func TestJupyterLabInABrowser(t *testing.T) {
	installed(t)
	shots := cmp.Or(os.Getenv("LIGHTFAST_SHOTS"), t.TempDir())
	for _, c := range []struct {
		name string
		args []string
	}{
		{"plain", []string{"/"}},
		{"hub", []string{"/user/x/"}},
		{"lossy", []string{"/", "lossy"}},
	} {
		args := append([]string{"testdata/browser.py", "test", filepath.Join(shots, c.name)}, c.args...)
		cmd := exec.CommandContext(t.Context(), cmp.Or(os.Getenv("LIGHTFAST_PYTHON"), "python3"), args...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", c.name, err, out)
		} else {
			t.Logf("%s: %s", c.name, out)
		}
	}
}
