package report

import (
	"regexp"
	"strings"

	"lightfast/reproduce/figures"
)

// citation is a reference as a person reads it.
type citation struct {
	Short string // "Zheng et al. 2023"
	Text  string // title, journal and pages
	URL   string // of the DOI or the preprint; empty: none
}

// cite reads the references of citation keys, and their BibTeX.
func cite(keys []string) (cs []citation, bibtex string, err error) {
	for _, k := range keys {
		entry, err := figures.BibTeX([]string{k})
		if err != nil {
			return nil, "", err
		}
		cs = append(cs, newCitation(entry))
	}
	bibtex, err = figures.BibTeX(keys)
	return cs, bibtex, err
}

var bibField = regexp.MustCompile(`(?m)^\s+(\w+)\s*=\s*\{(.*)\},?$`)

// newCitation reads one entry in the form of package figures: a field a line.
func newCitation(entry string) citation {
	field := func(name string) string {
		for _, m := range bibField.FindAllStringSubmatch(entry, -1) {
			if m[1] == name {
				return strings.NewReplacer("{", "", "}", "", "--", "–").Replace(m[2])
			}
		}
		return ""
	}
	authors := strings.Split(field("author"), " and ")
	first, _, _ := strings.Cut(authors[0], ",")
	switch len(authors) {
	case 1:
	case 2:
		second, _, _ := strings.Cut(authors[1], ",")
		first += " and " + second
	default:
		first += " et al."
	}
	c := citation{Short: strings.TrimSpace(first + " " + field("year"))}
	c.Text = field("title")
	if where := field("journal") + field("booktitle"); where != "" {
		c.Text += ". " + where
	}
	for _, part := range []string{field("volume"), field("pages")} {
		if part != "" {
			c.Text += ", " + part
		}
	}
	switch {
	case field("doi") != "":
		c.URL = "https://doi.org/" + field("doi")
	case field("eprint") != "":
		c.URL = "https://arxiv.org/abs/" + field("eprint")
	}
	return c
}
