package bundle

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"lightfast/pnn/experiment"
	"lightfast/reproduce/engine"
	"lightfast/reproduce/figures"
)

// Names of a bundle's files.
const (
	readmeName        = "README.md"
	citationName      = "CITATION.cff"
	licenseName       = "LICENSE"
	bibName           = "references.bib"
	crateName         = "ro-crate-metadata.json"
	sumsName          = "SHA256SUMS"
	artifactsFolder   = "artifacts"
	artifactSumsName  = artifactsFolder + "/" + sumsName
	configurationName = "configuration/bundle.json"
	runsFolder        = "configuration/runs"
	notebooksFolder   = "notebooks"
	maxNameBytes      = 240
)

// checkName accepts a slash path that is the same file on every system: plain
// letters, digits and . _ + -, and no part that begins or ends with a dot.
func checkName(name string) error {
	bad := func(why string) error {
		return fmt.Errorf("%q: %s; names in a bundle are relative paths of letters, digits and . _ + -", name, why)
	}
	if name == "" || len(name) > maxNameBytes {
		return bad(fmt.Sprintf("%d bytes, expected 1 to %d", len(name), maxNameBytes))
	}
	for part := range strings.SplitSeq(name, "/") {
		if err := checkPart(part); err != "" {
			return bad(err)
		}
	}
	return nil
}

// checkPart says what is wrong with one part of a path, "" if nothing is.
func checkPart(part string) string {
	if part == "" || part[0] == '.' || part[len(part)-1] == '.' {
		return "a part of the path is empty, begins or ends with a dot"
	}
	for _, c := range []byte(part) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("._+-", c) >= 0:
		default:
			return fmt.Sprintf("the character %q", rune(c))
		}
	}
	return ""
}

// place is where the engine keeps the results of a profile below artifacts.
func place(p figures.Profile) engine.Options {
	return engine.Options{Out: artifactsFolder, Profile: p}
}

// runFiles are the names of a run's artifacts.
func runFiles(p figures.Profile, r experiment.Run) []string {
	names := experiment.Files(place(p).RunDir(r), r)
	for i := range names {
		names[i] = filepath.ToSlash(names[i])
	}
	return names
}

// runName is the name of a run's configuration.
func runName(id string) string { return path.Join(runsFolder, id+".json") }

// figureFolder is where a figure's table and pictures are.
func figureFolder(p figures.Profile, id string) string {
	return filepath.ToSlash(place(p).FigureDir(figures.Figure{ID: id}))
}

// figureFiles are the names of a figure's table and pictures.
func figureFiles(p figures.Profile, id string) (table, png, svg string) {
	dir := figureFolder(p, id)
	_, name, _ := strings.Cut(id, "-")
	return path.Join(dir, "sweep.arrow"), path.Join(dir, name+".png"), path.Join(dir, name+".svg")
}
