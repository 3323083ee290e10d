package bundle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
	"lightfast/reproduce/figures"
)

// format counts incompatible changes of a bundle's configuration.
const format = 1

// configuration is bundle.json: what the bundle holds, as data.
type configuration struct {
	Format  int                `json:"format"`
	Code    string             `json:"code"` // version of the numerics that made the artifacts
	Profile profileEntry       `json:"profile"`
	Figures []figureEntry      `json:"figures"`
	Data    []artifact.DataRef `json:"data"` // what the runs were trained and measured on
}

// profileEntry is a figures.Profile.
type profileEntry struct {
	Name     string         `json:"name"`
	About    string         `json:"about"`
	DataSets []string       `json:"data_sets"`
	Sigmas   []float64      `json:"sigmas"`
	Severe   []float64      `json:"severe"`
	Joint    [][2]float64   `json:"joint"` // splitter and phase errors
	Template experiment.Run `json:"template"`
	Optics   figures.Optics `json:"optics,omitzero"`
	// Older bundles have no optics and no diffractive networks.
	Diffractive figures.Diffractive `json:"diffractive,omitzero"`
	Plates      experiment.Run      `json:"plates,omitzero"`
	Rings       figures.Rings       `json:"rings,omitzero"`
	Hybrids     figures.Hybrids     `json:"hybrids,omitzero"`
	Given       *[]givenChip        `json:"given,omitempty"`
}

// givenChip is the name of the error arrays given for a level of error.
type givenChip struct {
	Splitter float64 `json:"splitter_sigma"`
	Phase    float64 `json:"phase_sigma"`
	Sample   string  `json:"sample"`
}

// figureEntry is a figure with the names of the runs that it rests on.
type figureEntry struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Runs      []string `json:"runs"`
	Notebooks []string `json:"notebooks"`
}

func newProfileEntry(p figures.Profile) profileEntry {
	e := profileEntry{Name: p.Name, About: p.About, DataSets: p.DataSets, Sigmas: p.Sigmas, Severe: p.Severe, Joint: p.Joint, Template: p.Template, Optics: p.Optics, Diffractive: p.Diffractive, Plates: p.Plates, Rings: p.Rings, Hybrids: p.Hybrids}
	if p.Given == nil {
		return e
	}
	given := []givenChip{}
	for level, name := range p.Given {
		given = append(given, givenChip{level[0], level[1], name})
	}
	slices.SortFunc(given, func(a, b givenChip) int {
		return slices.Compare([]float64{a.Splitter, a.Phase}, []float64{b.Splitter, b.Phase})
	})
	e.Given = &given
	return e
}

// profile returns the profile that newProfileEntry was given.
func (c configuration) profile() figures.Profile {
	e := c.Profile
	p := figures.Profile{Name: e.Name, About: e.About, DataSets: e.DataSets, Sigmas: e.Sigmas, Severe: e.Severe, Joint: e.Joint, Template: e.Template, Optics: e.Optics, Diffractive: e.Diffractive, Plates: e.Plates, Rings: e.Rings, Hybrids: e.Hybrids}
	if e.Given != nil {
		p.Given = map[[2]float64]string{}
		for _, g := range *e.Given {
			p.Given[[2]float64{g.Splitter, g.Phase}] = g.Sample
		}
	}
	return p
}

