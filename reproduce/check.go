package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"lightfast/pnn/dataset"
	"lightfast/pnn/lane"
	"lightfast/pnn/mesh"
	"lightfast/pnn/published"
	"lightfast/pnn/train"
)

func checkCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "check SYSTEM",
		Short: "Evaluate the authors' published weights and compare with their results",
		Example: `  go run ./reproduce check dat-mpnn --weights DAT_MPNN --errors DAT_MPNN/MZI_Error \
      --data ~/datasets --expect expected.csv`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(checkDATCommand(), checkSATCommand(), checkD2NNCommand())
	return c
}

func checkDATCommand() *cobra.Command {
	d := datCheck{allowed: 2}
	c := &cobra.Command{
		Use:   "dat-mpnn",
		Short: "The mesh networks of dual adaptive training (Zheng et al. 2023)",
		Long: `Loads each weight file that a table names, and the error samples of its chip,
classifies all test images on the ideal model and on the chip, and compares the
numbers of right answers with those that the authors' code gives. The table is a
CSV file with the columns weights (a path below --weights), dataset (MNIST or
FMNIST), bs_error, phase_error, ideal_correct (may be empty), chip_correct and
images. Ends with exit status 1 if any differs by more than 2 images.`,
		Example: `  go run ./reproduce check dat-mpnn --weights DAT_MPNN --errors DAT_MPNN/MZI_Error \
      --data ~/datasets --expect expected.csv`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return d.run(c.Context(), c.OutOrStdout()) },
	}
	f := c.Flags()
	f.StringVar(&d.weights, "weights", "", "folder that the paths of the table start from (the authors' repository)")
	f.StringVar(&d.errors, "errors", "", "the authors' folder MZI_Error (default: MZI_Error below --weights)")
	f.StringVar(&d.data, "data", "", "folder with MNIST and Fashion-MNIST (default: $LIGHTFAST_DATA, else downloaded once)")
	f.StringVar(&d.expect, "expect", "", "CSV table of what to expect")
	f.IntVar(&d.workers, "workers", 0, "processors to use (default: all)")
	for _, name := range []string{"weights", "expect"} {
		if err := c.MarkFlagRequired(name); err != nil {
			panic(err) // the flag is defined above
		}
	}
	return c
}

// datCheck evaluates published weight files.
type datCheck struct {
	weights, errors, data, expect string
	workers, allowed              int
}

// expected is a row of the table.
type expected struct {
	weights, set            string
	splitter, phase         float64
	ideal, chip, testImages int // ideal is -1 where nothing is expected
}

var expectedColumns = []string{"weights", "dataset", "bs_error", "phase_error", "ideal_correct", "chip_correct", "images"}

// readExpected reads the table.
func readExpected(path string) ([]expected, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	head, err := r.Read()
	if err != nil || strings.Join(head, ",") != strings.Join(expectedColumns, ",") {
		return nil, fmt.Errorf("%s: expected a CSV table with the columns %s", path, strings.Join(expectedColumns, ","))
	}
	var rows []expected
	for {
		v, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		line, _ := r.FieldPos(0)
		e := expected{weights: v[0], ideal: -1}
		var bad error
		number := func(column int, to *int) {
			if n, err := strconv.Atoi(v[column]); err != nil || n < 0 {
				bad = fmt.Errorf("%s, line %d: %s is %q, expected a whole number", path, line, expectedColumns[column], v[column])
			} else {
				*to = n
			}
		}
		sigma := func(column int, to *float64) {
			if x, err := strconv.ParseFloat(v[column], 64); err != nil || !(x >= 0) {
				bad = fmt.Errorf("%s, line %d: %s is %q, expected a standard deviation", path, line, expectedColumns[column], v[column])
			} else {
				*to = x
			}
		}
		switch v[1] {
		case "MNIST":
			e.set = "mnist"
		case "FMNIST":
			e.set = "fashion-mnist"
		default:
			bad = fmt.Errorf("%s, line %d: dataset is %q, expected MNIST or FMNIST", path, line, v[1])
		}
		sigma(2, &e.splitter)
		sigma(3, &e.phase)
		if v[4] != "" {
			number(4, &e.ideal)
		}
		number(5, &e.chip)
		number(6, &e.testImages)
		if bad != nil {
			return nil, bad
		}
		rows = append(rows, e)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s: the table has no rows", path)
	}
	return rows, nil
}

