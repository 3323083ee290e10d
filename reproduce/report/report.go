package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"path/filepath"

	"lightfast/pnn/whole"
	"lightfast/reproduce/engine"
)

// Report is what the page says.
type Report struct {
	// Pages are the figures, of one profile or of several.
	Pages   []engine.Page
	Timings string // file with the times of runs; it may be missing
	// Same and Different tell how the artifacts compare with those that the
	// project ships.
	Same      int
	Different []string
	// Notebooks is the folder with notebooks, named after their figures
	// ("dat-fig4d.ipynb", "12-dat-fig4d.ipynb"); empty: no links to notebooks.
	Notebooks string
}

//go:embed page.html page.css chart.js loupe.js app.js
var files embed.FS

// page is what the template sees.
type page struct {
	Profiles  []profile
	Code, Go  []string // versions that made the artifacts
	Cards     []card
	Filters   []filter
	Totals    totals
	Same, All int
	Different []string

	Policy template.HTMLAttr
	Style  template.CSS
	Script template.JS
	Data   data
}

// profile is a profile on the page.
type profile struct{ Name, About string }

// data is what the scripts see.
type data struct {
	Cards []cardData `json:"cards"`
	Runs  []curve    `json:"runs"` // learning curves, each once
}

// totals counts over all figures.
type totals struct {
	Runs, Stored                   int
	Time                           string
	Compared, Within, Short, Other int // Other: beside the paper's, for orientation
}

// filter is a choice above the figures.
type filter struct {
	Name, Label, All string
	Options          []option
}

type option struct {
	Value, Label string
	Count        int
}

// Write writes the page, atomically. It belongs into the output folder of the
// figures: links to artifacts are relative, and the learning curves are those of
// the runs stored there.
func (r *Report) Write(path string) error {
	b, err := r.html(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("report %s: %w", path, err)
	}
	return whole.Write(path, b)
}

// html renders the page for the output folder out.
func (r *Report) html(out string) ([]byte, error) {
	t, err := template.ParseFS(files, "page.html")
	if err != nil {
		return nil, err
	}
	p, err := r.page(out)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, p)
	return b.Bytes(), err
}

func (r *Report) page(out string) (*page, error) {
	seconds, err := readTimings(r.Timings)
	if err != nil {
		return nil, err
	}
	p := &page{Same: r.Same, All: r.Same + len(r.Different), Different: r.Different, Data: data{Cards: []cardData{}, Runs: []curve{}}}
	b := &builder{out: out, seconds: seconds, notebooks: r.Notebooks, anchors: map[string]bool{}, runs: map[string]*stored{}}
	for _, drawn := range r.Pages {
		c, d, err := b.card(drawn)
		if err != nil {
			return nil, fmt.Errorf("figure %s: %w", drawn.Figure.ID, err)
		}
		p.Cards, p.Data.Cards = append(p.Cards, c), append(p.Data.Cards, d)
		p.Profiles = addProfile(p.Profiles, profile{drawn.Profile.Folder(), drawn.Profile.About})
		p.Totals.add(c)
	}
	p.Totals.Runs, p.Totals.Stored, p.Totals.Time = b.planned, b.found, duration(b.sum)
	p.Code, p.Go, p.Data.Runs = b.code, b.toolchains, append(p.Data.Runs, b.curves...)
	p.Filters = filters(p.Cards)
	return p, p.dress()
}

func addProfile(ps []profile, p profile) []profile {
	for _, q := range ps {
		if q.Name == p.Name {
			return ps
		}
	}
	return append(ps, p)
}

func (t *totals) add(c card) {
	t.Compared += c.Table.Compared
	t.Within += c.Table.Compared - c.Table.Short
	t.Short += c.Table.Short
	t.Other += c.Table.Orientation
}

// dress puts styles and scripts into the page, and the policy that lets a
// browser run that script and no other, whatever else the page may hold.
func (p *page) dress() error {
	css, err := files.ReadFile("page.css")
	if err != nil {
		return err
	}
	var js []byte
	for _, name := range []string{"chart.js", "loupe.js", "app.js"} {
		part, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		js = append(js, part...)
	}
	sum := sha256.Sum256(js)
	p.Style, p.Script = template.CSS(css), template.JS(js)
	p.Policy = template.HTMLAttr(`content="default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-` + base64.StdEncoding.EncodeToString(sum[:]) + `'"`)
	return nil
}

// filters lists the choices that the figures leave, in the order of the figures.
func filters(cards []card) []filter {
	fs := []filter{
		{Name: "paper", Label: "Paper", All: "all papers"},
		{Name: "profile", Label: "Profile", All: "all profiles"},
		{Name: "data", Label: "Data set", All: "all data sets"},
		{Name: "outcome", Label: "Outcome", All: "all outcomes"},
	}
	for _, c := range cards {
		fs[0].add(c.PaperKey, c.Paper)
		fs[1].add(c.Profile, c.Profile)
		for _, s := range c.Sets {
			fs[2].add(s.Name, s.Label)
		}
		for _, o := range c.Outcomes {
			fs[3].add(o, outcomeNames[o])
		}
	}
	return fs
}

func (f *filter) add(value, label string) {
	for i := range f.Options {
		if f.Options[i].Value == value {
			f.Options[i].Count++
			return
		}
	}
	f.Options = append(f.Options, option{value, label, 1})
}
