package artifact

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lightfast/pnn/whole"
)

// manifestName is where sha256sum users look. `sha256sum -c SHA256SUMS` verifies a folder too.
const manifestName = "SHA256SUMS"

// Trouble is what is wrong with a file of a folder.
type Trouble string

// What VerifyManifest finds.
const (
	Damaged  Trouble = "damaged"  // its bytes are not those that were listed
	Missing  Trouble = "missing"  // listed, but not there
	Unlisted Trouble = "unlisted" // there, but not listed
)

// Problem is a file that is not as SHA256SUMS says.
type Problem struct {
	Path    string // below the folder, with slashes
	Trouble Trouble
}

func (p Problem) String() string { return p.Path + ": " + string(p.Trouble) }

// WriteManifest lists the SHA-256 of every *.arrow file in dir and below it in
// dir/SHA256SUMS, sorted by path.
func WriteManifest(dir string) error {
	paths, err := artifactsIn(dir)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	for _, p := range paths {
		sum, err := hashFile(filepath.Join(dir, filepath.FromSlash(p)))
		if err != nil {
			return err
		}
		fmt.Fprintf(&text, "%s  %s\n", sum, p)
	}
	return whole.Write(filepath.Join(dir, manifestName), text.Bytes())
}

// VerifyManifest compares the *.arrow files in dir and below it with dir/SHA256SUMS and
// returns the differences sorted by path, none if all is well. The error is for what
// cannot be compared: a manifest that is absent or not in form, a file that cannot be read.
func VerifyManifest(dir string) ([]Problem, error) {
	listed, err := readManifest(filepath.Join(dir, manifestName))
	if err != nil {
		return nil, err
	}
	paths, err := artifactsIn(dir)
	if err != nil {
		return nil, err
	}
	var problems []Problem
	for _, p := range paths {
		want, ok := listed[p]
		delete(listed, p)
		if !ok {
			problems = append(problems, Problem{p, Unlisted})
			continue
		}
		sum, err := hashFile(filepath.Join(dir, filepath.FromSlash(p)))
		if err != nil {
			return nil, err
		}
		if sum != want {
			problems = append(problems, Problem{p, Damaged})
		}
	}
	for p := range listed {
		problems = append(problems, Problem{p, Missing})
	}
	slices.SortFunc(problems, func(a, b Problem) int { return cmp.Compare(a.Path, b.Path) })
	return problems, nil
}

func readManifest(path string) (map[string]string, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("artifact: %w; write the manifest of the folder first", err)
	}
	if err != nil {
		return nil, fmt.Errorf("artifact: %w", err)
	}
	listed := make(map[string]string)
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		// Version control on Windows may have changed the line ends.
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		sum, p, ok := strings.Cut(line, "  ")
		if !ok || !isSHA256(sum) || !strings.HasSuffix(p, extension) || !filepath.IsLocal(filepath.FromSlash(p)) {
			return nil, fmt.Errorf("artifact: %s, line %d: %w: %q: want 64 hexadecimal digits, two spaces and the path of an %s file; restore the manifest", path, number, ErrDamaged, line, extension)
		}
		if _, twice := listed[p]; twice {
			return nil, fmt.Errorf("artifact: %s, line %d: %w: %s is listed twice; restore the manifest", path, number, ErrDamaged, p)
		}
		listed[p] = sum
	}
	return listed, nil
}

// artifactsIn returns the slash paths of the *.arrow files below dir, sorted.
func artifactsIn(dir string) ([]string, error) {
	// The folder itself may be a link; a walk does not follow it.
	if there, err := filepath.EvalSymlinks(dir); err == nil {
		dir = there
	}
	var paths []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != extension {
			return err
		}
		if !d.Type().IsRegular() {
			return fmt.Errorf("%s: it is no regular file: put the artifact itself there, not a link", path)
		}
		if strings.ContainsAny(d.Name(), "\n\r\\") || strings.ContainsAny(filepath.ToSlash(path), "\n\r") {
			return fmt.Errorf("%q: the name has a line end or a backslash in it, which %s cannot hold: rename it", path, manifestName)
		}
		rel, err := filepath.Rel(dir, path)
		paths = append(paths, filepath.ToSlash(rel))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("artifact: %w", err)
	}
	slices.Sort(paths)
	return paths, nil
}

func hashFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("artifact: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("artifact: %s: reading: %w", path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
