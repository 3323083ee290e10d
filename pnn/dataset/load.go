package dataset

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lightfast/pnn/nearest"
)

// Options says where files may come from and how much of a set is wanted. The
// zero value is useful: the folder LIGHTFAST_DATA if that is set, else the
// user's cache filled by a download, and all images.
type Options struct {
	// Dir is a folder that holds the files, itself or in a folder of the set's
	// name (mnist, fashion-mnist; torchvision's MNIST/raw and FashionMNIST/raw;
	// likewise of the others), with or without .gz. Empty: the environment variable LIGHTFAST_DATA. If
	// either is given, nothing is downloaded.
	Dir string

	// Cache is where downloads are kept; empty: lightfast in the user's cache folder.
	Cache string

	// Offline forbids the download: what is in the cache must do.
	Offline bool

	// Mirrors replaces the built-in addresses of a set, by its name; each is
	// what stands before the file's name (a slash is added if it has none).
	Mirrors map[string][]string

	// Client makes the requests; nil: one with timeouts.
	Client *http.Client

	// Progress, if not nil, is told how far a download is, in bytes.
	Progress func(file string, done, total int64)

	// Warn, if not nil, is told of files whose content this package cannot check;
	// else standard error is, once for each content.
	Warn func(text string)

	// Train and Test take only the first so many images; 0 takes all.
	Train, Test int
}

// Names lists the sets that [Load] knows.
func Names() []string {
	return []string{"mnist", "fashion-mnist", "kmnist", "emnist-balanced", "glyphs"}
}

// Size tells how many training and test images a set has, and how many classes.
// It fails if the name is unknown.
func Size(name string) (train, test, labels int, err error) {
	if name == "glyphs" {
		return trainCount, testCount, classes, nil
	}
	for i := range catalogue {
		if p := &catalogue[i]; p.name == name {
			return p.files[0].count, p.files[2].count, p.classes, nil
		}
	}
	return 0, 0, 0, fmt.Errorf("dataset: no data set %q%s; there are %s; LoadFolder reads your own",
		name, nearest.Suggest(name, Names()), strings.Join(Names(), ", "))
}

// Title is the name of a data set in text; that of data of one's own stays as it is.
func Title(name string) string {
	switch name {
	case "mnist":
		return "MNIST"
	case "fashion-mnist":
		return "Fashion-MNIST"
	case "kmnist":
		return "KMNIST"
	case "emnist-balanced":
		return "EMNIST balanced"
	}
	return name
}

// Load returns the data set of that name. It fails if the name is unknown, if
// a file is missing, damaged or not the published one, if no mirror could send
// it, if more images are asked for than there are, or if ctx ends.
func Load(ctx context.Context, name string, opt Options) (Pair, error) {
	train, test, _, err := Size(name)
	if err != nil {
		return Pair{}, err
	}
	if opt.Train < 0 || opt.Train > train {
		return Pair{}, fmt.Errorf("dataset: Options.Train is %d, 1 to %d or 0 for all was expected of %s", opt.Train, train, name)
	}
	if opt.Test < 0 || opt.Test > test {
		return Pair{}, fmt.Errorf("dataset: Options.Test is %d, 1 to %d or 0 for all was expected of %s", opt.Test, test, name)
	}
	if opt.Train == 0 {
		opt.Train = train
	}
	if opt.Test == 0 {
		opt.Test = test
	}
	if name == "glyphs" {
		return glyphs(ctx, opt.Train, opt.Test)
	}
	i := slices.IndexFunc(catalogue, func(p published) bool { return p.name == name })
	return catalogue[i].get(ctx, opt)
}

// get finds the files of a published set, reads them and takes the head of each part.
func (p *published) get(ctx context.Context, opt Options) (Pair, error) {
	if err := ctx.Err(); err != nil {
		return Pair{}, fmt.Errorf("dataset: %s: %w", p.name, err)
	}
	dir := opt.Dir
	if dir == "" {
		dir = os.Getenv("LIGHTFAST_DATA")
	}
	var pair Pair
	var err error
	if dir != "" {
		pair, err = p.load(dir)
	} else if dir, err = cacheDir(opt.Cache); err == nil {
		dir = filepath.Join(dir, "datasets", p.name)
		fetch := p.fetch
		if p.unpinned {
			fetch = p.fetchUnpinned
		}
		if err = fetch(ctx, dir, opt); err == nil {
			pair, err = p.loadFrom(dir)
		}
	}
	if err != nil {
		return Pair{}, err
	}
	if p.unpinned {
		warn(opt, p, pair)
	}
	if pair.Train, err = pair.Train.Head(opt.Train); err != nil {
		return Pair{}, err
	}
	if pair.Test, err = pair.Test.Head(opt.Test); err != nil {
		return Pair{}, err
	}
	return pair, nil
}

// cacheDir returns dir, or lightfast in the user's cache folder if it is empty.
func cacheDir(dir string) (string, error) {
	if dir != "" {
		return dir, nil
	}
	user, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("dataset: no cache folder for downloads (%w); set Options.Cache, or Options.Dir if you have the files", err)
	}
	return filepath.Join(user, "lightfast"), nil
}
