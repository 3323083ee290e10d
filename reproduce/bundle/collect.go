package bundle

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
	"lightfast/reproduce/figures"
)

// collection is what a bundle holds, before it is described and packed.
type collection struct {
	conf    configuration
	figures []figures.Figure
	runs    []experiment.Run
	data    map[string][]artifact.DataRef // by run
	goes    []string                      // versions of Go that wrote the artifacts
	cites   []string                      // keys of publications, those of the figures first
	files   []file                        // in the order in which they were found
}

// collect gathers the artifacts and pictures of the figures, or says which
// command makes what is missing, damaged or out of date.
func (o *Options) collect(ctx context.Context) (*collection, error) {
	r := o.Results
	c := &collection{figures: r.Figures, runs: r.Plan(), data: map[string][]artifact.DataRef{}}
	c.conf = configuration{Format: format, Code: experiment.Code, Profile: newProfileEntry(r.Profile), Figures: []figureEntry{}, Data: []artifact.DataRef{}}
	for _, f := range r.Figures {
		c.cite(f.Cites)
	}
	if err := o.complete(); err != nil {
		return nil, err
	}
	for _, run := range c.runs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := o.addRun(c, run); err != nil {
			return nil, err
		}
	}
	for _, f := range r.Figures {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := o.addFigure(c, f); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// complete makes sure that every run of the figures has a result.
func (o *Options) complete() error {
	var lines, ids []string
	for _, f := range o.Results.Figures {
		one := o.Results
		one.Figures = []figures.Figure{f}
		plan := one.Plan()
		var missing []string
		for _, r := range plan {
			if !experiment.Complete(o.Results.RunDir(r), r) {
				missing = append(missing, r.ID())
			}
		}
		if len(missing) > 0 {
			ids = append(ids, f.ID)
			lines = append(lines, fmt.Sprintf("  %s lacks %d of %d runs: %s", f.ID, len(missing), len(plan), several(missing)))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return fmt.Errorf("bundle: %s has no results of profile %s for some runs:\n%s\nmake them with\n  %s",
		o.Results.Out, o.Results.Profile.Folder(), strings.Join(lines, "\n"), o.command("run", ids))
}

// several lists the first few names.
func several(names []string) string {
	const few = 4
	if len(names) <= few {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), len(names)-few)
}

// addRun adds the artifacts and the configuration of a run.
func (o *Options) addRun(c *collection, r experiment.Run) error {
	id, names := r.ID(), runFiles(o.Results.Profile, r)
	again := func(err error) error {
		return fmt.Errorf("bundle: %w\nmake the run anew with\n  %s", err, o.command("run", []string{o.figureOf(id)}))
	}
	for i, path := range experiment.Files(o.Results.RunDir(r), r) {
		info, err := c.addArtifact(path, names[i])
		if err != nil {
			return again(err)
		}
		p := info.Provenance
		if !bytes.Equal(p.Config, r.Canonical()) {
			return again(fmt.Errorf("%s: the artifact describes another run than its name says; remove it", path))
		}
		if p.Code != experiment.Code {
			return again(fmt.Errorf("%s: computed by %s, this is %s, whose results differ; remove it", path, p.Code, experiment.Code))
		}
		if i == 0 {
			c.data[id] = p.Data
			c.cite(p.References)
			c.refer(p.Data)
		}
	}
	c.files = append(c.files, file{runName(id), r.Canonical()})
	return nil
}

// figureOf returns the first figure that rests on a run.
func (o *Options) figureOf(id string) string {
	for _, f := range o.Results.Figures {
		one := o.Results
		one.Figures = []figures.Figure{f}
		for _, r := range one.Plan() {
			if r.ID() == id {
				return f.ID
			}
		}
	}
	return ""
}

// addFigure adds table, pictures and notebooks of a figure.
func (o *Options) addFigure(c *collection, f figures.Figure) error {
	again := func(err error) error {
		return fmt.Errorf("bundle: %w\ndraw the figure with\n  %s", err, o.command("figures", []string{f.ID}))
	}
	one := o.Results
	one.Figures = []figures.Figure{f}
	entry := figureEntry{ID: f.ID, Title: f.Title, Runs: []string{}}
	for _, r := range one.Plan() {
		entry.Runs = append(entry.Runs, r.ID())
	}
	table, png, svg := figureFiles(o.Results.Profile, f.ID)
	dir := o.Results.FigureDir(f)
	info, err := c.addArtifact(filepath.Join(dir, filepath.Base(table)), table)
	if err != nil {
		return again(err)
	}
	if err := o.fresh(f, info); err != nil {
		return again(err)
	}
	for _, name := range []string{png, svg} {
		data, err := os.ReadFile(filepath.Join(dir, filepath.Base(name)))
		if err != nil {
			return again(err)
		}
		c.files = append(c.files, file{name, data})
	}
	if entry.Notebooks, err = o.addNotebooks(c, f.ID); err != nil {
		return err
	}
	c.conf.Figures = append(c.conf.Figures, entry)
	return nil
}

// addArtifact adds an artifact that is whole.
func (c *collection) addArtifact(path, name string) (artifact.Info, error) {
	info, err := artifact.Inspect(path)
	if err != nil {
		return info, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return info, err
	}
	if !slices.Contains(c.goes, info.Provenance.Go) {
		c.goes = append(c.goes, info.Provenance.Go)
	}
	c.files = append(c.files, file{name, data})
	return info, nil
}

func (c *collection) cite(keys []string) {
	for _, k := range keys {
		if !slices.Contains(c.cites, k) {
			c.cites = append(c.cites, k)
		}
	}
}

func (c *collection) refer(data []artifact.DataRef) {
	for _, d := range data {
		if !slices.Contains(c.conf.Data, d) {
			c.conf.Data = append(c.conf.Data, d)
		}
	}
}
