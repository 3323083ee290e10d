package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The test program is its own fake peer: started with LIGHTFAST_FAKE_PEER it
// behaves as that says and writes what it is asked to LIGHTFAST_FAKE_LOG.
func TestMain(m *testing.M) {
	if mode := os.Getenv("LIGHTFAST_FAKE_PEER"); mode != "" {
		fakePeer(mode)
		return
	}
	os.Exit(m.Run())
}

func fakePeer(mode string) {
	switch mode {
	case "mute":
		time.Sleep(time.Hour)
	case "uninstalled":
		fmt.Println("error: no library: install it")
		return
	case "crashed":
		fmt.Fprintln(os.Stderr, "loading\nlibrary is broken")
		os.Exit(3)
	}
	name, _, _ := strings.Cut(mode, " ")
	fmt.Println("fake 1.0 " + name)
	answers := strings.Fields(strings.TrimPrefix(mode, name))
	in := bufio.NewScanner(os.Stdin)
	for i := 0; in.Scan(); i++ {
		record(name + " " + in.Text())
		switch name {
		case "garbage":
			fmt.Println("quick")
		case "negative":
			fmt.Println("-1")
		case "hang":
			time.Sleep(time.Hour)
		case "late": // hangs at the third request
			if i == 2 {
				time.Sleep(time.Hour)
			}
			fmt.Println("1")
		case "dies":
			fmt.Fprintln(os.Stderr, "segmentation fault")
			os.Exit(1)
		case "chatter":
			fmt.Println("0.5\nby the way")
		case "refuse":
			fmt.Println("error: not my work")
		case "floods":
			for range 100_000 {
				fmt.Println("1")
			}
		default: // the answers in turn
			fmt.Println(answers[min(i, len(answers)-1)], "note of", name)
		}
	}
}

// record appends a line to the log that parties share.
func record(line string) {
	f, err := os.OpenFile(os.Getenv("LIGHTFAST_FAKE_LOG"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return
	}
	defer f.Close()
	fmt.Fprintln(f, line)
}

// impatient fits fake peers, which take no time or for ever.
var impatient = patience{start: 20 * time.Second, first: 20 * time.Second, next: 20 * time.Second}

// start starts a fake peer.
func start(t *testing.T, mode string, p patience) (*peer, error) {
	t.Helper()
	t.Setenv("LIGHTFAST_FAKE_PEER", mode)
	c, err := startPeer(t.Context(), "Fake", []string{os.Args[0]}, p)
	if err == nil {
		t.Cleanup(func() {
			if c.gone == nil {
				c.close()
			}
		})
	}
	return c, err
}

func TestPeerAnswers(t *testing.T) {
	c, err := start(t, "good 0.25 0.5", impatient)
	if err != nil {
		t.Fatal(err)
	}
	if c.description != "fake 1.0 good" {
		t.Errorf("description %q", c.description)
	}
	for _, want := range []float64{0.25, 0.5} {
		got, note, err := c.ask(t.Context(), "sgemm 2x2x2", 2)
		if err != nil || got != want || note != "note of good" {
			t.Errorf("answer %g, %q, %v; want %g", got, note, err, want)
		}
	}
}

func TestPeerThatDoesNotStart(t *testing.T) {
	for mode, want := range map[string]string{
		"mute":        "no answer in 100ms",
		"uninstalled": "no library: install it",
		"crashed":     "library is broken",
	} {
		p := impatient
		if mode == "mute" {
			p.start = 100 * time.Millisecond
		}
		_, err := start(t, mode, p)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "Fake: ") {
			t.Errorf("%s: %v, want an error with %q", mode, err, want)
		}
	}
	if _, err := startPeer(t.Context(), "Fake", []string{"/no/such/program"}, impatient); err == nil {
		t.Error("a program that is not there starts")
	}
}

func TestPeerThatFails(t *testing.T) {
	for mode, want := range map[string]string{
		"garbage":  `answered "quick", expected a positive number`,
		"negative": `answered "-1"`,
		"hang":     "no answer in 100ms",
		"dies":     "segmentation fault",
	} {
		p := impatient
		if mode == "hang" {
			p.first = 100 * time.Millisecond
		}
		c, err := start(t, mode, p)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = c.ask(t.Context(), "work", 1)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), `"work 1"`) {
			t.Errorf("%s: %v, want an error with %q", mode, err, want)
		}
		if _, _, again := c.ask(t.Context(), "other", 1); again != err {
			t.Errorf("%s: asked again it says %v, want the same error", mode, again)
		}
	}
}

// A peer that speaks without being asked would be believed at the wrong work.
func TestPeerThatSpeaksUnasked(t *testing.T) {
	for _, mode := range []string{"chatter", "floods"} {
		c, err := start(t, mode, impatient)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.ask(t.Context(), "work", 1); err != nil {
			t.Fatal(err)
		}
		for len(c.lines) == 0 {
			time.Sleep(time.Millisecond)
		}
		if _, _, err := c.ask(t.Context(), "work", 1); err == nil || !strings.Contains(err.Error(), "without being asked") {
			t.Errorf("%s: %v", mode, err)
		}
	}
}

func TestPeerThatRefusesIsAskedAgain(t *testing.T) {
	c, err := start(t, "refuse", impatient)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, _, err := c.ask(t.Context(), "work", 1)
		var r refusal
		if !errors.As(err, &r) || string(r) != "not my work" {
			t.Errorf("%v, want the refusal", err)
		}
	}
	if c.gone != nil {
		t.Errorf("a refusal ended the peer: %v", c.gone)
	}
}

func TestPeerStopsWithTheContext(t *testing.T) {
	c, err := start(t, "hang", impatient)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	begun := time.Now()
	if _, _, err := c.ask(ctx, "work", 1); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was cancelled", err)
	}
	if d := time.Since(begun); d > 10*time.Second {
		t.Errorf("it took %s", d)
	}
}

func TestTailKeepsTheEnd(t *testing.T) {
	var s tail
	for i := range 10_000 {
		fmt.Fprintln(&s, strconv.Itoa(i))
	}
	if s.last() != ": 9999" || len(s.end) > 2000 {
		t.Errorf("last line %q of %d bytes", s.last(), len(s.end))
	}
}
