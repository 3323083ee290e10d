package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"lightfast/reproduce/figures"
)

func citeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "cite [FIGURE...]",
		Short: "Print the references that figures rest on, as BibTeX",
		Example: `  go run ./reproduce cite dat-fig4bc
  go run ./reproduce cite > references.bib`,
		RunE: func(c *cobra.Command, ids []string) error {
			all := figures.All()
			if len(ids) > 0 {
				all = nil
				for _, id := range ids {
					f, err := figures.Find(id)
					if err != nil {
						return err
					}
					all = append(all, f)
				}
			}
			var keys []string
			seen := map[string]bool{}
			for _, f := range all {
				for _, k := range f.Cites {
					if !seen[k] {
						seen[k] = true
						keys = append(keys, k)
					}
				}
			}
			text, err := figures.BibTeX(keys)
			if err != nil {
				return err
			}
			fmt.Fprint(c.OutOrStdout(), text)
			return nil
		},
	}
}
