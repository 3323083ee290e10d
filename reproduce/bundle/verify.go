package bundle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lightfast/pnn/artifact"
	"lightfast/pnn/experiment"
	"lightfast/reproduce/engine"
	"lightfast/reproduce/figures"
)

// Summary is what Verify and Rerun found.
type Summary struct {
	Files, Artifacts, Runs int
	// Problems are what is not as it was written, one line each.
	Problems []string
	// Same counts the artifacts that came out with the same bits, and Different
	// names the others.
	Same      int
	Different []string
	// NotRun says which runs and figures were not repeated, and what they need.
	NotRun []string
	// Pictures names those that look different although the numbers behind them
	// may be the same: fonts and processors draw lines differently.
	Pictures []string
}

// OK tells whether all is well: nothing damaged, nothing different, nothing left out.
func (s Summary) OK() bool {
	return len(s.Problems) == 0 && len(s.Different) == 0 && len(s.NotRun) == 0
}

// inspection is what Rerun needs of a bundle that has been verified.
type inspection struct {
	Summary
	runs    []experiment.Run
	content map[string]string // content hashes of the artifacts
	size    map[string]int    // of all files
}

// Verify checks the bundle: that each file is the one that SHA256SUMS lists, that
// all files are there that its configuration asks for and no others, the seal and
// the content hash of each artifact, that each is of the run or figure that its
// name says, and that the metadata are true. It writes a line to w for each thing
// that is not so, and one about all. The error is for what cannot be checked.
func (b *Bundle) Verify(w io.Writer) (Summary, error) {
	in, err := b.inspect(w)
	return in.Summary, err
}

func (b *Bundle) inspect(w io.Writer) (*inspection, error) {
	in := &inspection{content: map[string]string{}, size: map[string]int{}}
	say := func(format string, args ...any) {
		in.Problems = append(in.Problems, fmt.Sprintf(format, args...))
	}
	tmp, err := os.MkdirTemp("", "lightfast-verify-")
	if err != nil {
		return in, fmt.Errorf("bundle: %w", err)
	}
	defer os.RemoveAll(tmp)
	in.Runs = len(b.conf.runs())
	for _, name := range b.conf.runs() {
		if _, ok := b.sum[runName(name)]; !ok {
			say("%s: missing", runName(name))
			continue
		}
		text, err := b.read(runName(name))
		if err != nil {
			continue // told below
		}
		r, err := parseRun(name, text)
		if err != nil {
			say("%s: %v", runName(name), err)
			continue
		}
		in.runs = append(in.runs, r)
	}
	b.checkBases(in, say)
	belongs := b.belongs(in.runs)
	var crate []byte
	for _, f := range b.entries {
		in.Files++
		in.size[f.name] = int(f.size)
		data, err := content(b.file, f)
		if err != nil {
			say("%v", err)
			continue
		}
		if f.name == sumsName {
			continue
		}
		if sha(data) != b.sum[f.name] {
			say("%s: damaged: its bytes are not those that %s lists; fetch the bundle again", f.name, sumsName)
			continue
		}
		switch {
		case f.name == crateName:
			crate = data
		case f.name == artifactSumsName:
			if !bytes.Equal(data, b.artifactSums()) {
				say("%s: it does not list the artifacts as %s does", artifactSumsName, sumsName)
			}
		case strings.HasSuffix(f.name, ".arrow"):
			in.Artifacts++
			p, err := b.seal(filepath.Join(tmp, "artifact.arrow"), f.name, data)
			if err == nil {
				if check, ok := belongs[f.name]; ok {
					err = check(p)
				}
			}
			if err != nil {
				say("%s: %v", f.name, err)
				continue
			}
			in.content[f.name] = p.Content
		}
	}
	if len(in.runs) == in.Runs {
		b.checkNames(in.runs, say)
	}
	size := map[string]int{}
	for name, n := range in.size {
		if name != sumsName && name != crateName {
			size[name] = n
		}
	}
	if crate != nil {
		in.Problems = append(in.Problems, checkCrate(crate, b.conf, in.runs, size, b.sum)...)
	}
	for _, p := range in.Problems {
		fmt.Fprintln(w, p)
	}
	fmt.Fprintf(w, "%s: %s of profile %s, made by %s\n", b.path, strings.Join(b.Figures(), ", "), b.Profile().Folder(), b.conf.Code)
	fmt.Fprintf(w, "%s, among them %s of %s and %s: %s\n", count(in.Files, "file"), count(in.Artifacts, "artifact"),
		count(in.Runs, "run"), count(len(b.conf.Figures), "figure"), count(len(in.Problems), "problem"))
	return in, nil
}

