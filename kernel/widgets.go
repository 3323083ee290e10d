package kernel

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"strings"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/comms"
)

var (
	//go:embed controls.js
	controlsJS string
	//go:embed socket.js
	socketJS string
)

// patience is how long the browser has to say that it has drawn the controls: on
// a machine that trains on all cores, far longer than on an idle one.
const patience = 10 * time.Second

// hello is the index with which it says so.
const hello = -2

// open shows the controls and returns the channel of what happens to them, nil
// if nobody is there.
func (c *Controls) open(place *Output) (<-chan event, error) {
	// Only Jupyter's server has a page for the notebook, and only it sets this.
	// GoNB would wait, and leave its script in the notebook, elsewhere.
	if os.Getenv("JPY_SESSION_NAME") == "" {
		return nil, nil
	}
	if err := place.html("<script>"+socketJS+"</script>", ""); err != nil {
		return nil, err
	}
	address := "/lightfast/" + gonbui.UniqueId()
	raw := make(chan string, 256)
	// GoNB answers a subscription once its script in the page has connected, or
	// after three seconds without.
	comms.Subscribe(address, func(_, message string) { raw <- message })
	if err := settled(); err != nil {
		return nil, err
	}
	if err := place.html(c.html(address), "controls"); err != nil {
		return nil, err
	}
	events := make(chan event, 256)
	ready := make(chan struct{})
	go sort(raw, events, ready)
	select {
	case <-ready:
		return events, nil
	case <-time.After(patience):
		return nil, nil
	}
}

// sort passes on what is newer than what it has passed on for the same control:
// both GoNB and its library handle messages concurrently, so that an older
// position of a slider may come later. It closes ready at the first message.
func sort(raw <-chan string, events chan<- event, ready chan<- struct{}) {
	newest := map[int]int{}
	for text := range raw {
		var n, control int
		var value string
		if err := json.Unmarshal([]byte(text), &[]any{&n, &control, &value}); err != nil {
			continue // not from our page
		}
		if ready != nil {
			close(ready)
			ready = nil
		}
		if control == hello || n <= newest[control] {
			continue
		}
		newest[control] = n
		events <- event{control, value}
	}
}

// html is the page of the controls.
func (c *Controls) html(address string) string {
	id := "lightfast" + strings.ReplaceAll(address, "/", "-")
	var b strings.Builder
	fmt.Fprintf(&b, `<div id="%s"><table>`, id)
	for i, k := range c.all {
		fmt.Fprintf(&b, `<tr><td style="text-align:right">%s</td><td style="text-align:left">%s</td><td style="text-align:left"><output>%s</output></td></tr>`,
			html.EscapeString(k.label()), k.html(fmt.Sprint(i)), html.EscapeString(outputOf(k)))
	}
	fmt.Fprintf(&b, `<tr><td></td><td style="text-align:left"><button type="button" data-control="%d">Done</button></td><td></td></tr></table></div>`, done)
	js := strings.NewReplacer(`"ID"`, quoteJS(id), `"ADDRESS"`, quoteJS(address)).Replace(controlsJS)
	return b.String() + "<script>" + js + "</script>"
}

func (s *Slider) html(name string) string {
	return fmt.Sprintf(`<input type="range" style="width:20em" data-control="%s" min="%g" max="%g" step="%g" value="%g">`, name, s.min, s.max, s.step, s.value)
}

func (s *Select) html(name string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<select data-control="%s">`, name)
	for i, o := range s.options {
		selected := ""
		if i == s.index {
			selected = " selected"
		}
		fmt.Fprintf(&b, `<option value="%d"%s>%s</option>`, i, selected, html.EscapeString(o))
	}
	b.WriteString("</select>")
	return b.String()
}

func (b *Button) html(name string) string {
	return fmt.Sprintf(`<button type="button" data-control="%s">%s</button>`, name, html.EscapeString(b.text))
}

// outputOf is the text beside a control: only a slider does not show its value
// itself.
func outputOf(k control) string {
	if s, ok := k.(*Slider); ok {
		return s.shown()
	}
	return ""
}

// leave replaces the controls by what stays of them in the notebook.
func (c *Controls) leave(place *Output, moved bool) error {
	var page, plain []string
	for _, k := range c.all {
		if k.label() != "" {
			page = append(page, html.EscapeString(k.label())+": <b>"+html.EscapeString(k.shown())+"</b>")
			plain = append(plain, k.label()+": "+k.shown())
		}
	}
	text := strings.Join(page, "; ")
	if !moved {
		text += " <i>(run the cell in JupyterLab to change this)</i>"
	}
	return place.html("<div>"+text+"</div>", strings.Join(plain, "; "))
}

func quoteJS(s string) string {
	q, err := json.Marshal(s)
	if err != nil {
		return `""` // a string can always be marshalled
	}
	return string(q)
}
