package bundle

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lightfast/pnn/whole"
	"lightfast/reproduce/figures"
)

// Write writes a bundle of the figures to Options.To, all of it or nothing. It
// writes none when an artifact is missing, damaged or out of date; the error says
// which command makes it.
func Write(ctx context.Context, o Options) error {
	if err := o.check(); err != nil {
		return err
	}
	a, files, err := o.documents()
	if err != nil {
		return err
	}
	c, err := o.collect(ctx)
	if err != nil {
		return err
	}
	if files, err = c.finish(a, files); err != nil {
		return err
	}
	data, err := pack(files)
	if err != nil {
		return fmt.Errorf("bundle: %s: %w", o.To, err)
	}
	return whole.Write(o.To, data)
}

// documents reads what the project says of itself.
func (o *Options) documents() (about, []file, error) {
	var a about
	software, cff, err := readCitation(o.Root)
	if err != nil {
		return a, nil, err
	}
	path := filepath.Join(o.Root, licenseName)
	license, err := os.ReadFile(path)
	if err != nil {
		return a, nil, fmt.Errorf("bundle: %w; the licence goes into a bundle", err)
	}
	a.software, a.authors, a.published = software, software.Authors, o.Published
	if len(o.Authors) > 0 {
		a.authors = nil
		for _, name := range o.Authors {
			a.authors = append(a.authors, named(name))
		}
	}
	if a.published == "" {
		a.published = software.Released
	}
	if a.published == "" {
		m := yearOf.FindSubmatch(license)
		if m == nil {
			return a, nil, fmt.Errorf("bundle: neither %s (date-released) nor %s (copyright) has a date: give one", filepath.Join(o.Root, citationName), path)
		}
		a.published = string(m[1])
	}
	return a, []file{{citationName, cff}, {licenseName, license}}, nil
}

// named is a person called "Family, Given", or anybody called otherwise.
func named(name string) author {
	family, given, ok := strings.Cut(name, ",")
	if !ok {
		return author{Name: name}
	}
	family, given = strings.TrimSpace(family), strings.TrimSpace(given)
	return author{Name: strings.TrimSpace(given + " " + family), Given: given, Family: family}
}

// finish adds the files that are about the others, and sorts them.
func (c *collection) finish(a about, files []file) ([]file, error) {
	var err error
	if a.publications, err = publications(c.cites); err != nil {
		return nil, err
	}
	bib, err := figures.BibTeX(c.cites)
	if err != nil {
		return nil, fmt.Errorf("bundle: %w", err)
	}
	conf, err := c.conf.encode()
	if err != nil {
		return nil, fmt.Errorf("bundle: %s: %w", configurationName, err)
	}
	if _, err := parseConfiguration(conf); err != nil {
		return nil, fmt.Errorf("bundle: %w", err)
	}
	files = append(files, c.files...)
	files = append(files, file{bibName, []byte(bib)}, file{configurationName, conf})
	byName := func(a, b file) int { return cmp.Compare(a.name, b.name) }
	slices.SortFunc(files, byName)
	var artifacts []file
	for _, f := range files {
		if strings.HasSuffix(f.name, ".arrow") {
			artifacts = append(artifacts, f)
		}
	}
	files = append(files, file{artifactSumsName, sums(artifacts, artifactsFolder+"/")})
	readme, err := c.readme(a)
	if err != nil {
		return nil, fmt.Errorf("bundle: %s: %w", readmeName, err)
	}
	files = append(files, file{readmeName, readme})
	slices.SortFunc(files, byName)
	crate, err := c.crate(a, files)
	if err != nil {
		return nil, fmt.Errorf("bundle: %s: %w", crateName, err)
	}
	files = append(files, file{crateName, crate})
	slices.SortFunc(files, byName)
	files = append(files, file{sumsName, sums(files, "")})
	slices.SortFunc(files, byName)
	return files, nil
}
