package report

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
	"lightfast/reproduce/engine"
)

// origin is what the table behind a figure says of itself.
type origin struct {
	Code, Go, Config, Content string
	Data                      []artifact.DataRef
}

// link leads to a file, relative to the page.
type link struct{ Name, URL, About string }

// runRow is a run in the list of artifacts of a figure.
type runRow struct {
	ID, What, Accuracy, Epoch, Content string
	Files                              []link
	Missing                            bool
}

// stored is what is known of a run; result is nil if it has none.
type stored struct {
	result  *experiment.Result
	content string // of the learning curve
	curve   int    // its index on the page, -1: not there yet
}

// load finds the result of a run of a figure among the artifacts, each once.
func (b *builder) load(p engine.Page, r experiment.Run) (*stored, error) {
	dir := b.runDir(p, r)
	key := filepath.Join(dir, r.ID())
	if s := b.runs[key]; s != nil {
		return s, nil
	}
	b.planned++
	b.sum += b.seconds[p.Profile.Name+","+r.ID()]
	s := &stored{curve: -1}
	b.runs[key] = s
	res, err := experiment.Load(dir, r)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, err
	}
	info, err := artifact.Inspect(experiment.Files(dir, r)[0])
	if err != nil {
		return nil, err
	}
	b.found++
	s.result, s.content = res, info.Provenance.Content
	b.made(info.Provenance)
	return s, nil
}

// runDir is where the artifacts of a run of a figure are.
func (b *builder) runDir(p engine.Page, r experiment.Run) string {
	return engine.Options{Profile: p.Profile, Out: b.out}.RunDir(r)
}

// made notes with what an artifact was made.
func (b *builder) made(p artifact.Provenance) {
	if !slices.Contains(b.code, p.Code) {
		b.code = append(b.code, p.Code)
	}
	if !slices.Contains(b.toolchains, p.Go) {
		b.toolchains = append(b.toolchains, p.Go)
	}
}

// origin fills in where a figure comes from, and links to all behind it.
func (b *builder) origin(c *card, p engine.Page) error {
	info, err := artifact.Inspect(filepath.Join(p.Dir, "sweep.arrow"))
	switch {
	case p.Dir == "":
	case err == nil:
		v := info.Provenance
		c.Origin = &origin{Code: v.Code, Go: v.Go, Config: string(v.Config), Content: v.Content, Data: v.Data}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if c.Files, err = b.folder(p.Dir); err != nil {
		return err
	}
	seconds := 0.0
	for _, r := range p.Runs {
		s, err := b.load(p, r)
		if err != nil {
			return err
		}
		seconds += b.seconds[p.Profile.Name+","+r.ID()]
		c.Stored = append(c.Stored, b.row(p, r, s))
	}
	c.Time = duration(seconds)
	c.Notebook, err = b.notebook(p.Figure.ID)
	return err
}

func (b *builder) row(p engine.Page, r experiment.Run, s *stored) runRow {
	_, label, _ := naming(r, predictorSizes(p.Runs))
	row := runRow{ID: r.ID(), What: label + ", " + lessonName(r), Missing: s.result == nil}
	if row.Missing {
		return row
	}
	row.Accuracy, row.Content = number(100*s.result.Accuracy(), "%"), s.content
	if !r.Deploys() {
		row.Epoch = fmt.Sprintf("%d of %d", s.result.BestEpoch, len(s.result.Curve))
	}
	for _, path := range experiment.Files(b.runDir(p, r), r) {
		if _, err := os.Stat(path); err != nil {
			continue // handed on without weights
		}
		what := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), r.ID()+"."), ".arrow")
		if u, ok := b.relative(path); ok {
			row.Files = append(row.Files, link{Name: what, URL: u})
		}
	}
	return row
}

// folder lists the files of a figure.
func (b *builder) folder(dir string) (links []link, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || dir == "" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		u, ok := b.relative(filepath.Join(dir, e.Name()))
		if !ok || !e.Type().IsRegular() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		about := map[string]string{".arrow": "the numbers, as an Arrow table", ".svg": "the picture, as lines", ".png": "the picture, as dots"}[filepath.Ext(e.Name())]
		links = append(links, link{Name: e.Name(), URL: u, About: about})
	}
	return links, nil
}

// notebook is the first notebook with the figure in its name.
func (b *builder) notebook(figure string) (*link, error) {
	if b.notebooks == "" {
		return nil, nil
	}
	entries, err := os.ReadDir(b.notebooks)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		stem, ok := strings.CutSuffix(e.Name(), ".ipynb")
		if !ok || !strings.Contains("-"+stem+"-", "-"+figure+"-") {
			continue
		}
		if u, ok := b.relative(filepath.Join(b.notebooks, e.Name())); ok {
			return &link{Name: e.Name(), URL: u}, nil
		}
	}
	return nil, nil
}

// relative is the address of a file as seen from the page; there is none where
// one path is absolute and the other is not.
func (b *builder) relative(path string) (string, bool) {
	rel, err := filepath.Rel(b.out, path)
	if err != nil {
		return "", false
	}
	return (&url.URL{Path: filepath.ToSlash(rel)}).String(), true
}
