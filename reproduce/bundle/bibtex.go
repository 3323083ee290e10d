package bundle

import (
	"fmt"
	"regexp"
	"strings"

	"lightfast/reproduce/figures"
)

// publication is what metadata says of a BibTeX entry.
type publication struct {
	Key     string
	URL     string // of its DOI or preprint, "" if it has none
	Title   string
	Authors []author
	Journal string // or proceedings, "" if none
	Year    string
}

// publications reads the entries of citation keys.
func publications(keys []string) ([]publication, error) {
	var ps []publication
	for _, k := range keys {
		text, err := figures.BibTeX([]string{k})
		if err != nil {
			return nil, fmt.Errorf("bundle: %w", err)
		}
		p := parseEntry(text)
		p.Key = k
		if p.Title == "" {
			return nil, fmt.Errorf("bundle: reference %s has no title", k)
		}
		ps = append(ps, p)
	}
	return ps, nil
}

var fieldLine = regexp.MustCompile(`(?m)^\s*(\w+)\s*=\s*\{(.*)\},?$`)

// parseEntry reads an entry with one field a line, as package figures has them.
func parseEntry(text string) publication {
	f := map[string]string{}
	for _, m := range fieldLine.FindAllStringSubmatch(text, -1) {
		f[m[1]] = plainText(m[2])
	}
	p := publication{Title: f["title"], Journal: f["journal"], Year: f["year"]}
	if p.Journal == "" {
		p.Journal = f["booktitle"]
	}
	switch {
	case f["doi"] != "":
		p.URL = "https://doi.org/" + f["doi"]
	case f["eprint"] != "":
		p.URL = "https://arxiv.org/abs/" + f["eprint"]
	}
	for _, name := range strings.Split(f["author"], " and ") {
		family, given, _ := strings.Cut(name, ", ")
		if family != "" {
			p.Authors = append(p.Authors, author{Name: strings.TrimSpace(given + " " + family), Given: given, Family: family})
		}
	}
	return p
}

// accents are the ways in which TeX writes letters that names have.
var accents = func() *strings.Replacer {
	var pairs []string
	for _, a := range []struct{ mark, plain, letters string }{
		{`\'`, "aeiouyncsz", "áéíóúýńćśź"}, {"\\`", "aeiou", "àèìòù"}, {`\"`, "aeiouAOU", "äëïöüÄÖÜ"},
		{`\^`, "aeiou", "âêîôû"}, {`\~`, "nao", "ñãõ"}, {`\v `, "csz", "čšž"}, {`\c `, "cs", "çş"},
	} {
		letters := []rune(a.letters)
		for i, c := range a.plain {
			pairs = append(pairs, "{"+a.mark+string(c)+"}", string(letters[i]), a.mark+"{"+string(c)+"}", string(letters[i]))
		}
	}
	return strings.NewReplacer(append(pairs, `\&`, "&", "--", "-")...)
}()

// plainText is a value without the marks of TeX.
func plainText(s string) string {
	return strings.NewReplacer("{", "", "}", "").Replace(accents.Replace(s))
}