// testSet is an encoded test set.
type testSet struct {
	fields *lane.Batch[float32]
	labels []uint8
}

func (d *datCheck) run(ctx context.Context, w io.Writer) error {
	rows, err := readExpected(d.expect)
	if err != nil {
		return err
	}
	if d.errors == "" {
		d.errors = filepath.Join(d.weights, "MZI_Error")
	}
	pool := lane.NewPool(d.workers)
	sets := map[string]*testSet{}
	for _, e := range rows {
		if sets[e.set] != nil {
			continue
		}
		pair, err := dataset.Load(ctx, e.set, dataset.Options{Dir: d.data, Train: 1})
		if err != nil {
			return err
		}
		s, err := dataset.FourierCrop(pair.Test, 8, pool)
		if err != nil {
			return err
		}
		index := make([]int, s.Len())
		for i := range index {
			index[i] = i
		}
		t := &testSet{lane.NewBatch[float32](s.Len(), s.Rows), pair.Test.Labels}
		t.fields.Gather(s, index)
		sets[e.set] = t
	}
	// Each row is evaluated by one worker; the lines are printed in order.
	type answer struct {
		ideal, chip int
		err         error
	}
	answers := make([]answer, len(rows))
	pool.For(len(rows), func(i, _ int) {
		if err := ctx.Err(); err != nil {
			answers[i].err = err
			return
		}
		a, e := &answers[i], rows[i]
		if e.testImages != len(sets[e.set].labels) {
			a.err = fmt.Errorf("%s: the table expects %d images for %s, the test set has %d", d.expect, e.testImages, e.weights, len(sets[e.set].labels))
			return
		}
		path := filepath.Join(d.weights, filepath.FromSlash(e.weights))
		chip, err := published.DATErrors(d.errors, e.splitter, e.phase)
		if err != nil {
			a.err = err
			return
		}
		if a.chip, a.err = correct(path, chip, sets[e.set]); a.err == nil && e.ideal >= 0 {
			a.ideal, a.err = correct(path, nil, sets[e.set])
		}
	})
	worst, compared := 0, 0
	line := func(e expected, where string, want, got int) {
		diff := got - want
		worst = max(worst, diff, -diff)
		compared++
		fmt.Fprintf(w, "%-100s %-5s bs %.2f ps %.2f  %-5s expected %5d  ours %5d  difference %+d\n", e.weights, strings.ToUpper(strings.Replace(e.set, "fashion-", "f", 1)), e.splitter, e.phase, where, want, got, diff)
	}
	for i, e := range rows {
		if answers[i].err != nil {
			return answers[i].err
		}
		if e.ideal >= 0 {
			line(e, "ideal", e.ideal, answers[i].ideal)
		}
		line(e, "chip", e.chip, answers[i].chip)
	}
	fmt.Fprintf(w, "checked %d, worst difference %d images\n", compared, worst)
	if worst > d.allowed {
		return errMissed
	}
	return nil
}

// correct counts the test images that a published network gets right.
func correct(path string, chip []*mesh.Errors, t *testSet) (int, error) {
	net, err := published.DATNetwork[float32](path, chip, false)
	if err != nil {
		return 0, err
	}
	net.Update(nil)
	tr, w := net.NewTrace(lane.Group*lane.Width), net.NewWorkspace()
	right := 0
	for lo := 0; lo < t.fields.Blocks(); lo += lane.Group {
		hi := min(lo+lane.Group, t.fields.Blocks())
		labels := t.labels[lo*lane.Width : min(hi*lane.Width, len(t.labels))]
		tr.Resize(len(labels))
		tr.In[0] = &lane.Batch[float32]{Samples: len(labels), Rows: t.fields.Rows, Data: t.fields.Block(lo, hi)}
		net.Forward(tr, w, 0, hi-lo, false)
		for i, l := range labels {
			if train.Predict(tr.Scores, i) == int(l) {
				right++
			}
		}
	}
	return right, nil
}
