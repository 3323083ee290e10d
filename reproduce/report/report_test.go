package report

import (
	"bytes"
	"errors"
	"html"
	"io/fs"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
	"lightfast/reproduce/engine"
	"lightfast/reproduce/figures"
)

// sample is a drawn figure with two panels of curves beside a paper's.
func sample(t testing.TB, id string) engine.Page {
	t.Helper()
	panel := func(title string, log bool) figure.Lines {
		return figure.Lines{Title: title, XLabel: "phase error σ (rad)", YLabel: "accuracy (%)", YLog: log, XTicks: []float64{0, 0.02, 0.04, 0.06},
			Series: []figure.Series{
				{Label: "direct", X: []float64{0, 0.02, 0.04, 0.06}, Y: []float64{96, 90, 70, 50}},
				{Label: "PAT", X: []float64{0.02, 0.04, 0.06}, Y: []float64{95, math.NaN(), 80}, YErr: []float64{1, 1, 2}},
				{Label: "PAT", X: []float64{0.02, 0.04, 0.06}, Y: []float64{96, 93, 84}, Paper: true},
			}}
	}
	p := engine.Page{
		Figure:  figures.Figure{ID: id, Paper: "zheng2023", Title: "Accuracy of " + id, Caption: "What it shows.", Cites: []string{"zheng2023", "reck1994"}},
		Profile: figures.Profiles()[0],
		Drawing: figures.Drawing{
			Image: &figure.Figure{Title: id, Footer: "profile quick", Panels: []figure.Panel{panel("MNIST", false), panel("logarithmic", true)}},
			Values: []figures.Value{
				{What: "within", Ours: 95.5, Paper: 96, Unit: "%", Tolerance: 1},
				{What: "better", Ours: 98, Paper: 96, Unit: "%", Tolerance: 1},
				{What: "short", Ours: 91.25, Paper: 96, Unit: "%", Tolerance: 1},
				{What: "orientation", Ours: 80, Paper: 75, Unit: "%"},
				{What: "none", Ours: math.NaN(), Paper: 75, Unit: "%", Tolerance: 1},
			},
			Notes: []string{"A note on " + id},
		},
		Dir: filepath.Join(t.TempDir(), "nothing"),
	}
	drawSVG(t, &p)
	return p
}

func drawSVG(t testing.TB, p *engine.Page) {
	t.Helper()
	var b bytes.Buffer
	if err := p.Drawing.Image.WriteSVG(&b); err != nil {
		t.Fatal(err)
	}
	p.SVG = b.Bytes()
}

// barSample is a figure of bars on another data set, under another profile and
// of another paper.
func barSample(t testing.TB, id string) engine.Page {
	t.Helper()
	p := sample(t, id)
	p.Profile = figures.Profiles()[1]
	p.Figure.Paper, p.Figure.Title = "wright2022", "Bars"
	p.Drawing.Values, p.Drawing.Notes = nil, nil
	p.Drawing.Image.Panels = []figure.Panel{figure.Bars{
		YLabel: "accuracy (%)", Groups: []string{"phase", "splitter"},
		Series: []figure.BarSeries{
			{Label: "PAT", Values: []float64{80, 82}, Paper: []float64{81, 83}},
			{Label: "separable", Values: []float64{90, math.NaN()}},
		},
	}}
	run := p.Profile.Template
	run.Method, run.Data = experiment.PAT, "fashion-mnist"
	p.Runs, p.Missing = []experiment.Run{run}, 1
	drawSVG(t, &p)
	return p
}

