package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"lightfast/pnn/dataset"
	"lightfast/pnn/experiment"
	"lightfast/pnn/lane"
)

// trial classifies the test set of a run with settings as they were read back
// from the files of an export. A nil trial does nothing.
type trial struct {
	of       *experiment.Trained
	variants []*settingsBack
}

// settingsBack are settings that were read back from files of one form.
type settingsBack struct {
	name   string
	off    float64 // largest error of a phase, radians
	phases map[string][]float64
}

// variant names a form, and the bits of its grey levels where it has any.
func variant(form string, bits int) string {
	if bits == 0 {
		return form
	}
	return fmt.Sprintf("%s, %s", form, bitsOf(bits))
}

func bitsOf(n int) string {
	if n == 1 {
		return "1 bit"
	}
	return fmt.Sprintf("%d bits", n)
}

// openTrial reads the run and its test set; nil without --test.
func (e *export) openTrial(ctx context.Context) (*trial, error) {
	if !e.test {
		if e.images != 0 || e.data != "" {
			return nil, fmt.Errorf("--images and --data say what is classified: give --test with them")
		}
		return nil, nil
	}
	if slices.Contains(e.to, "amplitude") {
		return nil, fmt.Errorf("--test: no network of a run has amplitude masks; leave out --to amplitude, or --test")
	}
	data := &experiment.Data{Options: dataset.Options{Dir: e.data}}
	of, err := experiment.OpenTrained(ctx, e.path, data, e.images, lane.NewPool(0))
	if err != nil {
		return nil, fmt.Errorf("--test: %w", err)
	}
	return &trial{of: of}, nil
}

// wrote notes what was read back of a parameter.
func (t *trial) wrote(name string, off float64, parameter string, rad []float64) {
	if t == nil {
		return
	}
	i := slices.IndexFunc(t.variants, func(v *settingsBack) bool { return v.name == name })
	if i < 0 {
		i = len(t.variants)
		t.variants = append(t.variants, &settingsBack{name: name, phases: map[string][]float64{}})
	}
	v := t.variants[i]
	v.off = max(v.off, off)
	v.phases[parameter] = rad
}

// report prints the accuracies, as trained and of each form.
func (t *trial) report(ctx context.Context, w io.Writer) error {
	if t == nil {
		return nil
	}
	fmt.Fprintf(w, "accuracy on %d test images of %s, on %s:\n", t.of.Images, t.of.Run.Data, t.of.Where())
	ideal, err := t.of.Accuracy(ctx, nil)
	if err != nil {
		return err
	}
	width := len("as trained")
	for _, v := range t.variants {
		width = max(width, len(v.name))
	}
	fmt.Fprintf(w, "  %-*s  %6.2f %%\n", width, "as trained", 100*ideal)
	for _, v := range t.variants {
		a, err := t.of.Accuracy(ctx, v.phases)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "  %-*s  %6.2f %%  %+7.2f  (phases at most %.3g rad off)\n", width, v.name, 100*a, 100*(a-ideal), v.off)
	}
	return nil
}
