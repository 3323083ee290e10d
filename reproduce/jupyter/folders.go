package jupyter

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"
)

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

// dataFolders lists the folders where Jupyter looks for kernels, in its order. The
// Jupyter that is found says so itself: they depend on its Python's prefix and on
// more than one environment variable.
func dataFolders(ctx context.Context) []string {
	if j, err := findJupyter(); err == nil {
		if dirs := j.dataFolders(ctx); len(dirs) > 0 {
			return dirs
		}
	}
	return likelyFolders()
}

// dataFolders asks Jupyter. It returns none if it gets no answer.
func (j foundJupyter) dataFolders(ctx context.Context) []string {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for _, command := range j.paths() {
		out, err := exec.CommandContext(ctx, command[0], append(command[1:], "--paths", "--json")...).Output()
		var answer struct {
			Data []string `json:"data"`
		}
		if err == nil && json.Unmarshal(out, &answer) == nil && len(answer.Data) > 0 {
			return answer.Data
		}
	}
	return nil
}

// paths returns the commands that may know Jupyter's folders.
func (j foundJupyter) paths() (commands [][]string) {
	if j.module != "" {
		return [][]string{{j.program, "-m", "jupyter_core"}}
	}
	// The program jupyter lies beside all others of Jupyter, or beside what a
	// link on the PATH leads to.
	programs := []string{j.program}
	if p, err := filepath.EvalSymlinks(j.program); err == nil && p != j.program {
		programs = append(programs, p)
	}
	for _, p := range programs {
		if p, err := exec.LookPath(filepath.Join(filepath.Dir(p), "jupyter")); err == nil {
			commands = append(commands, []string{p})
		}
	}
	return commands
}

// inUse is the folder of the kernel that Jupyter takes for this name, empty if it
// finds none.
func inUse(dirs []string, name string) string {
	for _, dir := range dirs {
		folder := filepath.Join(dir, "kernels", name)
		if _, err := os.Stat(filepath.Join(folder, kernelJSON)); err == nil {
			return folder
		}
	}
	return ""
}

// unseen says why Jupyter does not take the kernel in folder, nil if it does.
func unseen(dirs []string, folder string) error {
	taken := inUse(dirs, filepath.Base(folder))
	a, errA := os.Stat(folder)
	b, errB := os.Stat(taken)
	if errA == nil && errB == nil && os.SameFile(a, b) {
		return nil
	}
	data := filepath.Dir(filepath.Dir(folder))
	if taken == "" {
		return fmt.Errorf("no folder in which Jupyter looks: %s; set JUPYTER_PATH=%s where Jupyter is started, or install the kernel for this user: go run ./reproduce kernel install", data, data)
	}
	return fmt.Errorf("of this name Jupyter takes the kernel in %s; remove that one, or give this one another name (--name)", taken)
}

// likelyFolders are the folders where a Jupyter that cannot be asked looks for
// kernels, in about the order in which it does: JUPYTER_PATH, the user's, the
// environment's, the system's.
func likelyFolders() []string {
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