// count writes a number of things.
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// seal reads an artifact and verifies it.
func (b *Bundle) seal(tmp, name string, data []byte) (artifact.Provenance, error) {
	if err := os.WriteFile(tmp, data, 0o600); err != nil {
		return artifact.Provenance{}, err
	}
	info, err := artifact.Inspect(tmp)
	if err != nil {
		// The name under which it lies for a moment says nothing to a reader.
		err = fmt.Errorf("%s", strings.ReplaceAll(strings.TrimPrefix(err.Error(), "artifact: "), tmp+": ", ""))
	}
	return info.Provenance, err
}

// belongs gives for each artifact's name what its provenance must say.
func (b *Bundle) belongs(runs []experiment.Run) map[string]func(artifact.Provenance) error {
	checks := map[string]func(artifact.Provenance) error{}
	p := b.Profile()
	code := func(got artifact.Provenance) error {
		if got.Code != b.conf.Code {
			return fmt.Errorf("computed by %s, the bundle says %s", got.Code, b.conf.Code)
		}
		return nil
	}
	for _, r := range runs {
		for _, name := range runFiles(p, r) {
			checks[name] = func(got artifact.Provenance) error {
				if !bytes.Equal(got.Config, r.Canonical()) {
					return fmt.Errorf("it is of another run than its name says")
				}
				for _, d := range got.Data {
					if !slices.Contains(b.conf.Data, d) {
						return fmt.Errorf("it was made from %s with SHA-256 %.12s..., which %s does not list", d.Name, d.SHA256, configurationName)
					}
				}
				return code(got)
			}
		}
	}
	for _, f := range b.conf.Figures {
		table, _, _ := figureFiles(p, f.ID)
		checks[table] = func(got artifact.Provenance) error {
			var of struct{ Figure, Profile string }
			if err := json.Unmarshal(got.Config, &of); err != nil || of.Figure != f.ID || of.Profile != p.Folder() {
				return fmt.Errorf("it is of figure %q and profile %q, expected %s and %s", of.Figure, of.Profile, f.ID, p.Folder())
			}
			return code(got)
		}
	}
	return checks
}

// artifactSums is what artifacts/SHA256SUMS must be.
func (b *Bundle) artifactSums() []byte {
	var text bytes.Buffer
	for _, f := range b.entries {
		if below, ok := strings.CutPrefix(f.name, artifactsFolder+"/"); ok && strings.HasSuffix(below, ".arrow") {
			fmt.Fprintf(&text, "%s  %s\n", b.sum[f.name], below)
		}
	}
	return text.Bytes()
}

// checkBases makes sure that the runs whose results others measure are there.
func (b *Bundle) checkBases(in *inspection, say func(string, ...any)) {
	for _, r := range in.runs {
		if !r.Deploys() {
			continue
		}
		if base := r.Base().ID(); !slices.Contains(b.conf.runs(), base) {
			say("run %s measures the result of %s, which is not in the bundle", r.ID(), base)
		}
	}
}

// checkNames compares the files with those that the configuration asks for.
func (b *Bundle) checkNames(runs []experiment.Run, say func(string, ...any)) {
	want := b.conf.names(runs)
	for _, name := range want {
		if _, ok := b.sum[name]; !ok && name != sumsName {
			say("%s: missing", name)
		}
	}
	for _, f := range b.entries {
		if _, ok := slices.BinarySearch(want, f.name); !ok {
			say("%s: it does not belong to any figure or run of the bundle", f.name)
		}
	}
}

// figuresHere are the figures of the bundle as this program defines them.
func (b *Bundle) figuresHere() ([]figures.Figure, error) {
	var list []figures.Figure
	for _, f := range b.conf.Figures {
		known, err := figures.Find(f.ID)
		if err != nil {
			return nil, fmt.Errorf("bundle: %s: %w; update Lightfast", b.path, err)
		}
		list = append(list, known)
	}
	return list, nil
}

// sameRuns tells whether this program's definition of a figure gives the runs
// that the bundle lists for it.
func (b *Bundle) sameRuns(f figures.Figure, listed []string) bool {
	o := engine.Options{Profile: b.Profile(), Figures: []figures.Figure{f}}
	var here []string
	for _, r := range o.Plan() {
		here = append(here, r.ID())
	}
	listed = slices.Clone(listed)
	slices.Sort(here)
	slices.Sort(listed)
	return slices.Equal(here, listed)
}
