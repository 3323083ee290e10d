package kernel

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"sync"
)

// ErrInterrupted is the cause (context.Cause) for which [Context] ends.
var ErrInterrupted = errors.New("interrupted")

// Context returns the context of the cell: it ends when the reader interrupts the
// kernel, or presses Ctrl-C in a terminal. Before the first call an interrupt
// ends the program at once, as does a second one. GoNB gives a cell five seconds
// to end after an interrupt.
func Context() context.Context { return cellContext() }

var cellContext = sync.OnceValue(func() context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	go func() {
		<-signals
		signal.Stop(signals)
		cancel(ErrInterrupted)
	}()
	return ctx
})
