package kernel

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

func TestControlsOutsideANotebookRunOnce(t *testing.T) {
	outside(t)
	c := NewControls()
	s := c.Slider("σ", 0, 1, 0.1, 0.3)
	k := c.Select("kind", "phase", "splitter")
	b := c.Button("again", nil)
	runs := 0
	err := c.Run("x", func(_ context.Context, out *Output) error {
		runs++
		if s.Value() != 0.3 || k.Value() != "phase" || k.Index() != 0 || b.Value() != 0 || out.name != "x" {
			t.Errorf("begins with %g, %q, %d", s.Value(), k.Value(), b.Value())
		}
		return nil
	})
	if err != nil || runs != 1 {
		t.Errorf("%d runs, %v", runs, err)
	}
	wrong := errors.New("wrong")
	if err := c.Run("x", func(context.Context, *Output) error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("%v, expected %v", err, wrong)
	}
}

func TestNotebookThatNobodySeesRunsOnce(t *testing.T) {
	got := inside(t)
	t.Setenv("JPY_SESSION_NAME", "")
	c := NewControls()
	c.Slider("σ <rad>", 0, 1, 0.1, 0.3)
	runs := 0
	if err := c.Run("x", func(context.Context, *Output) error { runs++; return nil }); err != nil || runs != 1 {
		t.Errorf("%d runs, %v", runs, err)
	}
	if page := (*got)[0].Data[protocol.MIMETextHTML].(string); len(*got) != 1 || !strings.Contains(page, "σ &lt;rad&gt;: <b>0.3</b>") || !strings.Contains(page, "in JupyterLab") {
		t.Errorf("shown: %q", page)
	}
}

func TestMistakesInControls(t *testing.T) {
	outside(t)
	for _, declare := range []func(*Controls){
		func(c *Controls) { c.Slider("s", 1, 1, 0.1, 1) },
		func(c *Controls) { c.Slider("s", 0, 1, 0, 0) },
		func(c *Controls) { c.Slider("s", 0, 1, 0.1, 2) },
		func(c *Controls) { c.Select("s") },
	} {
		c := NewControls()
		declare(c)
		mentions(t, c.Run("x", func(context.Context, *Output) error {
			t.Error("runs all the same")
			return nil
		}), `"s"`, "expected")
	}
}

// looped runs the loop of controls with a script of events, each sent when f has
// returned for the one before. It returns what f saw.
func looped(t *testing.T, script []event) (seen []string, err error) {
	t.Helper()
	c := NewControls()
	s := c.Slider("s", 0, 10, 1, 0)
	k := c.Select("k", "a", "b")
	b := c.Button("b", func(context.Context) { seen = append(seen, "pressed") })
	events := make(chan event)
	returned := make(chan bool)
	go func() {
		for _, e := range script {
			<-returned
			events <- e
		}
	}()
	err = c.loop(t.Context(), events, func(context.Context) error {
		seen = append(seen, fmt.Sprintf("%g%s%d", s.Value(), k.Value(), b.Value()))
		go func() { returned <- true }()
		return nil
	})
	return seen, err
}

func TestFunctionIsCalledForEveryMove(t *testing.T) {
	seen, err := looped(t, []event{{0, "7"}, {1, "1"}, {2, ""}, {done, ""}})
	if got := strings.Join(seen, " "); err != nil || got != "0a0 7a0 7b0 pressed 7b1" {
		t.Errorf("saw %s, %v", got, err)
	}
	for _, c := range []struct {
		e    event
		said string
	}{{event{0, "11"}, "0 to 10"}, {event{0, "x"}, `"x"`}, {event{1, "2"}, "0 to 1"}, {event{7, ""}, "control 7 of 3"}} {
		_, err := looped(t, []event{c.e})
		mentions(t, err, c.said)
	}
}

// Of many positions that a slider went through while f ran, f sees the last; its
// work on an older one is cancelled.
func TestOnlyTheLastPositionCounts(t *testing.T) {
	c := NewControls()
	s := c.Slider("s", 0, 100, 1, 0)
	events := make(chan event, 200)
	var seen []float64
	err := c.loop(t.Context(), events, func(ctx context.Context) error {
		seen = append(seen, s.Value())
		switch len(seen) {
		case 1:
			for i := 1; i <= 100; i++ {
				events <- event{0, fmt.Sprint(i)}
			}
			<-ctx.Done()
			if !errors.Is(context.Cause(ctx), errChanged) {
				t.Errorf("cause %v", context.Cause(ctx))
			}
			return ctx.Err()
		default:
			events <- event{done, ""}
			return nil
		}
	})
	if err != nil || len(seen) != 2 || seen[1] != 100 {
		t.Errorf("saw %v, %v", seen, err)
	}
}

func TestDoneLetsTheFunctionFinish(t *testing.T) {
	events := make(chan event, 1)
	finished := false
	err := NewControls().loop(t.Context(), events, func(ctx context.Context) error {
		events <- event{done, ""}
		time.Sleep(20 * time.Millisecond)
		finished = ctx.Err() == nil
		return nil
	})
	if err != nil || !finished {
		t.Errorf("finished: %v, %v", finished, err)
	}
}

func TestEndOfContextEndsControls(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	err := NewControls().loop(ctx, make(chan event), func(ctx context.Context) error {
		cancel()
		<-ctx.Done()
		return ctx.Err()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v, expected %v", err, context.Canceled)
	}
	wrong := errors.New("wrong")
	if err := NewControls().loop(t.Context(), make(chan event), func(context.Context) error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("%v, expected %v", err, wrong)
	}
}

// Messages come in any order; only what is newer is passed on.
func TestMessagesAreSorted(t *testing.T) {
	raw, events, ready := make(chan string, 20), make(chan event, 20), make(chan struct{})
	for _, m := range []string{"nonsense", `[1,-2,""]`, `[3,0,"0.5"]`, `[2,0,"0.4"]`, `[4,1,"1"]`, `[6,0,"0.7"]`, `[5,0,"0.6"]`} {
		raw <- m
	}
	close(raw)
	sort(raw, events, ready)
	<-ready
	close(events)
	var got []event
	for e := range events {
		got = append(got, e)
	}
	if want := fmt.Sprint([]event{{0, "0.5"}, {1, "1"}, {0, "0.7"}}); fmt.Sprint(got) != want {
		t.Errorf("%v, expected %s", got, want)
	}
}

func TestPageOfControls(t *testing.T) {
	c := NewControls()
	c.Slider("error <rad>", 0, 0.5, 0.01, 0.06)
	c.Select("kind", "phase", "\"splitter\"")
	c.Button("again & again", nil)
	page := c.html("/lightfast/1a2b")
	for _, w := range []string{
		`error &lt;rad&gt;`, `data-control="0" min="0" max="0.5" step="0.01" value="0.06"`, `<output>0.06</output>`,
		`<option value="0" selected>phase</option>`, `<option value="1">&#34;splitter&#34;</option>`,
		`data-control="2">again &amp; again</button>`, `data-control="-1">Done`,
		`getElementById("lightfast-lightfast-1a2b")`, `gonb.send("/lightfast/1a2b"`,
	} {
		if !strings.Contains(page, w) {
			t.Errorf("no %s in\n%s", w, page)
		}
	}
}
