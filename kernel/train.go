package kernel

import (
	"context"
	"errors"
	"fmt"

	"lightfast/pnn/train"
)

// errChanged ends the context of a function that [Controls] run when a control
// was moved meanwhile.
var errChanged = errors.New("a control was moved")

// Train trains a session to its last epoch and shows loss and accuracy while it
// does: in a notebook curves that grow in place, in a terminal one line, and at
// the end the curves as name.png and name.svg.
//
// When the reader interrupts the kernel, so that ctx, which comes from [Context],
// ends, Train says so, puts the session back to where it was after its last whole
// epoch and returns nil: the cell can go on to show and save it. The same cell
// can tell by len(s.Curve) or kernel.Context().Err(). If ctx ends for another
// reason, the session is put back likewise and ctx's error is returned.
func Train(ctx context.Context, name string, s *train.Session) error {
	return NewOutput(name).Train(ctx, s)
}

// Train is [Train] with its curves in o.
func (o *Output) Train(ctx context.Context, s *train.Session) error {
	l := newLive(o, s)
	if err := l.update(); err != nil {
		return err
	}
	kept := s.Save()
	err := s.Run(ctx, func(train.Epoch) error {
		kept = s.Save()
		return l.epoch()
	})
	if err == nil {
		return l.end("")
	}
	if ctx.Err() == nil || !errors.Is(err, ctx.Err()) {
		return errors.Join(err, l.end("failed"))
	}
	// The epoch under way has moved the parameters already.
	if err := s.Load(kept); err != nil {
		return err
	}
	if errors.Is(context.Cause(ctx), ErrInterrupted) {
		return l.end(fmt.Sprintf("interrupted: the network is that of epoch %d", len(s.Curve)))
	}
	return errors.Join(err, l.end("stopped"))
}
