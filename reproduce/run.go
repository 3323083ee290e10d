package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"lightfast/pnn/dataset"
	"lightfast/pnn/experiment"
	"lightfast/pnn/mesh"
	"lightfast/pnn/published"
	"lightfast/pnn/train"
	"lightfast/reproduce/engine"
	"lightfast/reproduce/figures"
	"lightfast/reproduce/report"
)

// committed is the folder of artifacts that the project ships.
const committed = "artifacts"

// settings are the flags that commands share.
type settings struct {
	profile, data, out, only   string
	errors, protocol, measured string
	workers                    int
	dryRun                     bool
}

func (s *settings) flags(c *cobra.Command, out string) {
	f := c.Flags()
	f.StringVar(&s.profile, "profile", "quick", "how much to run: quick, standard or paper")
	f.StringVar(&s.protocol, "protocol", train.Published, "choose the best epoch on the test set, as the authors do (published), or on samples split off the training set (held-out)")
	f.StringVar(&s.data, "data", "", "folder with MNIST and Fashion-MNIST (default: $LIGHTFAST_DATA, else downloaded once)")
	f.StringVar(&s.out, "out", out, "folder for artifacts, figures and the report")
	f.StringVar(&s.measured, "measured", "", "folder with the authors' data files of figures (CSV), to draw beside ours")
	f.IntVar(&s.workers, "workers", 0, "processors to use; results do not depend on it (default: all)")
}

func (s *settings) errorsFlag(c *cobra.Command) {
	c.Flags().StringVar(&s.errors, "errors", "", "use the authors' chips, their folder MZI_Error of error samples (of dual adaptive training, or of sharpness-aware training), instead of chips drawn from a seed")
}

func (s *settings) options(ids []string) (engine.Options, error) {
	var o engine.Options
	p, err := figures.FindProfile(s.profile)
	if err != nil {
		return o, err
	}
	if s.workers < 0 {
		return o, fmt.Errorf("--workers %d: expected a positive number, or 0 for all processors", s.workers)
	}
	switch s.protocol {
	case train.Published:
	case train.HeldOut:
		p.HoldOut()
	default:
		return o, fmt.Errorf("--protocol %q: expected %s or %s", s.protocol, train.Published, train.HeldOut)
	}
	if s.measured != "" {
		if _, err := os.ReadDir(s.measured); err != nil {
			return o, fmt.Errorf("--measured: %w", err)
		}
		p.Measured = s.measured
	}
	o = engine.Options{Profile: p, Out: s.out, Only: s.only, Workers: s.workers, Data: dataset.Options{Dir: s.data}}
	if s.errors != "" {
		if o.Given, o.Profile.Given, err = givenChips(s.errors, p); err != nil {
			return o, err
		}
	}
	if len(ids) == 0 {
		o.Figures = figures.All()
		return o, nil
	}
	for _, id := range ids {
		f, err := figures.Find(id)
		if err != nil {
			return o, err
		}
		o.Figures = append(o.Figures, f)
	}
	return o, nil
}

