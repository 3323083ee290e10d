package main

import (
	"errors"
	"math"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"lightfast/pnn/dataset"
	"lightfast/pnn/train"
	"lightfast/reproduce/bundle"
	"lightfast/reproduce/engine"
)

func bundleCommand() *cobra.Command {
	var s settings
	var o bundle.Options
	c := &cobra.Command{
		Use:   "bundle FIGURE...",
		Short: "Pack figures with all that they rest on into one file to share",
		Long: `Writes one zip archive with the artifacts, pictures, notebooks and configuration
of figures, RO-Crate metadata, citations and checksums. The same results give the
same bytes. Somebody else checks it, and runs it again, with reproduce verify FILE.`,
		Example: `  go run ./reproduce bundle dat-fig4d
  go run ./reproduce bundle dat-fig5c dat-fig5d --from out --profile standard --out fig5.zip
  go run ./reproduce verify fig5.zip --rerun`,
		Args: want(1, math.MaxInt, "the names of figures (reproduce list shows them)"),
		RunE: func(c *cobra.Command, ids []string) (err error) {
			if o.Results, err = s.options(ids); err != nil {
				return err
			}
			o.Errors = s.errors
			if o.To == "" {
				o.To = strings.Join(ids, "_") + "_" + o.Results.Profile.Folder() + bundle.Extension
			}
			if err := bundle.Write(c.Context(), o); err != nil {
				return err
			}
			return s.verifyBundle(c, o.To, false)
		},
	}
	f := c.Flags()
	f.StringVar(&s.out, "from", committed, "folder with the artifacts and figures")
	f.StringVar(&o.To, "out", "", "file to write (default: named after figures and profile, .zip)")
	f.StringVar(&s.profile, "profile", "quick", "profile of the results: quick, standard or paper")
	f.StringVar(&s.protocol, "protocol", train.Published, "protocol of the results: published or held-out")
	f.StringArrayVar(&o.Authors, "author", nil, `who made the results, "Family, Given" (default: the authors of CITATION.cff)`)
	f.StringVar(&o.Published, "date", "", "day of publication, 2006-01-02 (default: that of CITATION.cff)")
	s.errorsFlag(c)
	return c
}

// verifyBundle checks a bundle, and runs it again if asked to.
func (s *settings) verifyBundle(c *cobra.Command, path string, rerun bool) (err error) {
	b, err := bundle.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	w := c.OutOrStdout()
	var found bundle.Summary
	if rerun {
		o := bundle.RerunOptions{Data: dataset.Options{Dir: s.data}, Workers: s.workers, Status: engine.NewStatus(os.Stderr, terminal(os.Stderr))}
		if s.errors != "" {
			if o.Given, _, err = givenChips(s.errors, b.Profile()); err != nil {
				return err
			}
		}
		found, err = b.Rerun(c.Context(), o, w)
	} else {
		found, err = b.Verify(w)
	}
	if err == nil && !found.OK() {
		err = errMissed
	}
	return err
}
