package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// patience is how long a peer may take.
type patience struct {
	start time.Duration // until it has said who it is
	first time.Duration // for the first answer to a request: plans are made, code is compiled
	next  time.Duration // for each further answer
}

var usualPatience = patience{start: 2 * time.Minute, first: 15 * time.Minute, next: 2 * time.Minute}

// peer is a process that does work on request. It says in its first line who it
// is; to each line `WORK THREADS` it answers one line, `SECONDS NOTE` (the note
// may be missing) or `error: WHY`.
type peer struct {
	name, description string

	patience patience
	cmd      *exec.Cmd
	in       io.WriteCloser
	lines    chan string   // closed when the output ends
	ended    chan struct{} // closed when the process is gone
	said     *tail         // the end of its error output
	asked    map[string]bool
	gone     error // why it cannot be asked any more
}

// refusal is an answer `error: WHY`: the peer is well and can be asked for other
// work.
type refusal string

func (r refusal) Error() string { return string(r) }

// startPeer starts a peer and waits until it has introduced itself.
func startPeer(ctx context.Context, name string, command []string, p patience) (*peer, error) {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.WaitDelay = 2 * time.Second // helpers that it started may hold its output open
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	said := &tail{}
	cmd.Stderr = said
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	c := &peer{name: name, patience: p, cmd: cmd, in: in, lines: make(chan string, 1), ended: make(chan struct{}), said: said, asked: map[string]bool{}}
	go func() {
		s := bufio.NewScanner(out)
		for s.Scan() {
			c.lines <- s.Text()
		}
		close(c.lines)
		cmd.Wait() // how it ended does not matter; what it said on stderr is there now
		close(c.ended)
	}()
	line, err := c.line(ctx, p.start)
	if err == nil {
		if why, is := strings.CutPrefix(line, "error: "); is {
			err = errors.New(why)
		}
	}
	if err != nil {
		c.close()
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	c.description = line
	return c, nil
}

// line waits for a line of output.
func (c *peer) line(ctx context.Context, limit time.Duration) (string, error) {
	timeout := time.NewTimer(limit)
	defer timeout.Stop()
	select {
	case line, open := <-c.lines:
		if !open {
			c.settle()
			return "", fmt.Errorf("ended without an answer%s", c.said.last())
		}
		return line, nil
	case <-timeout.C:
		return "", fmt.Errorf("no answer in %s", limit)
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// ask lets the peer do a work and returns the seconds of one execution and what
// the peer says on how it was done. A peer that fails to answer as agreed is
// ended: which answer belongs to which request would not be known any more.
func (c *peer) ask(ctx context.Context, work string, threads int) (seconds float64, note string, err error) {
	if c.gone != nil {
		return 0, "", c.gone
	}
	request := fmt.Sprintf("%s %d", work, threads)
	limit := c.patience.next
	if !c.asked[request] {
		c.asked[request], limit = true, c.patience.first
	}
	seconds, note, err = c.answer(ctx, request, limit)
	var refused refusal
	if err != nil && !errors.As(err, &refused) {
		c.gone = fmt.Errorf("asked for %q: %w", request, err)
		c.close()
		return 0, "", c.gone
	}
	return seconds, note, err
}

func (c *peer) answer(ctx context.Context, request string, limit time.Duration) (float64, string, error) {
	select {
	case line, open := <-c.lines:
		if open {
			return 0, "", fmt.Errorf("said %q without being asked", line)
		}
		c.settle()
		return 0, "", fmt.Errorf("ended before%s", c.said.last())
	default:
	}
	if _, err := fmt.Fprintln(c.in, request); err != nil {
		c.settle()
		return 0, "", fmt.Errorf("does not take the request (%w)%s", err, c.said.last())
	}
	line, err := c.line(ctx, limit)
	if err != nil {
		return 0, "", err
	}
	if why, is := strings.CutPrefix(line, "error: "); is {
		return 0, "", refusal(why)
	}
	number, note, _ := strings.Cut(line, " ")
	seconds, err := strconv.ParseFloat(number, 64)
	if err != nil || !(seconds > 0) || math.IsInf(seconds, 0) {
		return 0, "", fmt.Errorf("answered %q, expected a positive number of seconds or `error: why`", line)
	}
	return seconds, strings.TrimSpace(note), nil
}

// settle waits a little for a process whose output has ended to end itself, so
// that all it said on its way is known.
func (c *peer) settle() {
	select {
	case <-c.ended:
	case <-time.After(time.Second):
	}
}

// close ends the peer: its input ends, and if that does not help soon it is
// killed.
func (c *peer) close() {
	c.in.Close()
	patience := time.After(time.Second)
	if c.gone != nil {
		c.cmd.Process.Kill()
	}
	for open := true; open; {
		select {
		case _, open = <-c.lines:
		case <-patience:
			c.cmd.Process.Kill()
			open = false
		}
	}
	go func() {
		for range c.lines { // lets the reader come to its end
		}
	}()
	c.settle()
}

// tail keeps the end of what is written to it.
type tail struct {
	mu  sync.Mutex
	end []byte
}

// Write implements [io.Writer].
func (t *tail) Write(p []byte) (int, error) {
	const most = 2000
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end = append(t.end, p...)
	t.end = t.end[max(0, len(t.end)-most):]
	return len(p), nil
}

// last is the last line, as an ending of an error; empty if there is none.
func (t *tail) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(string(t.end)), "\n")
	if s := strings.TrimSpace(lines[len(lines)-1]); s != "" {
		return ": " + s
	}
	return ""
}
