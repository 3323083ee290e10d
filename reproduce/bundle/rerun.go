package bundle

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lightfast/pnn/artifact"
	"lightfast/pnn/dataset"
	"lightfast/pnn/experiment"
	"lightfast/pnn/mesh"
	"lightfast/reproduce/engine"
	"lightfast/reproduce/figures"
)

// RerunOptions say with what runs are repeated.
type RerunOptions struct {
	Data    dataset.Options           // where data sets come from
	Given   map[string][]*mesh.Errors // error arrays by their name (experiment.Sample)
	Workers int                       // processors to use; 0: all
	Status  *engine.Status            // what a person sees meanwhile; nil: nothing
}

// Rerun verifies the bundle and then executes its runs again and draws its
// figures again, in a temporary folder. It writes a line to w for each artifact
// that says whether its bits are the same. Runs whose data are not at hand are
// named in Summary.NotRun with what they need; the others are repeated. A
// bundle with problems is not run.
//
// The bits compared are those of the content (see package artifact): numbers,
// names, configuration, data and code version, not which Go wrote the file.
func (b *Bundle) Rerun(ctx context.Context, o RerunOptions, w io.Writer) (Summary, error) {
	in, err := b.inspect(w)
	if err != nil {
		return in.Summary, err
	}
	if len(in.Problems) > 0 {
		fmt.Fprintln(w, "nothing is run again from a bundle with problems")
		return in.Summary, nil
	}
	if b.conf.Code != experiment.Code {
		return in.Summary, fmt.Errorf("bundle: %s was made by %s, this is %s, which gives other bits: check out the version that made it to run it again", b.path, b.conf.Code, experiment.Code)
	}
	known, err := b.figuresHere()
	if err != nil {
		return in.Summary, err
	}
	ready, lacking, err := o.ready(ctx, in.runs, b.conf.Data)
	if err != nil {
		return in.Summary, err
	}
	for _, l := range lacking {
		in.NotRun = append(in.NotRun, l)
		fmt.Fprintln(w, l)
	}
	tmp, err := os.MkdirTemp("", "lightfast-rerun-")
	if err != nil {
		return in.Summary, fmt.Errorf("bundle: %w", err)
	}
	defer os.RemoveAll(tmp)
	again := engine.Options{Profile: b.Profile(), Out: tmp, Data: o.Data, Workers: o.Workers, Given: o.Given, Status: o.Status}
	whole := make([]bool, len(known)) // figures whose runs are all repeated
	for i, f := range known {
		var runs []experiment.Run
		for _, r := range ready {
			if slices.Contains(b.conf.Figures[i].Runs, r.ID()) {
				runs = append(runs, r)
			}
		}
		switch {
		case len(runs) < len(b.conf.Figures[i].Runs):
		case b.sameRuns(f, b.conf.Figures[i].Runs):
			whole[i] = true
		default:
			in.NotRun = append(in.NotRun, fmt.Sprintf("figure %s is not drawn again: this Lightfast draws it from other runs", f.ID))
			fmt.Fprintln(w, in.NotRun[len(in.NotRun)-1])
		}
		if !whole[i] {
			f.Runs = func(figures.Profile) []experiment.Run { return runs }
		}
		again.Figures = append(again.Figures, f)
	}
	if len(ready) == 0 && !slices.Contains(whole, true) {
		return in.Summary, nil
	}
	if plan := again.Plan(); len(plan) > 0 {
		fmt.Fprintf(w, "running %s again: about %s on this machine\n", count(len(plan), "run"), engine.Expected(plan, o.Workers).Round(time.Second))
	}
	if _, err := again.Run(ctx); err != nil {
		return in.Summary, err
	}
	return in.Summary, b.compare(in, again, ready, whole, w)
}

// ready divides runs into those that can be repeated here, and says what the
// others need.
func (o RerunOptions) ready(ctx context.Context, runs []experiment.Run, refs []artifact.DataRef) (ready []experiment.Run, lacking []string, err error) {
	sets := map[string]error{} // what is wrong with a data set
	var needs []string         // in the order in which they were met
	waiting := map[string]int{}
	for _, r := range runs {
		if _, known := sets[r.Data]; !known {
			opt := o.Data
			opt.Train, opt.Test = 1, 1
			_, sets[r.Data] = dataset.Load(ctx, r.Data, opt)
			if err := ctx.Err(); err != nil {
				return nil, nil, err
			}
		}
		var need string
		if err := sets[r.Data]; err != nil {
			need = fmt.Sprintf("data set %s (%s): %v", r.Data, parts(r.Data, refs), err)
		} else if s := r.Chip.Sample; s != "" && o.Given[s] == nil {
			need = fmt.Sprintf("a chip with given errors %.12s..., which are not at hand: point at the folder that holds them (--errors)", s)
		}
		if need == "" {
			ready = append(ready, r)
			continue
		}
		if waiting[need] == 0 {
			needs = append(needs, need)
		}
		waiting[need]++
	}
	for _, need := range needs {
		lacking = append(lacking, fmt.Sprintf("not run again: %d of %d runs, which need %s", waiting[need], len(runs), need))
	}
	return ready, lacking, nil
}

// parts lists the parts of a data set that a bundle rests on: "mnist train 20000".
func parts(set string, refs []artifact.DataRef) string {
	var names []string
	for _, d := range refs {
		if strings.HasPrefix(d.Name, set+" ") {
			names = append(names, d.Name)
		}
	}
	return strings.Join(names, ", ")
}

// compare says of each artifact that was made again whether it is the same.
func (b *Bundle) compare(in *inspection, again engine.Options, ready []experiment.Run, whole []bool, w io.Writer) error {
	check := func(path, name string) error {
		info, err := artifact.Inspect(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err == nil && info.Provenance.Content == in.content[name] {
			in.Same++
			fmt.Fprintf(w, "same       %s\n", name)
			return nil
		}
		in.Different = append(in.Different, name)
		fmt.Fprintf(w, "DIFFERENT  %s\n", name)
		return nil
	}
	p := b.Profile()
	for _, r := range ready {
		names := runFiles(p, r)
		for i, path := range experiment.Files(again.RunDir(r), r) {
			if err := check(path, names[i]); err != nil {
				return err
			}
		}
	}
	for i, f := range again.Figures {
		if !whole[i] {
			continue
		}
		table, png, svg := figureFiles(p, f.ID)
		dir := again.FigureDir(f)
		if err := check(filepath.Join(dir, filepath.Base(table)), table); err != nil {
			return err
		}
		for _, name := range []string{png, svg} {
			now, err := os.ReadFile(filepath.Join(dir, filepath.Base(name)))
			if err != nil {
				return fmt.Errorf("bundle: %w", err)
			}
			then, err := b.read(name)
			if err != nil {
				return fmt.Errorf("bundle: %s: %w", b.path, err)
			}
			if !bytes.Equal(now, then) {
				in.Pictures = append(in.Pictures, name)
				fmt.Fprintf(w, "redrawn    %s: the picture has other bytes; its numbers are compared above\n", name)
			}
		}
	}
	fmt.Fprintf(w, "%d of %s came out the same", in.Same, count(in.Same+len(in.Different), "artifact"))
	if left := in.Artifacts - in.Same - len(in.Different); left > 0 {
		fmt.Fprintf(w, ", %d were not made again", left)
	}
	fmt.Fprintln(w)
	return nil
}