// givenChips reads the authors' error samples for all error levels of a profile
// that the folder holds.
func givenChips(dir string, p figures.Profile) (arrays map[string][]*mesh.Errors, names map[[2]float64]string, err error) {
	levels := append([][2]float64(nil), p.Joint...)
	for _, s := range append(append([]float64(nil), p.Sigmas...), p.Severe...) {
		levels = append(levels, [2]float64{s, 0}, [2]float64{0, s})
	}
	arrays, names = map[string][]*mesh.Errors{}, map[[2]float64]string{}
	var missing error
	for _, l := range levels {
		e, err := published.DATErrors(dir, l[0], l[1])
		if errors.Is(err, fs.ErrNotExist) {
			missing = err
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		name := experiment.Sample(e)
		arrays[name], names[l] = e, name
	}
	// The chip of hybrid networks is kept in another way.
	switch e, err := published.SATErrors(dir); {
	case err == nil:
		chip := []*mesh.Errors{e}
		name := experiment.Sample(chip)
		arrays[name], names[figures.MeshChip()] = chip, name
	case !errors.Is(err, fs.ErrNotExist):
		return nil, nil, err
	case len(names) == 0:
		return nil, nil, fmt.Errorf("%w; and %w", missing, err)
	}
	return arrays, names, nil
}

// terminal tells whether f is a terminal, where lines can be rewritten.
func terminal(f *os.File) bool {
	i, err := f.Stat()
	return err == nil && i.Mode()&os.ModeCharDevice != 0
}

func allCommand() *cobra.Command {
	var s settings
	c := &cobra.Command{
		Use:   "all",
		Short: "Run everything: train, store, draw, report",
		Example: `  go run ./reproduce all
  go run ./reproduce all --profile standard --data ~/datasets
  go run ./reproduce all --profile paper --dry-run`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return s.reproduce(c.Context(), c.OutOrStdout(), nil) },
	}
	s.flags(c, "out")
	c.Flags().BoolVar(&s.dryRun, "dry-run", false, "print the runs and the expected time, and do nothing")
	return c
}

func runCommand() *cobra.Command {
	var s settings
	c := &cobra.Command{
		Use:   "run FIGURE...",
		Short: "Run and draw some figures",
		Example: `  go run ./reproduce run dat-fig4d
  go run ./reproduce run dat-fig4bc --profile paper --only mnist_ps
  go run ./reproduce run dat-fig5c dat-fig5d --profile standard --dry-run`,
		Args: want(1, math.MaxInt, "the names of figures (reproduce list shows them)"),
		RunE: func(c *cobra.Command, ids []string) error { return s.reproduce(c.Context(), c.OutOrStdout(), ids) },
	}
	s.flags(c, "out")
	c.Flags().StringVar(&s.only, "only", "", "execute only runs whose name contains this")
	s.errorsFlag(c)
	c.Flags().BoolVar(&s.dryRun, "dry-run", false, "print the runs and the expected time, and do nothing")
	return c
}

// reproduce executes and draws, and ends with the report.
func (s *settings) reproduce(ctx context.Context, w io.Writer, ids []string) error {
	o, err := s.options(ids)
	if err != nil {
		return err
	}
	if s.dryRun {
		return dryRun(w, o)
	}
	o.Status = engine.NewStatus(os.Stderr, terminal(os.Stderr))
	if n := len(o.Plan()); n == 0 && o.Only != "" {
		return fmt.Errorf("no run of these figures has %q in its name; see the names with --dry-run", o.Only)
	}
	pages, err := o.Run(ctx)
	if err != nil {
		return err
	}
	return s.finish(w, o, pages)
}

// finish writes the report and says where it is.
func (s *settings) finish(w io.Writer, o engine.Options, pages []engine.Page) error {
	r := report.Report{Pages: pages, Timings: filepath.Join(o.Out, "timings.csv"), Notebooks: notebooks}
	if clean(o.Out) != clean(committed) {
		if _, err := os.Stat(filepath.Join(committed, "SHA256SUMS")); err == nil {
			same, different, err := o.Compare(committed)
			if err != nil {
				return err
			}
			r.Same, r.Different = same, different
			if same+len(different) > 0 {
				fmt.Fprintf(w, "%d of %d artifacts have the same content as those in %s\n", same, same+len(different), committed)
			}
		}
	}
	path := filepath.Join(o.Out, "report-"+o.Profile.Folder()+".html")
	if err := r.Write(path); err != nil {
		return err
	}
	fmt.Fprintf(w, "%d figures and their artifacts are in %s, the report is %s\n", len(pages), o.Out, path)
	return nil
}

// notebooks is the folder of notebooks, to which the report links.
const notebooks = "notebooks"

func clean(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return abs
}

