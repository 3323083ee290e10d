package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lightfast/pnn/dataset"
	"lightfast/pnn/lane"
	"lightfast/pnn/published"
)

func checkSATCommand() *cobra.Command {
	var d satCheck
	c := &cobra.Command{
		Use:   "sat",
		Short: "The four systems of sharpness-aware training (Xu et al. 2026)",
		Long: `Reads every weight file (.pth, .pt) below a folder, or one file, finds out by its
tensors which of the authors' systems it belongs to, evaluates it by their own
conventions and compares with what they print: accuracies, sweeps of temperature
and misalignment, losses and eigenvalues, one line each. Ends with exit status 1 if
anything differs.

Conventions: batch norm takes the statistics of the test batch (ring system: batches
of 64, for drift 100; mesh system: 6000 and 4000), and beside each such number stands
the one with running statistics. Where Hessians are computed, rings have no rectifiers
behind norm3 and norm4, inputs are normalised and statistics are running.
Accuracies and sweeps must agree in all printed digits, eigenvalues within 2 %. In
brackets stands where a number is from: the authors' notebook, figure data or text,
or an independent program that has read the same files.

Not compared: eigenvalues of the mesh system, of pruning and of PAT, and Fig. 5e-iv of
plain training, which holds random noise.`,
		Example: `  go run ./reproduce check sat --weights Sharpness-Aware-Training --data ~/datasets`,
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return d.run(c.Context(), c.OutOrStdout()) },
	}
	f := c.Flags()
	f.StringVar(&d.weights, "weights", "", "the authors' repository, a folder in it, or one weight file")
	f.StringVar(&d.errors, "errors", "", "their folder MZI_Error (default: that beside the folder of a weight file)")
	f.StringVar(&d.data, "data", "", "folder with MNIST (default: $LIGHTFAST_DATA, else downloaded once)")
	f.BoolVar(&d.eigen, "eigenvalues", true, "compare eigenvalues of Hessians, which takes most of the time")
	f.IntVar(&d.workers, "workers", 0, "processors to use (default: all)")
	if err := c.MarkFlagRequired("weights"); err != nil {
		panic(err) // the flag is defined above
	}
	return c
}

// satCheck evaluates published weight files.
type satCheck struct {
	weights, errors, data string
	eigen                 bool
	workers               int

	w    io.Writer
	pool *lane.Pool
	test *dataset.Set

	file             *published.SATWeights // under way
	compared, missed int
	without          []string // files of which nothing is published
}

func (d *satCheck) run(ctx context.Context, w io.Writer) error {
	files, err := weightFiles(d.weights)
	if err != nil {
		return fmt.Errorf("--weights: %w; expected a file of the authors' weights, or a folder with such", err)
	}
	if d.workers < 0 {
		return fmt.Errorf("--workers %d, expected at least 1, or 0 for all processors", d.workers)
	}
	pair, err := dataset.Load(ctx, "mnist", dataset.Options{Dir: d.data, Train: 1})
	if err != nil {
		return err
	}
	d.w, d.pool, d.test = w, lane.NewPool(d.workers), pair.Test
	var unknown, empty, found []string
	for _, path := range files {
		if info, err := os.Stat(path); err == nil && info.Size() == 0 && filepath.Base(path) == satEmpty && len(files) > 1 {
			fmt.Fprintf(w, "%s: the file is empty (0 bytes), as it is in the authors' repository; there is nothing to compare\n", path)
			empty = append(empty, filepath.Base(path))
			continue
		}
		file, err := published.ReadSAT(path)
		if err != nil && len(files) == 1 {
			return err
		}
		if err != nil {
			fmt.Fprintf(w, "MISSED: %v\n", err)
			d.missed++
			continue
		}
		if file.System == published.SATUnknown {
			unknown = append(unknown, path)
			fmt.Fprintf(w, "%s: not known: its tensors are those of none of the four systems\n", path)
			continue
		}
		d.file = file
		found = append(found, file.System.String()+"/"+filepath.Base(path))
		before := d.compared
		if err := d.evaluate(ctx); err != nil {
			if ctx.Err() != nil || len(files) == 1 {
				return err
			}
			fmt.Fprintf(w, "MISSED: %v\n", err)
			d.missed++
		}
		if d.compared == before {
			d.without = append(d.without, file.System.String()+"/"+filepath.Base(path))
		}
	}
	list := func(what string, names []string) {
		if len(names) > 0 {
			fmt.Fprintf(w, "%s: %s\n", what, strings.Join(names, ", "))
		}
	}
	list("not known", unknown)
	list("empty", empty)
	list("nothing is published of", d.without)
	list("published but not there", satAbsent(found))
	fmt.Fprintf(w, "%d weight files, compared %d numbers, missed %d\n", len(files), d.compared, d.missed)
	if d.missed > 0 {
		return errMissed
	}
	if d.compared == 0 {
		return fmt.Errorf("%s: no weight file there of which anything is published; expected the repository of sharpness-aware training", d.weights)
	}
	return nil
}

// evaluate prints what there is to say of a file.
func (d *satCheck) evaluate(ctx context.Context) error {
	switch d.file.System {
	case published.SATRings:
		return d.rings(ctx)
	case published.SATMesh:
		return d.mesh(ctx)
	case published.SATFreeSpace:
		return d.space(ctx)
	}
	return d.plates(ctx)
}

// satAbsent lists files with expectations that were not found, of systems of which
// any was.
func satAbsent(found []string) (absent []string) {
	for _, e := range satExpected {
		name := e.system.String() + "/" + e.file
		of := slices.ContainsFunc(found, func(f string) bool { return strings.HasPrefix(f, e.system.String()+"/") })
		if of && !slices.Contains(found, name) && !slices.Contains(absent, name) {
			absent = append(absent, name)
		}
	}
	return absent
}

// weightFiles lists the weight files below a folder, or the file itself.
func weightFiles(root string) (files []string, err error) {
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && (path == root || slices.Contains([]string{".pth", ".pt"}, strings.ToLower(filepath.Ext(path)))) {
			files = append(files, path)
		}
		return err
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s: no weight file (.pth, .pt) there", root)
	}
	return files, err
}
