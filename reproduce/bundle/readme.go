package bundle

import (
	"bytes"
	_ "embed" // the text of the README
	"strings"
	"text/template"

	"lightfast/pnn/artifact"
)

//go:embed readme.md.tmpl
var readmeText string

// readme returns README.md.
func (c *collection) readme(a about) ([]byte, error) {
	t, err := template.New(readmeName).Parse(readmeText)
	if err != nil {
		return nil, err
	}
	type figure struct {
		ID, Title, Caption, Folder, Picture string
		Runs                                int
		Notebooks                           []string
	}
	var authors []string
	for _, p := range a.authors {
		authors = append(authors, p.Name)
	}
	p := c.conf.profile()
	data := struct {
		Title, Profile, About, Authors, Published string
		Software                                  citation
		Code, Go                                  string
		Figures                                   []figure
		Runs                                      int
		Curve, Sweep                              string
		Data                                      []artifact.DataRef
		Given                                     bool
	}{
		Title: c.title(), Profile: p.Folder(), About: p.About, Authors: strings.Join(authors, ", "), Published: a.published,
		Software: a.software, Code: c.conf.Code, Go: strings.Join(c.goes, ", "), Runs: len(c.runs), Data: c.conf.Data,
	}
	for i, f := range c.conf.Figures {
		table, png, _ := figureFiles(p, f.ID)
		if i == 0 {
			data.Sweep = table
		}
		data.Figures = append(data.Figures, figure{f.ID, f.Title, c.figures[i].Caption, figureFolder(p, f.ID), png, len(f.Runs), f.Notebooks})
	}
	for i, r := range c.runs {
		if i == 0 {
			data.Curve = runFiles(p, r)[0]
		}
		data.Given = data.Given || r.Chip.Sample != ""
	}
	var b bytes.Buffer
	err = t.Execute(&b, data)
	return b.Bytes(), err
}
