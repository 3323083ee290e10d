package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"lightfast/reproduce/engine"
)

func verifyCommand() *cobra.Command {
	var s settings
	var rerun bool
	c := &cobra.Command{
		Use:   "verify [BUNDLE]",
		Short: "Check that artifacts or a bundle are whole, and with --rerun that runs give them again",
		Long: `Checks every artifact below a folder against the manifest SHA256SUMS and against
the content hash inside it: a single flipped bit is found and the file is named.
With --rerun the runs of a profile that have results there are repeated in a
temporary folder, and their artifacts are compared. With the name of a bundle the
same is done for what it holds.`,
		Example: `  go run ./reproduce verify
  go run ./reproduce verify --out out --rerun
  go run ./reproduce verify dat-fig4d_quick.zip --rerun`,
		Args: want(0, 1, "one bundle, or none to check the artifacts of --out"),
		RunE: func(c *cobra.Command, bundles []string) error {
			if len(bundles) == 1 {
				return s.verifyBundle(c, bundles[0], rerun)
			}
			w := c.OutOrStdout()
			if _, err := os.Stat(s.out); err != nil {
				return fmt.Errorf("%s: no such folder; name one that holds artifacts with --out", s.out)
			}
			problems, count, err := engine.Verify(s.out)
			if err != nil {
				return err
			}
			for _, p := range problems {
				fmt.Fprintln(w, p)
			}
			fmt.Fprintf(w, "%d artifacts in %s, %d problems\n", count, s.out, len(problems))
			if len(problems) > 0 {
				return errMissed
			}
			if !rerun {
				return nil
			}
			o, err := s.options(nil)
			if err != nil {
				return err
			}
			o.Status = engine.NewStatus(os.Stderr, terminal(os.Stderr))
			same, different, err := o.Rerun(c.Context())
			if err != nil {
				return err
			}
			for _, d := range different {
				fmt.Fprintln(w, d)
			}
			fmt.Fprintf(w, "profile %s: %d of %d artifacts came out the same\n", o.Profile.Name, same, same+len(different))
			if len(different) > 0 {
				return errMissed
			}
			return nil
		},
	}
	s.flags(c, committed)
	s.errorsFlag(c)
	c.Flags().BoolVar(&rerun, "rerun", false, "repeat the runs and compare")
	return c
}
