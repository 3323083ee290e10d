package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
)

// Verify checks every artifact below a folder against its manifest and against
// its own content hash, and returns a line for each that is not as it was
// written, and the number of artifacts.
func Verify(dir string) (problems []string, count int, err error) {
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, 0, err
	}
	found, err := artifact.VerifyManifest(dir)
	if err != nil {
		return nil, 0, err
	}
	named := map[string]bool{}
	for _, p := range found {
		problems = append(problems, p.String())
		named[p.Path] = true
	}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".arrow" {
			return err
		}
		count++
		if _, err := artifact.Inspect(path); err != nil {
			if rel, _ := filepath.Rel(dir, path); !named[filepath.ToSlash(rel)] {
				problems = append(problems, err.Error())
			}
		}
		return nil
	})
	return problems, count, err
}

// Compare says which of the artifacts of the planned runs differ in content from
// those in another output folder: the number that both have, and a line for each
// difference.
func (o Options) Compare(other string) (same int, different []string, err error) {
	there := o
	there.Out = other
	for _, r := range o.Plan() {
		ours, theirs := experiment.Files(o.RunDir(r), r), experiment.Files(there.RunDir(r), r)
		for i := range ours {
			if _, err := os.Stat(theirs[i]); errors.Is(err, fs.ErrNotExist) {
				continue
			}
			a, err := artifact.Inspect(ours[i])
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return 0, nil, err
			}
			b, err := artifact.Inspect(theirs[i])
			if err != nil {
				return 0, nil, err
			}
			if a.Provenance.Content != b.Provenance.Content {
				different = append(different, fmt.Sprintf("%s differs from %s", ours[i], theirs[i]))
				continue
			}
			same++
		}
	}
	return same, different, nil
}

// Rerun repeats the runs of the chosen figures that have results in o.Out in a
// temporary folder and compares them bit for bit.
func (o Options) Rerun(ctx context.Context) (same int, different []string, err error) {
	tmp, err := os.MkdirTemp("", "lightfast-rerun-")
	if err != nil {
		return 0, nil, err
	}
	defer os.RemoveAll(tmp)
	again := o
	again.Out = tmp
	var have []experiment.Run
	for _, r := range o.Plan() {
		if res, err := o.results(r); err != nil {
			return 0, nil, err
		} else if res != nil {
			have = append(have, r)
		}
	}
	if len(have) == 0 {
		return 0, nil, fmt.Errorf("%s has no results of profile %s to repeat", o.Out, o.Profile.Name)
	}
	again.runs = have
	if err := again.execute(ctx); err != nil {
		return 0, nil, err
	}
	return again.Compare(o.Out)
}
