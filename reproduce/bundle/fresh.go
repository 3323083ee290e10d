package bundle

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
	"lightfast/reproduce/figures"
)

// fresh tells whether the stored table of a figure is the one that its runs give
// now: a figure that was drawn before all of them had finished has gaps that its
// artifacts have not.
func (o *Options) fresh(f figures.Figure, table artifact.Info) error {
	var of struct{ Figure, Profile string }
	if err := json.Unmarshal(table.Provenance.Config, &of); err != nil || of.Figure != f.ID || of.Profile != o.Results.Profile.Folder() {
		return fmt.Errorf("%s: the table is of figure %q and profile %q, expected %s and %s", table.Path, of.Figure, of.Profile, f.ID, o.Results.Profile.Folder())
	}
	drawing, err := f.Draw(o.Results.Profile, func(r experiment.Run) (*experiment.Result, error) {
		res, err := experiment.Load(o.Results.RunDir(r), r)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return res, err
	})
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "lightfast-bundle-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	now, err := artifact.WriteTable(filepath.Join(tmp, "sweep.arrow"), table.Provenance, drawing.Sweep)
	if err != nil {
		return err
	}
	if now.Content != table.Provenance.Content {
		return fmt.Errorf("%s: it is out of date: the runs that are there give other numbers", table.Path)
	}
	return nil
}
