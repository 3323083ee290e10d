package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"lightfast/reproduce/jupyter"
)

func kernelCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "kernel",
		Short: "Install, examine or remove the notebook kernel",
		Example: `  go run ./reproduce kernel install
  go run ./reproduce kernel doctor`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	var o jupyter.Options
	f := c.PersistentFlags()
	f.BoolVar(&o.User, "user", false, "in the user's Jupyter folder (the default)")
	f.StringVar(&o.Prefix, "prefix", "", "in PREFIX/share/jupyter instead, such as a virtual environment")
	f.StringVar(&o.Name, "name", jupyter.DefaultName, "name of the kernel")
	add := func(use, short string, run func(c *cobra.Command, o jupyter.Options) error) {
		c.AddCommand(&cobra.Command{Use: use, Short: short, Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
			o := o
			o.Out = c.OutOrStdout()
			return run(c, o)
		}})
	}
	add("install", "Build GoNB, make it known to Jupyter, compile ahead what notebooks import", func(c *cobra.Command, o jupyter.Options) error {
		return jupyter.Install(c.Context(), o)
	})
	add("uninstall", "Remove the kernel", func(_ *cobra.Command, o jupyter.Options) error { return jupyter.Uninstall(o) })
	add("doctor", "Say what notebooks lack here and what to do about it", func(c *cobra.Command, o jupyter.Options) error {
		return jupyter.Doctor(c.Context(), o)
	})
	add("list", "List the installed kernels of Lightfast", func(_ *cobra.Command, o jupyter.Options) error {
		var broken error
		for _, i := range jupyter.List() {
			state := "ok"
			if i.Problem != nil {
				state, broken = i.Problem.Error(), errors.Join(broken, errMissed)
			}
			fmt.Fprintf(o.Out, "%-12s %s  (module %s)  %s\n", i.Name, i.Folder, i.Module, state)
		}
		return broken
	})
	return c
}
