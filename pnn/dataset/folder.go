package dataset

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// standard holds the four file names that all sets of the MNIST family use.
var standard = [4]string{"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"}

// LoadIDX reads a data set of one's own from four IDX files of unsigned bytes,
// gzipped or not. Any image size will do; Rows and Cols report it. Classes is
// one more than the highest training label, and a test label beyond that is an
// error. Nothing is known of the content beforehand: SHA256 records what was
// found. The set is named after the folder of trainImages.
func LoadIDX(trainImages, trainLabels, testImages, testLabels string) (Pair, error) {
	name := "idx"
	if abs, err := filepath.Abs(trainImages); err == nil {
		name = filepath.Base(filepath.Dir(abs))
	}
	var a [4]*array
	for i, path := range []string{trainImages, trainLabels, testImages, testLabels} {
		var err error
		if a[i], err = readIDX(path, magics[i]); err != nil {
			return Pair{}, err
		}
	}
	return join(name, a, 0)
}

// LoadFolder is [LoadIDX] for a folder that holds the four files under MNIST's
// own names (train-images-idx3-ubyte and so on), with or without .gz.
func LoadFolder(dir string) (Pair, error) {
	var paths [4]string
	for i, name := range standard {
		path, ok := find(dir, name)
		if !ok {
			return Pair{}, fmt.Errorf("dataset: no %s or %s.gz in %s; use LoadIDX for files of other names", name, name, dir)
		}
		paths[i] = path
	}
	return LoadIDX(paths[0], paths[1], paths[2], paths[3])
}

// magics are the magic numbers of the four files of a set, in order.
var magics = [4]uint32{magicImages, magicLabels, magicImages, magicLabels}

// join makes a pair of the four arrays of a set.
// classes 0 stands for one more than the highest training label.
func join(name string, a [4]*array, classes int) (Pair, error) {
	if classes == 0 && a[0].dims[0] == 0 {
		return Pair{}, fmt.Errorf("dataset: %s holds no images; at least one is needed to train on, and to know the number of classes", a[0].path)
	}
	train, err := newSet(name, a[0], a[1], classes)
	if err != nil {
		return Pair{}, err
	}
	if !slices.Equal(a[0].dims[1:], a[2].dims[1:]) {
		return Pair{}, fmt.Errorf("dataset: %s holds %s but %s holds %s; both parts need the same size",
			a[0].path, shape(a[0].dims), a[2].path, shape(a[2].dims))
	}
	test, err := newSet(name, a[2], a[3], train.Classes)
	if err != nil {
		return Pair{}, err
	}
	return Pair{Train: train, Test: test}, nil
}

// find looks for a file, or the file with .gz, in dir. Some archives write a
// dot for the dash before "idx".
func find(dir, name string) (path string, ok bool) {
	dotted := strings.Replace(name, "-idx", ".idx", 1)
	for _, n := range []string{name, name + ".gz", dotted, dotted + ".gz"} {
		path = filepath.Join(dir, n)
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return path, true
		}
	}
	return "", false
}

// load reads a published set from a data folder and checks it against its pins.
// The four files must lie together: the first place that has any has them all.
func (p *published) load(dir string) (Pair, error) {
	if info, err := os.Stat(dir); err != nil {
		return Pair{}, fmt.Errorf("dataset: %s: data folder: %w; correct the folder (--data, Options.Dir or LIGHTFAST_DATA)", p.name, err)
	} else if !info.IsDir() {
		return Pair{}, fmt.Errorf("dataset: %s: %s is a file; --data, Options.Dir or LIGHTFAST_DATA must name the folder that holds it", p.name, dir)
	}
	for _, sub := range p.folders {
		place := filepath.Join(dir, filepath.FromSlash(sub))
		if slices.ContainsFunc(p.files[:], func(f pin) bool { _, ok := find(place, f.file); return ok }) {
			pair, err := p.loadFrom(place)
			if err != nil {
				return Pair{}, fmt.Errorf("%w%s", err, elsewhere)
			}
			return pair, nil
		}
	}
	return Pair{}, fmt.Errorf("dataset: %s: found in none of %s; %s%s",
		p.name, strings.Join(p.places(dir), ", "), p.wanted(&p.files[0]), elsewhere)
}

// loadFrom reads a published set whose files lie in place itself.
func (p *published) loadFrom(place string) (Pair, error) {
	var a [4]*array
	for i := range p.files {
		f := &p.files[i]
		path, ok := find(place, f.file)
		if !ok {
			return Pair{}, fmt.Errorf("dataset: %s: no %s in %s; %s", p.name, f.file, place, p.wanted(f))
		}
		got, err := readIDX(path, f.magic)
		if err != nil {
			return Pair{}, fmt.Errorf("%w; %s", err, p.wanted(f))
		}
		if p.unpinned {
			err = p.shaped(got, f)
		} else if got.sum != f.plain {
			err = p.stranger(got, f)
		}
		if err != nil {
			return Pair{}, err
		}
		a[i] = got
	}
	if p.transposed {
		a[0].transpose()
		a[2].transpose()
	}
	return join(p.name, a, p.classes)
}

// elsewhere is the other remedy for a data folder that lacks a file.
const elsewhere = ", or name no folder (--data, Options.Dir and LIGHTFAST_DATA empty) to have it downloaded"

// wanted says what a file must be and where to get it.
func (p *published) wanted(f *pin) string {
	what := fmt.Sprintf("%d labels", f.count)
	if f.magic == magicImages {
		what = fmt.Sprintf("%d images of %dx%d", f.count, side, side)
	}
	if p.unpinned {
		from := p.mirrors
		if p.archive != "" {
			from = nil
			for _, m := range p.mirrors {
				from = append(from, m+p.archive)
			}
		}
		return fmt.Sprintf("%s.gz or %s, IDX with %s, is expected: copy it there from %s", f.file, f.file, what, strings.Join(from, " or "))
	}
	return fmt.Sprintf("%s.gz (%d bytes, SHA-256 %s) or %s (SHA-256 %s), IDX with %s, is expected: copy it there from %s",
		f.file, f.size, f.packed, f.file, f.plain, what, strings.Join(p.mirrors, " or "))
}

// stranger is the error for a well-formed file that is not the published one.
func (p *published) stranger(got *array, f *pin) error {
	for _, other := range catalogue {
		for _, o := range other.files {
			if o.plain != "" && o.plain == got.sum {
				return fmt.Errorf("dataset: %s: %s is %s of %s (SHA-256 of the content %s), %s (SHA-256 %s) was expected; give each set a folder of its own name",
					p.name, got.path, o.file, other.name, got.sum, f.file, f.plain)
			}
		}
	}
	return fmt.Errorf("dataset: %s: %s holds %s with SHA-256 %s, but the published %s has %s; fetch the file again, or read data of your own with LoadFolder",
		p.name, got.path, shape(got.dims), got.sum, f.file, f.plain)
}

// places lists where in dir a set is looked for.
func (p *published) places(dir string) []string {
	var s []string
	for _, sub := range p.folders {
		s = append(s, filepath.Join(dir, filepath.FromSlash(sub)))
	}
	return s
}