func dryRun(w io.Writer, o engine.Options) error {
	runs := o.Plan()
	for _, warning := range engine.Warnings(runs...) {
		fmt.Fprintln(w, "warning:", warning)
	}
	var left []experiment.Run
	for _, r := range runs {
		state := "to run"
		if experiment.Complete(o.RunDir(r), r) {
			state = "there"
		} else {
			left = append(left, r)
		}
		fmt.Fprintf(w, "%-7s %s  (%d epochs, %d images)\n", state, r.ID(), r.Epochs, r.Train)
	}
	fmt.Fprintf(w, "%d runs, %d of them to run: about %s on this machine\n", len(runs), len(left), engine.Expected(left, o.Workers).Round(time.Second))
	return nil
}

func figuresCommand() *cobra.Command {
	var s settings
	c := &cobra.Command{
		Use:   "figures [FIGURE...]",
		Short: "Draw figures and the report from artifacts alone",
		Example: `  go run ./reproduce figures
  go run ./reproduce figures dat-fig5c --out artifacts --profile standard
  go run ./reproduce figures --out artifacts --profile all`,
		Long: `Draws figures, and the report page, from the artifacts of a folder. With --profile
all every profile that has results there is drawn, and one page, report.html, shows
them together.`,
		RunE: func(c *cobra.Command, ids []string) error {
			if s.profile == "all" {
				return s.drawEveryProfile(c.OutOrStdout(), ids)
			}
			o, err := s.options(ids)
			if err != nil {
				return err
			}
			if _, err := os.Stat(o.Out); err != nil {
				return fmt.Errorf("%s: no such folder; run the figures first (reproduce run) or point at artifacts with --out", o.Out)
			}
			pages, err := o.Draw()
			if err != nil {
				return err
			}
			return s.finish(c.OutOrStdout(), o, pages)
		},
	}
	s.flags(c, "out")
	s.errorsFlag(c)
	return c
}

// drawEveryProfile draws all profiles that have results and one page for them.
func (s *settings) drawEveryProfile(w io.Writer, ids []string) error {
	r := report.Report{Timings: filepath.Join(s.out, "timings.csv"), Notebooks: notebooks}
	for _, p := range figures.Profiles() {
		s.profile = p.Name
		o, err := s.options(ids)
		if err != nil {
			return err
		}
		o.Figures = slices.DeleteFunc(o.Figures, func(f figures.Figure) bool {
			_, err := os.Stat(o.FigureDir(f))
			return err != nil // never drawn under this profile
		})
		if len(o.Figures) == 0 {
			continue
		}
		pages, err := o.Draw()
		if err != nil {
			return err
		}
		r.Pages = append(r.Pages, pages...)
	}
	if len(r.Pages) == 0 {
		return fmt.Errorf("%s: no profile has results there; run the figures first (reproduce run) or point at artifacts with --out", s.out)
	}
	path := filepath.Join(s.out, "report.html")
	if err := r.Write(path); err != nil {
		return err
	}
	fmt.Fprintf(w, "%d figures are in %s, the report is %s\n", len(r.Pages), s.out, path)
	return nil
}

func listCommand() *cobra.Command {
	var s settings
	c := &cobra.Command{
		Use:   "list",
		Short: "List figures and profiles",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			p, err := figures.FindProfile(s.profile)
			if err != nil {
				return err
			}
			w := c.OutOrStdout()
			fmt.Fprintf(w, "Figures (runs under profile %s)\n", p.Name)
			for _, f := range figures.All() {
				n := 0
				if f.Runs != nil {
					n = len(f.Runs(p))
				}
				fmt.Fprintf(w, "  %-11s %3d  %s\n", f.ID, n, f.Title)
			}
			fmt.Fprintln(w, "\nProfiles")
			for _, p := range figures.Profiles() {
				fmt.Fprintf(w, "  %-9s %s\n", p.Name, p.About)
			}
			return nil
		},
	}
	c.Flags().StringVar(&s.profile, "profile", "quick", "quick, standard or paper")
	return c
}
