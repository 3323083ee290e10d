// Command reproduce repeats the figures of papers on physical neural networks:
//
//	go run ./reproduce all
//
// trains what the figures need, stores the results as artifacts, draws the
// figures and writes a report. See --help for the other commands.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// errMissed ends a command that worked but found something that is not as it
// should be; what it found has been printed.
var errMissed = errors.New("")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := root().ExecuteContext(ctx)
	switch {
	case err == nil:
		return
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "stopped; what is finished is kept, and the same command continues after the last completed epoch")
		os.Exit(130)
	case !errors.Is(err, errMissed):
		fmt.Fprintln(os.Stderr, "reproduce:", err)
	}
	os.Exit(1)
}

// want refuses other numbers of arguments than least to most, and says what is
// expected instead.
func want(least, most int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if n := len(args); n < least || n > most {
			return fmt.Errorf("%s: %d arguments, expected %s", c.Name(), n, what)
		}
		return nil
	}
}

func root() *cobra.Command {
	c := &cobra.Command{
		Use:   "reproduce",
		Short: "Repeat the figures of papers on physical neural networks",
		Long: `Trains what the figures of a paper need, stores the results as artifacts (Arrow
files with their provenance), draws the figures from them and writes a report.

Three profiles say how much is run: quick (default; embedded generated data, no
network, minutes), standard (MNIST and Fashion-MNIST, fewer epochs), paper (the
published protocol). A run that is stopped, by Ctrl-C or kill -9, continues after
its last completed epoch and ends in the same bits as an undisturbed one.`,
		Example: `  go run ./reproduce all
  go run ./reproduce list
  go run ./reproduce run dat-fig4bc --profile standard --data ~/datasets
  go run ./reproduce verify`,
		SilenceUsage:               true,
		SilenceErrors:              true,
		SuggestionsMinimumDistance: 3,
	}
	c.CompletionOptions.HiddenDefaultCmd = true
	c.AddCommand(listCommand(), allCommand(), runCommand(), figuresCommand(), verifyCommand(), bundleCommand(), checkCommand(), citeCommand(), benchCommand(), kernelCommand(), exportCommand())
	return c
}
