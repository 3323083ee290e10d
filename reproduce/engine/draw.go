package engine

import (
	"bytes"
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

// Page is a drawn figure with all that a report says of it.
type Page struct {
	Figure  figures.Figure
	Profile figures.Profile
	Drawing figures.Drawing
	SVG     []byte
	Dir     string // where its table and picture are
	Runs    []experiment.Run
	Missing int // of the runs
}

// Draw draws the chosen figures from the artifacts that are there.
func (o Options) Draw() ([]Page, error) {
	unlock, err := artifact.Lock(o.Out)
	if err != nil {
		return nil, err
	}
	defer unlock()
	return o.draw()
}

func (o Options) draw() ([]Page, error) {
	var pages []Page
	for _, f := range o.Figures {
		p, err := o.page(f)
		if err != nil {
			return nil, fmt.Errorf("figure %s: %w", f.ID, err)
		}
		pages = append(pages, *p)
	}
	return pages, artifact.WriteManifest(o.Out)
}

// results finds the result of a run among the artifacts.
func (o Options) results(r experiment.Run) (*experiment.Result, error) {
	res, err := experiment.Load(o.RunDir(r), r)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return res, err
}

// page draws one figure, and writes its picture and the table behind it.
func (o Options) page(f figures.Figure) (*Page, error) {
	p := &Page{Figure: f, Profile: o.Profile, Dir: o.FigureDir(f)}
	if f.Runs != nil {
		p.Runs = f.Runs(o.Profile)
	}
	refs := map[artifact.DataRef]bool{}
	var prov artifact.Provenance
	for _, r := range p.Runs {
		res, err := o.results(r)
		if err != nil {
			return nil, err
		}
		if res == nil {
			p.Missing++
			continue
		}
		info, err := artifact.Inspect(experiment.Files(o.RunDir(r), r)[0])
		if err != nil {
			return nil, err
		}
		for _, d := range info.Provenance.Data {
			if !refs[d] {
				refs[d] = true
				prov.Data = append(prov.Data, d)
			}
		}
	}
	var err error
	if p.Drawing, err = f.Draw(o.Profile, o.results); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(p.Dir, 0o755); err != nil {
		return nil, err
	}
	_, name, _ := bytes.Cut([]byte(f.ID), []byte("-"))
	if err := p.Drawing.Image.Save(filepath.Join(p.Dir, string(name))); err != nil {
		return nil, err
	}
	var svg bytes.Buffer
	if err := p.Drawing.Image.WriteSVG(&svg); err != nil {
		return nil, err
	}
	p.SVG = svg.Bytes()
	if prov.Config, err = json.Marshal(map[string]string{"figure": f.ID, "profile": o.Profile.Folder()}); err != nil {
		return nil, err
	}
	prov.Code, prov.References = experiment.Code, f.Cites
	_, err = artifact.WriteTable(filepath.Join(p.Dir, "sweep.arrow"), prov, p.Drawing.Sweep)
	return p, err
}
