package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lightfast/pnn/dataset"
	"lightfast/pnn/lane"
	"lightfast/pnn/published"
)

func checkD2NNCommand() *cobra.Command {
	var d d2nnCheck
	c := &cobra.Command{
		Use:   "sat-d2nn",
		Short: "The nonlinear diffractive network of sharpness-aware training (Xu et al. 2026)",
		Long: `Reads every weight file (.pth, .pt) below a folder, or one file, sends MNIST test
images 2400 to 2599 through the network with both phase plates rotated, and prints
the percentage of right answers. Where the authors print theirs for a file of that
name, the two are compared; the exit status is 1 if any differs by an image.`,
		Example: `  go run ./reproduce check sat-d2nn --weights "System3-D2NN/Training Results" --data ~/datasets`,
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return d.run(c.Context(), c.OutOrStdout()) },
	}
	f := c.Flags()
	f.StringVar(&d.weights, "weights", "", "folder with weight files, or one of them")
	f.StringVar(&d.data, "data", "", "folder with MNIST (default: $LIGHTFAST_DATA, else downloaded once)")
	f.Float64SliceVar(&d.degrees, "degrees", []float64{0, 0.5, 0.7, 1}, "rotations of the plates in degrees")
	f.IntVar(&d.workers, "workers", 0, "processors to use (default: all)")
	if err := c.MarkFlagRequired("weights"); err != nil {
		panic(err) // the flag is defined above
	}
	return c
}

type d2nnCheck struct {
	weights, data string
	degrees       []float64
	workers       int
}

// Images 2400 to 2599 are the thirteenth batch of 200, as in the authors' sweep.
const d2nnFirst, d2nnCount = 2400, 200

// d2nnPublished is the percentage at 0, 0.1, ... 1 degrees that the authors print
// for their files (figure data of Xu et al. 2026, rotation sweep).
var d2nnPublished = map[string][]float64{
	"standard_bp.pth": {98, 98, 98, 98, 98, 91, 50, 26, 22.5, 13, 6.5},
	"sat-v1.pth":      {96.5, 96.5, 96.5, 96.5, 96.5, 96.5, 96, 95.5, 95, 96.5, 96.5},
}

// expectedD2NN is what the authors print, if they do.
func expectedD2NN(file string, degrees float64) (percent float64, known bool) {
	for i, p := range d2nnPublished[filepath.Base(file)] {
		if degrees == float64(i)/10 {
			return p, true
		}
	}
	return 0, false
}

func (d *d2nnCheck) run(ctx context.Context, w io.Writer) error {
	var files []string
	err := filepath.WalkDir(d.weights, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && slices.Contains([]string{".pth", ".pt"}, strings.ToLower(filepath.Ext(path))) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("%s: no weight file (.pth, .pt) there", d.weights)
	}
	pair, err := dataset.Load(ctx, "mnist", dataset.Options{Dir: d.data, Train: 1})
	if err != nil {
		return err
	}
	pool := lane.NewPool(d.workers)
	compared, missed := 0, 0
	for _, file := range files {
		net, err := published.ReadD2NN(file)
		if err != nil {
			return err
		}
		classes, err := net.Evaluate(pool, pair.Test, d2nnFirst, d2nnCount, d.degrees)
		if err != nil {
			return err
		}
		for i, angle := range d.degrees {
			right := 0
			for k, c := range classes[i] {
				if c == pair.Test.Labels[d2nnFirst+k] {
					right++
				}
			}
			ours := 100 * float64(right) / d2nnCount
			said := "the authors print nothing"
			if want, known := expectedD2NN(file, angle); known {
				compared++
				said = fmt.Sprintf("published %5.1f %%  the same", want)
				if ours != want {
					missed++
					said = fmt.Sprintf("published %5.1f %%  MISSED", want)
				}
			}
			fmt.Fprintf(w, "%-60s %4.1f deg  ours %5.1f %%  %s\n", file, angle, ours, said)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "%d files, compared %d, missed %d\n", len(files), compared, missed)
	if missed > 0 {
		return errMissed
	}
	return nil
}
