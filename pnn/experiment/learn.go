package experiment

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"lightfast/pnn/artifact"
	"lightfast/pnn/optim"
	"lightfast/pnn/train"
)

// trainer is what the sessions of all systems are to a lab.
type trainer interface {
	Run(ctx context.Context, done func(train.Epoch) error) error
	Save() train.State
	Load(train.State) error
}

// learn trains, from the state of an earlier attempt if there is one. The state is
// written after each epoch, also after the last: what follows can take long.
func (l *Lab) learn(ctx context.Context, r Run, refs []artifact.DataRef, s trainer) error {
	state := file(l.Dir, r, "state")
	if err := resume(state, r, s); err != nil {
		return err
	}
	start, resumed := time.Now(), -1
	return s.Run(ctx, func(e train.Epoch) error {
		if _, err := artifact.WriteCheckpoint(state, provenance(r, refs), tensors(s.Save())); err != nil {
			return err
		}
		if resumed < 0 {
			resumed = e.Number - 1
		}
		if l.Progress != nil {
			elapsed := time.Since(start)
			l.Progress(Progress{r, e, resumed, elapsed, elapsed / time.Duration(e.Number-resumed) * time.Duration(r.Epochs-e.Number)})
		}
		return nil
	})
}

// done removes the state of a run whose artifacts are written, and loads them.
func (l *Lab) done(r Run) (*Result, error) {
	if err := os.Remove(file(l.Dir, r, "state")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return Load(l.Dir, r)
}

// resume continues from the state of an earlier attempt, if there is one.
func resume(path string, r Run, s trainer) error {
	ts, p, err := artifact.ReadCheckpoint(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w; remove the file to begin the run anew", err)
	}
	if err := mine(path, r, p); err != nil {
		return err
	}
	var st train.State
	for _, t := range ts {
		st = append(st, &optim.Parameter{Name: t.Name, Shape: t.Shape, Single: t.Single, Value: t.Values})
	}
	if err := s.Load(st); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
