// Package report writes the page that a reproduction ends with: every figure,
// its numbers beside those of the paper, profile, data, times, references; one
// HTML file that needs nothing else.
package report

import (
	"bytes"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"lightfast/pnn/experiment"
	"lightfast/pnn/lane"
	"lightfast/pnn/whole"
	"lightfast/reproduce/engine"
	"lightfast/reproduce/figures"
)

// Report is what the page says.
type Report struct {
	Pages   []engine.Page
	Took    time.Duration
	Timings string // file with the times of runs
	// Same and Different tell how the artifacts compare with those that the
	// project ships.
	Same      int
	Different []string
}

//go:embed page.html
var pageHTML embed.FS

// entry is a figure on the page.
type entry struct {
	ID, Title, Caption, Profile, Dir string
	Picture                          template.HTML
	Runs, Missing                    int
	Time                             string
	Values                           []value
	Compared, Missed                 int
	Notes                            []string
	BibTeX                           string
}

// value is a line of the table of numbers.
type value struct {
	What, Ours, Paper, Difference, Tolerance, Class string
}

// Write writes the page, atomically.
func (r *Report) Write(path string) error {
	t, err := template.ParseFS(pageHTML, "page.html")
	if err != nil {
		return err
	}
	seconds, err := readTimings(r.Timings)
	if err != nil {
		return err
	}
	var data struct {
		Profile, About, Took, Go, Code, ISA string
		Entries                             []entry
		Same, All                           int
		Different                           []string
		Compared, Missed                    int
	}
	data.Took, data.Go, data.Code, data.ISA = r.Took.Round(time.Second).String(), runtime.Version(), experiment.Code, lane.ISA()
	data.Same, data.All, data.Different = r.Same, r.Same+len(r.Different), r.Different
	for _, p := range r.Pages {
		data.Profile, data.About = p.Profile.Name, p.Profile.About
		e, err := newEntry(p, seconds, filepath.Dir(path))
		if err != nil {
			return err
		}
		data.Compared += e.Compared
		data.Missed += e.Missed
		data.Entries = append(data.Entries, e)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return err
	}
	return whole.Write(path, b.Bytes())
}

func newEntry(p engine.Page, seconds map[string]float64, base string) (entry, error) {
	e := entry{ID: p.Figure.ID, Title: p.Figure.Title, Caption: p.Figure.Caption, Profile: p.Profile.Name, Runs: len(p.Runs), Missing: p.Missing, Notes: p.Drawing.Notes}
	// The SVG is our own drawing code's output.
	e.Picture = template.HTML(inline(p.SVG))
	if rel, err := filepath.Rel(base, p.Dir); err == nil {
		e.Dir = filepath.ToSlash(rel)
	}
	var sum float64
	for _, r := range p.Runs {
		sum += seconds[p.Profile.Name+","+r.ID()]
	}
	if sum > 0 {
		e.Time = time.Duration(sum * float64(time.Second)).Round(time.Second).String()
	}
	for _, v := range p.Drawing.Values {
		row := value{What: v.What, Paper: number(v.Paper, v.Unit)}
		if math.IsNaN(v.Ours) {
			row.Ours, row.Difference, row.Class = "no run yet", "", "none"
		} else {
			row.Ours, row.Difference = number(v.Ours, v.Unit), fmt.Sprintf("%+.2f", v.Ours-v.Paper)
			row.Class = "orientation"
			if v.Tolerance > 0 {
				e.Compared++
				row.Tolerance, row.Class = fmt.Sprintf("%g", v.Tolerance), "within"
				if !v.Within() {
					e.Missed++
					row.Class = "miss"
				}
			}
		}
		e.Values = append(e.Values, row)
	}
	var err error
	e.BibTeX, err = figures.BibTeX(p.Figure.Cites)
	return e, err
}

// inline strips what an SVG file has in front of its root element.
func inline(svg []byte) []byte {
	if i := bytes.Index(svg, []byte("<svg")); i > 0 {
		return svg[i:]
	}
	return svg
}

func number(v float64, unit string) string {
	s := strconv.FormatFloat(v, 'f', 2, 64)
	if unit != "" {
		s += " " + unit
	}
	return s
}

// readTimings reads the seconds that runs took, by "profile,run".
func readTimings(path string) (map[string]float64, error) {
	m := map[string]float64{}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w; the file only holds how long runs took and may be removed", path, err)
	}
	for _, r := range rows {
		if len(r) == 3 {
			if s, err := strconv.ParseFloat(r[2], 64); err == nil {
				m[r[0]+","+r[1]] = s
			}
		}
	}
	return m, nil
}
