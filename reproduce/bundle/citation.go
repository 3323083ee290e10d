package bundle

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// citation is what CITATION.cff says of the software.
type citation struct {
	Title, Version, License string
	Repository, DOI         string // "" if it has none
	Released                string // date, "" if none
	Authors                 []author
}

// author is a person, or an entity if Given and Family are empty.
type author struct {
	Name, Given, Family, ORCID, Affiliation string
}

// readCitation reads the CITATION.cff in dir.
func readCitation(dir string) (citation, []byte, error) {
	path := filepath.Join(dir, citationName)
	text, err := os.ReadFile(path)
	if err != nil {
		return citation{}, nil, fmt.Errorf("bundle: %w; it says who is to be cited: go to a checkout of Lightfast", err)
	}
	c, err := parseCitation(string(text))
	if err != nil {
		return c, nil, fmt.Errorf("bundle: %s: %w", path, err)
	}
	return c, text, nil
}

// yearOf finds the year of a licence.
var yearOf = regexp.MustCompile(`Copyright \(c\) (?:\d{4}\s*-\s*)?(\d{4})`)

// parseCitation reads the part of YAML that a Citation File Format file of the
// plain kind is in: scalars at the left margin, and authors as a list of maps
// from a key to a scalar. References are left to those who read the file.
func parseCitation(text string) (citation, error) {
	var c citation
	top := map[string]*string{"title": &c.Title, "version": &c.Version, "license": &c.License, "repository-code": &c.Repository, "doi": &c.DOI, "date-released": &c.Released}
	section, number := "", 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, " \t\r\n")
		body := strings.TrimLeft(line, " ")
		if body == "" || strings.HasPrefix(body, "#") {
			continue
		}
		item := strings.HasPrefix(body, "- ")
		if len(body) == len(line) && !item {
			key, value, ok := strings.Cut(line, ":")
			if !ok {
				return c, fmt.Errorf("line %d: %q: want KEY: VALUE", number, line)
			}
			section = key
			if to, ok := top[key]; ok {
				var err error
				if *to, err = scalar(value); err != nil {
					return c, fmt.Errorf("line %d: %s: %w", number, key, err)
				}
			}
			continue
		}
		if section != "authors" {
			continue
		}
		if item {
			c.Authors = append(c.Authors, author{})
			body = strings.TrimLeft(body[2:], " ")
		}
		key, value, ok := strings.Cut(body, ":")
		if !ok || len(c.Authors) == 0 {
			return c, fmt.Errorf("line %d: %q: want an author that begins with - name: NAME or - family-names: NAME", number, line)
		}
		a := &c.Authors[len(c.Authors)-1]
		to := map[string]*string{"name": &a.Name, "given-names": &a.Given, "family-names": &a.Family, "orcid": &a.ORCID, "affiliation": &a.Affiliation}[key]
		if to == nil {
			continue
		}
		var err error
		if *to, err = scalar(value); err != nil {
			return c, fmt.Errorf("line %d: %s: %w", number, key, err)
		}
	}
	for _, f := range []struct{ key, value string }{{"title", c.Title}, {"version", c.Version}, {"license", c.License}} {
		if f.value == "" {
			return c, fmt.Errorf("no %s: add a line that begins with %q", f.key, f.key+":")
		}
	}
	if len(c.Authors) == 0 {
		return c, fmt.Errorf("no authors: add them")
	}
	for i := range c.Authors {
		a := &c.Authors[i]
		if a.Given != "" || a.Family != "" {
			a.Name = strings.TrimSpace(a.Given + " " + a.Family)
		}
		if a.Name == "" {
			return c, fmt.Errorf("author %d has no name: add it", i+1)
		}
	}
	return c, nil
}

// scalar reads a plain or quoted scalar on one line.
func scalar(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	switch q := s[0]; q {
	case '"', '\'':
		end := strings.IndexByte(s[1:], q) + 1
		if rest := strings.TrimSpace(s[end+1:]); end == 0 || rest != "" && rest[0] != '#' || strings.Contains(s[:end], `\`) {
			return "", fmt.Errorf("%s: want one quoted text without escapes", s)
		}
		return s[1:end], nil
	case '|', '>', '[', '{', '&', '*':
		return "", fmt.Errorf("%s: want a text on one line", s)
	}
	if i := strings.Index(s, " #"); i >= 0 {
		s = strings.TrimSpace(s[:i])
	}
	return s, nil
}
