package bundle

import (
	"fmt"
	"os"

	"lightfast/reproduce/figures"
)

// Bundle is an open archive.
type Bundle struct {
	path    string
	file    *os.File
	entries []entry // sorted by name
	sum     map[string]string
	conf    configuration
}

// Open opens a bundle and reads its configuration. It refuses archives that are
// cut short, that are laid out in another way than Write does it, or that do not
// hold exactly the files that SHA256SUMS lists. The contents of the other files
// are for Verify to check. Close it after use.
func Open(path string) (_ *Bundle, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("bundle: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("bundle: %s: it is no regular file; give the %s file that reproduce bundle wrote", path, Extension)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("bundle: %w", err)
	}
	b := &Bundle{path: path, file: f}
	defer func() {
		if err != nil {
			_ = f.Close() // the first error is the one to tell
			err = fmt.Errorf("bundle: %s: refused: %w", path, err)
		}
	}()
	if b.entries, err = entries(f, info.Size()); err != nil {
		return nil, fmt.Errorf("%w; use the file that reproduce bundle wrote, not one packed again", err)
	}
	if err := b.listed(); err != nil {
		return nil, err
	}
	text, err := b.read(configurationName)
	if err != nil {
		return nil, err
	}
	b.conf, err = parseConfiguration(text)
	return b, err
}

// Close closes the archive.
func (b *Bundle) Close() error { return b.file.Close() }

// Profile is the profile of the bundle's figures, with the names of the given
// chips that its runs need.
func (b *Bundle) Profile() figures.Profile { return b.conf.profile() }

// Figures names the figures of the bundle.
func (b *Bundle) Figures() []string {
	var ids []string
	for _, f := range b.conf.Figures {
		ids = append(ids, f.ID)
	}
	return ids
}

// listed compares the entries with SHA256SUMS.
func (b *Bundle) listed() error {
	var text []byte
	for _, f := range b.entries {
		if f.name == sumsName {
			var err error
			if text, err = content(b.file, f); err != nil {
				return err
			}
		}
	}
	if text == nil {
		return fmt.Errorf("it has no %s: it is no bundle; give the file that reproduce bundle wrote", sumsName)
	}
	names, sum, err := readSums(text)
	if err != nil {
		return err
	}
	b.sum = sum
	here := map[string]bool{sumsName: true}
	for _, f := range b.entries {
		here[f.name] = true
		if _, ok := sum[f.name]; !ok && f.name != sumsName {
			return fmt.Errorf("%s is not listed in %s: somebody added it; fetch the original again", f.name, sumsName)
		}
	}
	for _, name := range names {
		if !here[name] || name == sumsName {
			return fmt.Errorf("%s lists %s, which is not there; fetch the original again", sumsName, name)
		}
	}
	return nil
}

// read returns a file whose bytes are those that were listed.
func (b *Bundle) read(name string) ([]byte, error) {
	for _, f := range b.entries {
		if f.name != name {
			continue
		}
		data, err := content(b.file, f)
		if err == nil && sha(data) != b.sum[name] {
			err = fmt.Errorf("%s: damaged: its bytes are not those that %s lists; fetch the bundle again", name, sumsName)
		}
		return data, err
	}
	return nil, fmt.Errorf("it has no %s: it is no bundle, or of another program", name)
}