// runs names the runs of all figures, each once.
func (c configuration) runs() (ids []string) {
	seen := map[string]bool{}
	for _, f := range c.Figures {
		for _, id := range f.Runs {
			if !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// notebooks are those of all figures, sorted, each once.
func (c configuration) notebooks() (names []string) {
	for _, f := range c.Figures {
		names = append(names, f.Notebooks...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// names lists every file of a bundle with these runs, sorted.
func (c configuration) names(runs []experiment.Run) []string {
	p := c.profile()
	names := []string{readmeName, citationName, licenseName, bibName, crateName, sumsName, artifactSumsName, configurationName}
	for _, r := range runs {
		names = append(append(names, runName(r.ID())), runFiles(p, r)...)
	}
	for _, f := range c.Figures {
		table, png, svg := figureFiles(p, f.ID)
		names = append(names, table, png, svg)
	}
	names = append(names, c.notebooks()...)
	slices.Sort(names)
	return names
}

func (c configuration) encode() ([]byte, error) { return indented(c) }

// indented is JSON for people to read.
func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}

// strict reads one JSON value that has no field that v has not.
func strict(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("something follows the value")
	}
	return nil
}

// parseConfiguration reads bundle.json. Everything in it that becomes part of a
// name is checked here.
func parseConfiguration(text []byte) (configuration, error) {
	var version struct {
		Format int `json:"format"`
	}
	var c configuration
	if err := json.Unmarshal(text, &version); err != nil || version.Format < 1 {
		return c, fmt.Errorf("%s: no format number (%v): it is no bundle of Lightfast", configurationName, err)
	}
	if version.Format > format {
		return c, fmt.Errorf("%s: format %d, this program reads up to %d: update Lightfast", configurationName, version.Format, format)
	}
	if err := strict(text, &c); err != nil {
		return c, fmt.Errorf("%s: %w", configurationName, err)
	}
	if err := c.check(); err != nil {
		return c, fmt.Errorf("%s: %w", configurationName, err)
	}
	return c, nil
}

func (c configuration) check() error {
	p := c.Profile
	if why := checkPart(p.Name); why != "" || len(p.Name) > 40 {
		return fmt.Errorf("profile.name is %q: want letters and digits, 40 at most", p.Name)
	}
	// Folders of figures are called after the protocol too.
	if why := checkPart(c.profile().Folder()); why != "" {
		return fmt.Errorf("profile.template.protocol is %q: %s", p.Template.Protocol, why)
	}
	if len(p.DataSets) == 0 || len(p.Joint) == 0 {
		return fmt.Errorf("profile: %d data sets and %d joint errors, want at least one of each", len(p.DataSets), len(p.Joint))
	}
	if n := max(len(p.DataSets), len(p.Sigmas), len(p.Severe), len(p.Joint)); n > maxLevels {
		return fmt.Errorf("profile: a list of %d entries, want %d at most", n, maxLevels)
	}
	o := p.Optics
	if n := max(len(o.Sets), len(o.Depths), len(o.Gains), o.Random, len(o.Noise), len(o.Layers), o.Seeds, o.ConvSeeds, o.BeyondSeeds); n > maxLevels {
		return fmt.Errorf("profile.optics: a list or number of runs of %d, want %d at most", n, maxLevels)
	}
	for _, n := range o.Layers {
		if n > maxLevels {
			return fmt.Errorf("profile.optics: %d layers, want %d at most", n, maxLevels)
		}
	}
	d := p.Diffractive
	n := max(len(d.Single), len(d.Multi), len(d.Days))
	for _, e := range append(append([]figures.Errors{}, d.Single...), d.Multi...) {
		n = max(n, len(e.Levels))
	}
	if n > maxLevels {
		return fmt.Errorf("profile.diffractive: a list of %d entries, want %d at most", n, maxLevels)
	}
	if min(d.Seeds, d.FirstSeed, d.Blind) < 0 || max(d.Seeds, d.FirstSeed, d.Blind) > maxLevels {
		return fmt.Errorf("profile.diffractive: %d seeds from %d, %d without internal states, want each to be 0 to %d", d.Seeds, d.FirstSeed, d.Blind, maxLevels)
	}
	if h := p.Hybrids; min(h.Seeds, h.SharpSeeds) < 0 || max(h.Seeds, h.SharpSeeds) > maxLevels {
		return fmt.Errorf("profile.hybrids: %d seeds, %d of sharpness-aware training, want each to be 0 to %d", h.Seeds, h.SharpSeeds, maxLevels)
	}
	if g := p.Rings; g.Seeds < 0 || max(g.Seeds, len(g.Radii)) > maxLevels {
		return fmt.Errorf("profile.rings: %d seeds and %d radii, want 0 to %d", g.Seeds, len(g.Radii), maxLevels)
	}
	if len(c.Figures) == 0 {
		return fmt.Errorf("figures: none, want at least one")
	}
	seen := map[string]bool{}
	for i, f := range c.Figures {
		if why := checkPart(f.ID); why != "" || !strings.Contains(f.ID, "-") || seen[f.ID] {
			return fmt.Errorf("figures[%d].id is %q: want PAPER-FIGURE, each once", i, f.ID)
		}
		seen[f.ID] = true
		for _, id := range f.Runs {
			if why := checkPart(id); why != "" {
				return fmt.Errorf("figures[%d].runs: %q: %s", i, id, why)
			}
		}
		for _, n := range f.Notebooks {
			base, ok := strings.CutPrefix(n, notebooksFolder+"/")
			if why := checkPart(base); why != "" || !ok {
				return fmt.Errorf("figures[%d].notebooks: %q: want a file in %s", i, n, notebooksFolder)
			}
		}
	}
	return nil
}

// parseRun reads the configuration of a run, which is its canonical encoding.
func parseRun(id string, text []byte) (experiment.Run, error) {
	var r experiment.Run
	if err := strict(text, &r); err != nil {
		return r, err
	}
	if !bytes.Equal(r.Canonical(), text) {
		return r, fmt.Errorf("it is not the canonical encoding of a run")
	}
	if err := checkRun(r); err != nil {
		return r, err
	}
	if r.ID() != id {
		return r, fmt.Errorf("it describes run %s", r.ID())
	}
	return r, nil
}
