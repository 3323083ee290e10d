package report

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"lightfast/pnn/dataset"
	"lightfast/pnn/train"
	"lightfast/reproduce/engine"
)

// Outcomes that a reader can choose by.
const (
	agrees     = "agrees"
	short      = "short"
	incomplete = "incomplete"
	uncompared = "uncompared"
)

var outcomeNames = map[string]string{
	agrees:     "agrees with the paper",
	short:      "short of the paper",
	incomplete: "runs missing",
	uncompared: "not held to the paper",
}

// card is a figure on the page.
type card struct {
	Anchor, ID, Title, Caption string
	PaperKey, Paper            string
	Profile                    string
	Sets                       []set
	Outcomes                   []string
	Badge, BadgeClass          string // the outcome in a few words

	Picture template.HTML
	Box     string // viewBox of the picture
	Width   string
	Height  string

	Runs, Missing int
	Time          string
	Notes         []template.HTML
	Table         table
	Strip         *strip // nil: nothing to compare
	Charts        bool   // there are interactive charts
	Learning      bool   // there are learning curves

	Origin   *origin // nil: the figure has no table in its folder
	Command  string  // that makes the figure
	Files    []link
	Stored   []runRow
	Notebook *link

	Cites  []citation
	BibTeX string
}

// set is a data set, by its name and as a person writes it.
type set struct{ Name, Label string }

// cardData is a card as the scripts see it.
type cardData struct {
	Anchor   string   `json:"anchor"`
	Name     string   `json:"name"`
	Paper    string   `json:"paper"`
	Profile  string   `json:"profile"`
	Data     []string `json:"data"`
	Outcomes []string `json:"outcome"`
	Text     string   `json:"text"` // to search in
	Panels   []panel  `json:"panels"`
	Learning []lesson `json:"learning"`
}

// builder makes cards, and keeps what they share.
type builder struct {
	out, notebooks string
	seconds        map[string]float64
	anchors        map[string]bool
	runs           map[string]*stored // by folder and run
	curves         []curve
	planned, found int // runs, each once
	sum            float64
	code           []string // versions in the artifacts, each once
	toolchains     []string
}

func (b *builder) card(p engine.Page) (card, cardData, error) {
	f := p.Figure
	c := card{
		Anchor: b.anchor(p), ID: f.ID, Title: f.Title, Caption: f.Caption,
		PaperKey: f.Paper, Profile: p.Profile.Folder(),
		Runs: len(p.Runs), Missing: p.Missing,
		Command: command(p),
	}
	fail := func(err error) (card, cardData, error) { return c, cardData{}, err }
	for _, n := range p.Drawing.Notes {
		c.Notes = append(c.Notes, note(n))
	}
	c.picture(p.SVG)
	for _, r := range p.Runs {
		if !slices.ContainsFunc(c.Sets, func(s set) bool { return s.Name == r.Data }) {
			c.Sets = append(c.Sets, set{r.Data, dataset.Title(r.Data)})
		}
	}
	c.Table = newTable(p.Drawing.Values)
	c.Strip = newStrip(p.Drawing.Values)
	c.outcome()

	var err error
	if c.Cites, c.BibTeX, err = cite(f.Cites); err != nil {
		return fail(err)
	}
	paper, _, err := cite([]string{f.Paper})
	if err != nil {
		return fail(err)
	}
	c.Paper = paper[0].Short
	if err := b.origin(&c, p); err != nil {
		return fail(err)
	}
	d := cardData{
		Anchor: c.Anchor, Name: c.ID + ", " + c.Title, Paper: c.PaperKey, Profile: c.Profile, Data: []string{}, Outcomes: c.Outcomes,
		Text:   strings.ToLower(strings.Join([]string{c.ID, c.Title, c.Caption, c.Paper}, " ")),
		Panels: charts(p.Drawing.Image),
	}
	for _, s := range c.Sets {
		d.Data = append(d.Data, s.Name)
		d.Text += " " + strings.ToLower(s.Label)
	}
	for _, r := range p.Runs {
		if method, _, _ := naming(r, nil); !strings.Contains(d.Text, strings.ToLower(method)) {
			d.Text += " " + strings.ToLower(method)
		}
	}
	if d.Learning, err = b.learning(p); err != nil {
		return fail(err)
	}
	c.Charts, c.Learning = len(d.Panels) > 0, len(d.Learning) > 0
	return c, d, nil
}

// anchor is the name of a figure in links: its ID, with the profile where the
// page has it twice.
func (b *builder) anchor(p engine.Page) string {
	slug := func(s string) string {
		return strings.Map(func(r rune) rune {
			switch {
			case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
				return r
			}
			return '-'
		}, s)
	}
	name := slug(p.Figure.ID)
	if b.anchors[name] {
		name = slug(p.Figure.ID + "-" + p.Profile.Folder())
	}
	base := name
	for i := 2; b.anchors[name]; i++ {
		name = base + "-" + strconv.Itoa(i)
	}
	b.anchors[name] = true
	return name
}

// outcome says in a few words how the figure came out.
func (c *card) outcome() {
	t := c.Table
	switch {
	case c.Runs > 0 && c.Missing == c.Runs:
		c.Badge, c.BadgeClass = "no run yet", "none"
	case t.Short > 0:
		c.Badge, c.BadgeClass = fmt.Sprintf("▼ %d of %d short", t.Short, t.Compared), "short"
	case t.Compared > 0:
		c.Badge, c.BadgeClass = fmt.Sprintf("✓ %d of %d within", t.Compared, t.Compared), "within"
	case t.Orientation > 0:
		c.Badge, c.BadgeClass = fmt.Sprintf("○ %d for orientation", t.Orientation), "orientation"
	default:
		c.Badge, c.BadgeClass = "not compared", "none"
	}
	switch {
	case t.Short > 0:
		c.Outcomes = append(c.Outcomes, short)
	case t.Compared > 0:
		c.Outcomes = append(c.Outcomes, agrees)
	default:
		c.Outcomes = append(c.Outcomes, uncompared)
	}
	if c.Missing > 0 {
		c.Outcomes = append(c.Outcomes, incomplete)
		if c.Missing < c.Runs {
			c.Badge += fmt.Sprintf(", %d runs missing", c.Missing)
		}
	}
}

// note marks what a note quotes between backticks.
func note(text string) template.HTML {
	parts := strings.Split(text, "`")
	for i := range parts {
		parts[i] = template.HTMLEscapeString(parts[i])
		switch {
		case i%2 == 1 && i < len(parts)-1:
			parts[i] = "<code>" + parts[i] + "</code>"
		case i%2 == 1:
			parts[i] = "`" + parts[i]
		}
	}
	return template.HTML(strings.Join(parts, ""))
}

// command is what to type to make the figure.
func command(p engine.Page) string {
	s := fmt.Sprintf("go run ./reproduce run %s --profile %s", p.Figure.ID, p.Profile.Name)
	if p.Profile.Template.Protocol == train.HeldOut {
		s += " --protocol " + train.HeldOut
	}
	if p.Profile.Given != nil {
		s += " --errors FOLDER"
	}
	return s
}
