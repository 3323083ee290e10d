package bundle

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"lightfast/pnn/train"
	"lightfast/reproduce/engine"
)

// Extension is how names of bundles end.
const Extension = ".zip"

// Options say what to bundle and where to.
type Options struct {
	// Results names the figures, their profile and the folder Out that holds
	// their artifacts, as for the run that made them.
	Results engine.Options
	// To is the file to write, which ends in .zip.
	To string
	// Root is the folder of the project, which has CITATION.cff, LICENSE and
	// notebooks; empty: that which encloses the working directory.
	Root string
	// Authors of the bundle; none: those of CITATION.cff.
	Authors []string
	// Published is the date of the bundle, 2006-01-02; empty: date-released of
	// CITATION.cff, or the year of LICENSE if it has none. No clock is read.
	Published string
	// Errors is the folder of given chips that the runs were made with. It is
	// only named in commands that an error recommends.
	Errors string
}

func (o *Options) check() error {
	if !strings.EqualFold(filepath.Ext(o.To), Extension) {
		return fmt.Errorf("bundle: %q: a bundle is a zip archive: give a name that ends in %s", o.To, Extension)
	}
	if len(o.Results.Figures) == 0 {
		return fmt.Errorf("bundle: no figure: name at least one; reproduce list shows them")
	}
	if o.Results.Only != "" {
		return fmt.Errorf("bundle: only runs named %q: a bundle holds all runs of its figures; leave Only empty", o.Results.Only)
	}
	seen := map[string]bool{}
	for _, f := range o.Results.Figures {
		if seen[f.ID] {
			return fmt.Errorf("bundle: figure %s is named twice; name it once", f.ID)
		}
		seen[f.ID] = true
	}
	if o.Published != "" {
		if _, err := time.Parse(time.DateOnly, o.Published); err != nil {
			return fmt.Errorf("bundle: date %q: want a day as 2006-01-02", o.Published)
		}
	}
	for i, a := range o.Authors {
		if strings.TrimSpace(a) == "" || strings.ContainsAny(a, "\r\n") {
			return fmt.Errorf("bundle: author %d is %q: give a name", i+1, a)
		}
	}
	if o.Root != "" {
		return nil
	}
	var err error
	o.Root, err = enclosing(".")
	return err
}

var moduleLine = regexp.MustCompile(`(?m)^module\s+"?lightfast"?\s*$`)

// enclosing returns the root of the checkout that holds dir.
func enclosing(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("bundle: %w", err)
	}
	for at := dir; ; at = filepath.Dir(at) {
		if text, err := os.ReadFile(filepath.Join(at, "go.mod")); err == nil && moduleLine.Match(text) {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("bundle: %s is not in a checkout of Lightfast, whose CITATION.cff and LICENSE go into a bundle: go to one first", dir)
		}
	}
}

// command is the line that makes what is missing.
func (o *Options) command(verb string, ids []string) string {
	r := o.Results
	words := append([]string{"go run ./reproduce", verb}, ids...)
	words = append(words, "--profile", r.Profile.Name)
	if r.Profile.Template.Protocol == train.HeldOut {
		words = append(words, "--protocol", train.HeldOut)
	}
	if r.Profile.Given != nil {
		dir := o.Errors
		if dir == "" {
			dir = "DIR"
		}
		words = append(words, "--errors", dir)
	}
	return strings.Join(append(words, "--out", r.Out), " ")
}