func render(t testing.TB, r Report, out string) string {
	t.Helper()
	b, err := r.html(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// quick draws all figures of the quick profile from the artifacts that the
// project ships, in a folder of their own.
func quick(t testing.TB) (out string, pages []engine.Page) {
	t.Helper()
	out = t.TempDir()
	o := engine.Options{Profile: figures.Profiles()[0], Figures: figures.All(), Out: out}
	shipped := o
	shipped.Out = filepath.Join("..", "..", "artifacts")
	copied := map[string]bool{}
	for _, r := range o.Plan() {
		if to := o.RunDir(r); !copied[to] {
			copied[to] = true
			if err := os.CopyFS(to, os.DirFS(shipped.RunDir(r))); err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
		}
	}
	pages, err := o.Draw()
	if err != nil {
		t.Fatal(err)
	}
	return out, pages
}

func TestEveryFigureOfAProfileIsOnThePage(t *testing.T) {
	out, pages := quick(t)
	notebooks := filepath.Join(out, "notebooks")
	if err := os.MkdirAll(notebooks, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"00-start-here.ipynb", "12-dat-fig4d.ipynb", "13-dat-fig4.ipynb"} {
		if err := os.WriteFile(filepath.Join(notebooks, name), []byte("{}"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r := Report{Pages: pages, Same: 3, Different: []string{"a differs from b"}, Notebooks: notebooks}
	path := filepath.Join(out, "report.html")
	if err := r.Write(path); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	for _, f := range figures.All() {
		for _, want := range []string{
			`<article id="` + f.ID + `"`, `<a href="#` + f.ID + `">`, `<svg id="picture-` + f.ID + `" role="img"`, `<use href="#picture-` + f.ID + `"`,
			html.EscapeString(f.Caption), `id="bibtex-` + f.ID + `"`, "go run ./reproduce run " + f.ID + " --profile quick",
		} {
			if strings.Count(page, want) != 1 {
				t.Errorf("%s: %d times %s", f.ID, strings.Count(page, want), want)
			}
		}
	}
	for _, want := range []string{"3<small> of 4</small>", "a differs from b", `<a href="notebooks/12-dat-fig4d.ipynb">`} {
		if !strings.Contains(page, want) {
			t.Errorf("nothing like %s", want)
		}
	}
	if n := strings.Count(page, ".ipynb\">"); n != 1 {
		t.Errorf("%d links to notebooks, expected the one of fig. 4d", n)
	}
	learning := 0
	for _, p := range pages {
		// A figure of deployments alone has nothing that learns.
		if p.Missing < len(p.Runs) && slices.ContainsFunc(p.Runs, func(r experiment.Run) bool { return !r.Deploys() }) {
			learning++
		}
	}
	if n := strings.Count(page, `class="learning js-only"`); n != learning || n < 8 {
		t.Errorf("%d figures with learning curves, expected all %d that have results, 8 at least", n, learning)
	}
	if len(page) > 3<<20 {
		t.Errorf("the page has %d bytes, at most 3 MB are wanted", len(page))
	}

	// Every link leads somewhere: to a part of the page, a file, or a publication.
	links := 0
	for _, m := range regexp.MustCompile(` href="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		target := html.UnescapeString(m[1])
		switch {
		case strings.HasPrefix(target, "#"):
			if !strings.Contains(page, `id="`+target[1:]+`"`) {
				t.Errorf("%s leads nowhere", target)
			}
		case strings.HasPrefix(target, "https://doi.org/"), strings.HasPrefix(target, "https://arxiv.org/"):
		default:
			links++
			file, err := url.PathUnescape(target)
			if err == nil {
				_, err = os.Stat(filepath.Join(out, filepath.FromSlash(file)))
			}
			if err != nil {
				t.Errorf("a link to %s: %v", target, err)
			}
		}
	}
	if links < 9*3 {
		t.Errorf("only %d links to files", links)
	}
	for _, p := range pages {
		for _, run := range p.Runs {
			if p.Missing > 0 {
				break
			}
			for _, f := range experiment.Files(engine.Options{Profile: p.Profile}.RunDir(run), run) {
				if !strings.Contains(page, `href="`+f+`"`) {
					t.Errorf("no link to %s", f)
				}
			}
		}
	}
}

func TestPageNeedsNothingElse(t *testing.T) {
	page := render(t, Report{Pages: []engine.Page{sample(t, "dat-one")}}, t.TempDir())
	for _, bad := range []string{` src=`, "@import", "url(http", "<link", "fetch(", "XMLHttpRequest", "import("} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	_, script, _ := strings.Cut(page, "<script>")
	script, _, _ = strings.Cut(script, "</script>")
	if n := len(script); n < 1000 || n > 40<<10 {
		t.Errorf("%d bytes of script, at most 40 KB are wanted", n)
	}
	if strings.Contains(page, "ZgotmplZ") {
		t.Error("the template refused a value")
	}
}

func TestBytesDependOnArtifactsAlone(t *testing.T) {
	out := t.TempDir()
	a, b := sample(t, "dat-one"), barSample(t, "dat-two")
	one := render(t, Report{Pages: []engine.Page{a, b}}, out)
	for range 5 {
		if two := render(t, Report{Pages: []engine.Page{a, b}}, out); two != one {
			t.Fatal("written twice, two pages")
		}
	}
	if strings.Contains(one, out) || strings.Contains(one, os.TempDir()) {
		t.Error("the page names a folder of this machine")
	}
}

func TestNumbersBesideThePaper(t *testing.T) {
	got := newTable(sample(t, "x").Drawing.Values)
	if got.Compared != 3 || got.Short != 1 || got.Orientation != 1 || len(got.Rows) != 5 {
		t.Errorf("%d compared, %d short, %d for orientation, %d rows; expected 3, 1, 1, 5", got.Compared, got.Short, got.Orientation, len(got.Rows))
	}
	if want := "Ours less the paper’s: median +0.75 points, from −4.75 to +5.00."; got.Summary != want {
		t.Errorf("summary %q, expected %q", got.Summary, want)
	}
	for i, want := range []struct{ class, ours, difference, tolerance string }{
		{"within", "95.50 %", "−0.50", "−1"}, {"within", "98.00 %", "+2.00", "−1"}, {"short", "91.25 %", "−4.75", "−1"},
		{"orientation", "80.00 %", "+5.00", ""}, {"none", "", "", "−1"},
	} {
		r := got.Rows[i]
		if r.Class != want.class || r.Ours != want.ours || r.Difference != want.difference || r.Tolerance != want.tolerance {
			t.Errorf("row %q is %+v, expected %+v", r.What, r, want)
		}
		if (r.Bar == nil) != (want.class == "none") {
			t.Errorf("row %q has bar %v", r.What, r.Bar)
		}
	}
	// On a scale of ±5, −4.75 reaches from 2.5 to the middle of 100.
	if b := got.Rows[2].Bar; b.X != "2.5" || b.Width != "47.5" || b.Band != "40.0" {
		t.Errorf("bar %+v", *b)
	}
	s := newStrip(sample(t, "x").Drawing.Values)
	if len(s.Dots) != 4 || s.Band == "" {
		t.Errorf("strip with %d dots and band %q, expected 4 and one", len(s.Dots), s.Band)
	}
	if newStrip(nil) != nil || newStrip([]figures.Value{{Ours: math.NaN()}, {Ours: math.Inf(1)}}) != nil {
		t.Error("a strip of no numbers")
	}
	for v, want := range map[float64]float64{0: 1, 0.03: 0.03, 0.07: 0.08, 1: 1, 5.01: 6, 22.3: 25, 99: 100, 1200: 1500} {
		if r := roundUp(v); r != want {
			t.Errorf("%g is rounded up to %g, expected %g", v, r, want)
		}
	}
}

func TestNamesCannotBreakOut(t *testing.T) {
	const evil = `"><script>pwned=1</script><img src=x onerror="pwned=1">'{{.}}</script>`
	p := sample(t, evil)
	p.Figure.Title, p.Figure.Caption = evil, evil
	p.Profile.Name, p.Profile.About = evil, evil
	p.Drawing.Notes = []string{evil}
	p.Drawing.Values[0].What, p.Drawing.Values[0].Unit = evil, evil
	l := p.Drawing.Image.Panels[0].(figure.Lines)
	l.Title, l.XLabel, l.Series[0].Label = evil, evil, evil
	p.Drawing.Image.Panels[0] = l
	run := p.Profile.Template
	run.Data, run.Method = evil, evil
	p.Runs, p.Missing = []experiment.Run{run}, 1
	page := render(t, Report{Pages: []engine.Page{p, p}, Different: []string{evil}}, t.TempDir())
	if n := strings.Count(page, "<script"); n != 2 {
		t.Errorf("%d scripts, expected the data and the page's own", n)
	}
	if n := strings.Count(page, "</script"); n != 2 {
		t.Errorf("%d ends of scripts, expected 2", n)
	}
	if strings.Contains(page, "<img") {
		t.Error("a name became an element")
	}
	ids := regexp.MustCompile(`<article id="([^"]*)"`).FindAllStringSubmatch(page, -1)
	if len(ids) != 2 || ids[0][1] == ids[1][1] || strings.ContainsAny(ids[0][1]+ids[1][1], "<>'{} ") {
		t.Errorf("anchors %q", ids)
	}
}

func TestScarceFigures(t *testing.T) {
	bare := engine.Page{Figure: figures.Figure{ID: "dat-bare", Paper: "zheng2023", Title: "Bare"}}
	matrix := sample(t, "dat-matrix")
	matrix.Drawing.Image.Panels = append(matrix.Drawing.Image.Panels, figure.Matrix{Values: [][]float64{{1}}})
	page := render(t, Report{Pages: []engine.Page{bare, matrix}}, t.TempDir())
	if strings.Contains(page, `data-view="charts"`) {
		t.Error("charts of a figure without panels, or of one with a matrix")
	}
	if n := strings.Count(page, "<article"); n != 2 {
		t.Errorf("%d figures, expected 2", n)
	}
	empty := render(t, Report{}, t.TempDir())
	if strings.Contains(empty, "<article") || !strings.Contains(empty, "</html>") {
		t.Error("a report of no figures is no page")
	}
}

func TestTroubleIsNamed(t *testing.T) {
	out := t.TempDir()
	unknown := sample(t, "dat-x")
	unknown.Figure.Cites = []string{"zheng2032"}
	damaged := sample(t, "dat-damaged")
	damaged.Dir = filepath.Join(out, "damaged")
	timings := filepath.Join(out, "timings.csv")
	for path, text := range map[string]string{filepath.Join(damaged.Dir, "sweep.arrow"): "ARROW1 no more", timings: "a,\"b\nc"} {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for want, r := range map[string]Report{
		`did you mean "zheng2023"`: {Pages: []engine.Page{unknown}},
		"sweep.arrow":              {Pages: []engine.Page{damaged}},
		"timings.csv":              {Timings: timings},
	} {
		path := filepath.Join(out, "report.html")
		err := r.Write(path)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "report.html") {
			t.Errorf("error %v, expected one with %q and the page", err, want)
		}
		if _, err := os.Stat(path); err == nil {
			t.Error("a page in spite of an error")
		}
	}
}

func TestTimesAreThoseOfTheTable(t *testing.T) {
	p := barSample(t, "dat-times")
	timings := filepath.Join(t.TempDir(), "timings.csv")
	rows := "standard," + p.Runs[0].ID() + ",61.5\nquick," + p.Runs[0].ID() + ",1000\nstandard,other,1000\nstandard,broken,x\n"
	if err := os.WriteFile(timings, []byte(rows), 0o644); err != nil {
		t.Fatal(err)
	}
	page := render(t, Report{Pages: []engine.Page{p, p}, Timings: timings}, t.TempDir())
	if n := strings.Count(page, "1m2s of computing"); n != 2 {
		t.Errorf("%d figures take 1m2s, expected 2", n)
	}
	if !strings.Contains(page, "<dd>1m2s</dd>") {
		t.Error("a run that two figures share counts once")
	}
}

func TestChoices(t *testing.T) {
	page := render(t, Report{Pages: []engine.Page{sample(t, "dat-one"), barSample(t, "dat-two"), barSample(t, "dat-three")}}, t.TempDir())
	for _, want := range []string{
		`<option value="zheng2023">Zheng et al. 2023 (1)</option>`, `<option value="wright2022">Wright et al. 2022 (2)</option>`,
		`<option value="quick">quick (1)</option>`, `<option value="standard">standard (2)</option>`,
		`<option value="fashion-mnist">Fashion-MNIST (2)</option>`, `<option value="short">short of the paper (1)</option>`,
		`<option value="incomplete">runs missing (2)</option>`, "<b>quick</b>", "<b>standard</b>",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestMethodsOfAFigureNeverShareAColour(t *testing.T) {
	var l looks
	seen := map[string]string{}
	for _, m := range []string{"direct", "PAT", "DAT w/o IS", "DAT w/ IS", "separable", "DAT w/ 1 IS", "a", "b", "c", "d"} {
		c := l.of(m, 0).Light
		if other, ok := seen[c]; ok {
			t.Errorf("%s and %s are both %s", m, other, c)
		}
		seen[c] = m
	}
	// What a method has in pictures it has on the page.
	if got := l.of("PAT", 0); got.Light != "#e69f00" || got.Marker != int(figure.Square) {
		t.Errorf("PAT is drawn as %+v", got)
	}
	for m := range seen {
		for _, v := range []string{l.of(seen[m], 0).Dark, l.of(seen[m], 1).Dark, l.of(seen[m], 2).Dark} {
			if len(v) != 7 {
				t.Errorf("colour %q", v)
			}
		}
	}
	if got := l.of("direct", 0).Dark; got != "#f0f0f0" {
		t.Errorf("black is %s on a dark page", got)
	}
}

func TestNamesOfRuns(t *testing.T) {
	template := figures.Profiles()[0].Template
	run := func(method string, states []int, separable bool) experiment.Run {
		r := template
		r.Method, r.States, r.Separable, r.Features = method, states, separable, [3]int{4, 8, 16}
		return r
	}
	for _, c := range []struct {
		r    experiment.Run
		want string
	}{
		{run(experiment.Direct, nil, false), "direct"}, {run(experiment.PAT, nil, false), "PAT"}, {run(experiment.Adaptive, nil, false), "AT"},
		{run(experiment.DAT, nil, false), "DAT w/o IS"}, {run(experiment.DAT, []int{1}, false), "DAT w/ 1 IS"},
		{run(experiment.DAT, []int{0, 1}, false), "DAT w/ IS"}, {run(experiment.DAT, []int{0, 1}, true), "separable"},
	} {
		method, label, _ := naming(c.r, predictorSizes([]experiment.Run{c.r}))
		if method != c.want || label != c.want {
			t.Errorf("%s is called %s, %s, expected %s", c.r.ID(), method, label, c.want)
		}
	}
	sizes := [][3]int{{4, 6, 8}, {4, 8, 16}}
	if _, label, variant := naming(run(experiment.DAT, nil, false), sizes); label != "DAT w/o IS (4-8-16)" || variant != 0 {
		t.Errorf("among two sizes: %s, variant %d", label, variant)
	}
}

func TestCitations(t *testing.T) {
	cs, bibtex, err := cite([]string{"zheng2023", "kingma2015", "lecun1998"})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []citation{
		{"Zheng et al. 2023", "Dual adaptive training of photonic neural networks. Nature Machine Intelligence, 5, 1119–1129", "https://doi.org/10.1038/s42256-023-00723-4"},
		{"Kingma and Ba 2015", "Adam: A Method for Stochastic Optimization. 3rd International Conference on Learning Representations (ICLR)", "https://arxiv.org/abs/1412.6980"},
		{"LeCun et al. 1998", "Gradient-based learning applied to document recognition. Proceedings of the IEEE, 86, 2278–2324", "https://doi.org/10.1109/5.726791"},
	} {
		if cs[i] != want {
			t.Errorf("%+v, expected %+v", cs[i], want)
		}
	}
	want, err := figures.BibTeX([]string{"zheng2023", "kingma2015", "lecun1998"})
	if err != nil || bibtex != want {
		t.Errorf("BibTeX %q (%v), expected %q", bibtex, err, want)
	}
	for _, f := range figures.All() {
		cs, _, err := cite(append([]string{f.Paper}, f.Cites...))
		if err != nil || slices.ContainsFunc(cs, func(c citation) bool { return c.Text == "" || c.URL == "" }) {
			t.Errorf("%s: %+v, %v", f.ID, cs, err)
		}
	}
}

func TestNotesQuoteCommands(t *testing.T) {
	for text, want := range map[string]string{
		"run `a <b>` & go": "run <code>a &lt;b&gt;</code> &amp; go",
		"one ` alone":      "one ` alone",
		"plain":            "plain",
	} {
		if got := string(note(text)); got != want {
			t.Errorf("%q becomes %q, expected %q", text, got, want)
		}
	}
}
