package kernel

import (
	"fmt"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// In a notebook, send passes data on; tests replace both.
var (
	notebook = gonbui.IsNotebook
	send     = deliver
)

// deliver returns when GoNB has passed data on to Jupyter.
//
// GoNB reads what a cell shows from a named pipe, in a goroutine that nobody
// waits for: when the cell's program ends, GoNB closes its end of the pipe
// (jpyexec.Executor.done, then openPipeReader) and with it drops whatever it has
// not read yet, a few outputs in a hundred. gonbui.Sync sends a request down the
// same pipe and waits for the answer, which GoNB gives after it has published
// everything before. So nothing can be lost once Sync has returned, however the
// program ends.
func deliver(data *protocol.DisplayData) error {
	printed()
	gonbui.SendData(data)
	return settled()
}

// settled waits for GoNB's acknowledgement of all that was sent.
func settled() error {
	done := make(chan struct{})
	go func() {
		gonbui.Sync()
		close(done)
	}()
	// Sync waits for ever when the pipe breaks.
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-done:
			return broken()
		case <-look.C:
			if err := broken(); err != nil {
				return err
			}
		}
	}
}

func broken() error {
	if err := gonbui.Error(); err != nil {
		return fmt.Errorf("kernel: the notebook cannot be reached: %w; restart the kernel and run the cell again", err)
	}
	return nil
}
