//go:build unix

package report

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightfast/pnn/experiment"
	"lightfast/pnn/figure"
	"lightfast/reproduce/engine"
	"lightfast/reproduce/figures"
)

// written writes a report and returns its address.
func written(t *testing.T, out string, r Report) string {
	t.Helper()
	path := filepath.Join(out, "report.html")
	if err := r.Write(path); err != nil {
		t.Fatal(err)
	}
	return "file://" + path
}

// TestInChromium drives the page of the quick profile, beside two made-up
// figures, in a real browser. With LIGHTFAST_SCREENSHOTS it leaves pictures of
// the page in that folder.
func TestInChromium(t *testing.T) {
	b := chromium(t)
	out, pages := quick(t)
	pages = append(pages, sample(t, "demo-lines"), barSample(t, "demo-bars"))
	url := written(t, out, Report{Pages: pages, Same: 119})
	b.window(1400, 1000, "light")
	b.open(url)
	b.wait(`document.documentElement.classList.contains("js")`)
	t.Run("choices", func(t *testing.T) { b.t = t; choices(b, url) })
	t.Run("zoom", func(t *testing.T) { b.t = t; zooming(b, url) })
	t.Run("keys", func(t *testing.T) { b.t = t; keys(b, url) })
	t.Run("views", func(t *testing.T) { b.t = t; views(b, url) })
	t.Run("parts", func(t *testing.T) { b.t = t; parts(b, url) })
	t.Run("sizes and themes", func(t *testing.T) { b.t = t; looksFine(b, url) })
	t.Run("without scripts", func(t *testing.T) { b.t = t; scriptless(b, url) })
	b.t = t
	b.quiet()
}

const shownFigures = `[...document.querySelectorAll("article")].filter(a => a.offsetParent !== null).map(a => a.id).join(" ")`

// pick chooses an option as a person does.
func pick(b *browser, name, value string) {
	b.t.Helper()
	b.eval(fmt.Sprintf(`(() => { const s = document.querySelector("#choices [name=%s]"); s.value = %q; s.dispatchEvent(new Event("input", {bubbles: true})); })()`, name, value))
}

// shows fails if other figures are visible.
func shows(b *browser, want string) {
	b.t.Helper()
	if got := b.eval(shownFigures); got != want {
		b.t.Errorf("visible are %v, expected %s", got, want)
	}
}

func choices(b *browser, url string) {
	everything := b.eval(shownFigures).(string)
	all := len(figures.All()) + 2 // and the two of the test
	if n := len(strings.Fields(everything)); n != all {
		b.t.Errorf("%d figures are visible at first, expected %d", n, all)
	}
	pick(b, "data", "fashion-mnist")
	shows(b, "demo-bars")
	if got := b.eval(`[...document.querySelectorAll(".gallery a")].filter(a => a.offsetParent !== null).length`); got != 1.0 {
		b.t.Errorf("%v thumbnails for one figure", got)
	}
	if got := b.eval(`document.querySelector("#shown").textContent`); got != fmt.Sprintf("1 of %d figures", all) {
		b.t.Errorf("the count says %v", got)
	}
	// The choice stands in the address and comes back with it.
	b.open(url + b.eval("location.hash").(string))
	shows(b, "demo-bars")
	b.click("#clear")
	shows(b, everything)
	pick(b, "outcome", "short")
	shows(b, "demo-lines")
	pick(b, "outcome", "")
	pick(b, "profile", "standard")
	shows(b, "demo-bars")
	pick(b, "profile", "")
	pick(b, "paper", "zheng2023")
	if b.eval(shownFigures) == everything || b.eval(`document.querySelector("#demo-bars").hidden`) != true {
		b.t.Error("a figure of another paper is visible")
	}
	pick(b, "paper", "")
	pick(b, "search", "confusion matrices")
	shows(b, "dat-fig5d dat-ed4")
	pick(b, "search", "separable unitary")
	shows(b, "dat-fig4e")
	pick(b, "search", "nothing like that")
	shows(b, "")
	if b.eval(`document.querySelector("#nothing").hidden`) != false {
		b.t.Error("an empty page does not say why")
	}
	b.click("#clear")
	shows(b, everything)
}

// xTicks are the labels of the x axis of the first chart of a figure.
func xTicks(b *browser, figure string) string {
	b.t.Helper()
	return b.eval(fmt.Sprintf(`[...document.querySelectorAll("#%s .plot")[0].querySelectorAll(".tick[text-anchor=middle]")].map(e => e.textContent).join(" ")`, figure)).(string)
}

func zooming(b *browser, url string) {
	b.open(url)
	x, y, w, _ := b.middle("#demo-lines .stage")
	const whole = "0 0.02 0.04 0.06"
	if got := xTicks(b, "demo-lines"); got != whole {
		b.t.Errorf("the axis has %q, expected %q", got, whole)
	}
	b.drag(x-w/4, y-60, x, y+60)
	zoomed := xTicks(b, "demo-lines")
	if zoomed == whole || strings.Contains(zoomed, "0.06") {
		b.t.Errorf("after a drag over the left half the axis has %q", zoomed)
	}
	if b.eval(`document.querySelector("#demo-lines .chart-tools button").hidden`) != false {
		b.t.Error("no button to see the whole panel again")
	}
	if dir := os.Getenv("LIGHTFAST_SCREENSHOTS"); dir != "" {
		b.screenshot(filepath.Join(dir, "zoomed.png"), false)
	}
	b.click("#demo-lines .chart-tools button")
	if got := xTicks(b, "demo-lines"); got != whole {
		b.t.Errorf("after the reset the axis has %q", got)
	}
	// Straight drags zoom one axis alone.
	_, y, _, _ = b.middle("#demo-lines .stage")
	b.drag(x-w/4, y, x, y)
	if xTicks(b, "demo-lines") == whole {
		b.t.Error("a level drag did not zoom the x axis")
	}
	b.mouse("mousePressed", x, y, 1)
	b.mouse("mouseReleased", x, y, 0)
	b.call("Input.dispatchMouseEvent", map[string]any{"type": "mousePressed", "x": x, "y": y, "button": "left", "clickCount": 2})
	b.call("Input.dispatchMouseEvent", map[string]any{"type": "mouseReleased", "x": x, "y": y, "button": "left", "clickCount": 2})
	if got := xTicks(b, "demo-lines"); got != whole {
		b.t.Errorf("after a double click the axis has %q", got)
	}
	// The wheel zooms with control, and alone leaves the chart.
	wheel := func(modifiers int) {
		b.call("Input.dispatchMouseEvent", map[string]any{"type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": -60, "modifiers": modifiers})
	}
	wheel(0)
	if got := xTicks(b, "demo-lines"); got != whole {
		b.t.Errorf("the wheel alone zoomed to %q", got)
	}
	x, y, _, _ = b.middle("#demo-lines .stage")
	for range 6 {
		wheel(2)
	}
	b.wait(fmt.Sprintf(`[...document.querySelector("#demo-lines .plot").querySelectorAll(".tick[text-anchor=middle]")].map(e => e.textContent).join(" ") !== %q`, whole))
}

func keys(b *browser, url string) {
	b.open(url)
	b.eval(`document.querySelector("#demo-lines .stage").focus()`)
	said := func() string {
		return b.eval(`document.querySelector("#demo-lines .chart [role=status]").textContent`).(string)
	}
	b.key("ArrowRight")
	if got := said(); got != "direct, phase error σ 0, ours 96" {
		b.t.Errorf("the first point is read as %q", got)
	}
	b.key("ArrowRight")
	if got := said(); got != "direct, phase error σ 0.02, ours 90" {
		b.t.Errorf("the second point is read as %q", got)
	}
	b.key("ArrowUp")
	if got := said(); got != "PAT, phase error σ 0.02, ours 95 ± 1, paper 96, difference −1" {
		b.t.Errorf("the point above is read as %q", got)
	}
	if b.eval(`document.querySelector("#demo-lines .tip").hidden`) != false {
		b.t.Error("no box beside the point")
	}
	whole := xTicks(b, "demo-lines")
	for range 3 {
		b.key("+")
	}
	if xTicks(b, "demo-lines") == whole {
		b.t.Error("plus does not zoom")
	}
	b.key("0")
	if xTicks(b, "demo-lines") != whole {
		b.t.Error("0 does not reset")
	}
	// The legend hides a series, by the keyboard too.
	count := `document.querySelectorAll("#demo-lines .plot .line").length`
	before := b.eval(count).(float64)
	b.eval(`document.querySelectorAll("#demo-lines .legend button")[1].focus()`)
	b.call("Input.dispatchKeyEvent", map[string]any{"type": "keyDown", "key": "Enter", "code": "Enter", "text": "\r", "windowsVirtualKeyCode": 13})
	b.call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": "Enter", "code": "Enter"})
	if after := b.eval(count).(float64); after != before-4 {
		b.t.Errorf("%g lines, and %g without PAT; expected 4 less", before, after)
	}
}

func views(b *browser, url string) {
	b.open(url)
	picture := `document.querySelector("#demo-lines .picture").offsetParent !== null`
	if b.eval(picture) != false {
		b.t.Error("picture and charts at once")
	}
	b.click("#demo-lines [data-view=picture]")
	if b.eval(picture) != true || b.eval(`document.querySelector("#demo-lines .interactive").hidden`) != true {
		b.t.Error("the button does not show the picture")
	}
	b.click("#demo-lines .picture > svg")
	b.wait(`document.querySelector("dialog.loupe")?.open === true`)
	box := `document.querySelector("dialog.loupe > svg").getAttribute("viewBox")`
	whole := b.eval(box)
	b.key("+")
	if b.eval(box) == whole {
		b.t.Error("plus does not zoom the enlarged picture")
	}
	b.click(".loupe-tools button:last-child")
	b.wait(`document.querySelector("dialog.loupe") === null`)
	b.click("#demo-lines [data-view=charts]")
	if b.eval(picture) != false {
		b.t.Error("the button does not show the charts again")
	}
	// The thumbnail shows the picture although that is hidden.
	r := b.eval(`(() => { const r = document.querySelector('.gallery a[href="#demo-lines"] use').getBoundingClientRect(); return r.width * r.height; })()`)
	if r.(float64) < 1000 {
		b.t.Errorf("the thumbnail has an area of %v", r)
	}
}

func parts(b *browser, url string) {
	b.open(url)
	b.call("Browser.grantPermissions", map[string]any{"permissions": []string{"clipboardReadWrite", "clipboardSanitizedWrite"}})
	b.eval(`for (const d of document.querySelectorAll("#dat-fig4d details")) d.open = true`)
	b.click("#dat-fig4d [data-copy=bibtex-dat-fig4d]")
	b.wait(`document.querySelector("[data-copy=bibtex-dat-fig4d]").textContent === "Copied"`)
	if got := b.eval(`navigator.clipboard.readText()`); !strings.HasPrefix(fmt.Sprint(got), "@article{zheng2023,") {
		b.t.Errorf("copied is %v", got)
	}
	b.wait(`document.querySelectorAll("#dat-fig4d .lesson .stage").length === 2`)
	if got := b.eval(`document.querySelectorAll("#dat-fig4d .lesson .best").length`).(float64); got < 4 {
		b.t.Errorf("%g best epochs are marked on the learning curves, expected one a method and panel", got)
	}
	lesson := `document.querySelector("#dat-fig4d .lesson .plot .line").getAttribute("d")`
	first := b.eval(lesson)
	b.eval(`(() => { const s = document.querySelector("#dat-fig4d .learning select"); s.value = "1"; s.dispatchEvent(new Event("change", {bubbles: true})); })()`)
	b.wait(`document.querySelector("#dat-fig4d .lesson .plot .line") !== null`)
	if b.eval(lesson) == first {
		b.t.Error("another chip has the same learning curves")
	}
	column := `[...document.querySelectorAll("#demo-lines tbody tr")].map(r => r.cells[0].textContent).join(" ")`
	b.click("#demo-lines thead th:nth-child(4) button")
	if got := b.eval(column); got != "short within better orientation none" {
		b.t.Errorf("sorted by difference: %v", got)
	}
	b.click("#demo-lines thead th:nth-child(4) button")
	if got := b.eval(column); got != "orientation better within short none" {
		b.t.Errorf("sorted the other way: %v", got)
	}
	b.call("Browser.resetPermissions", nil)
}

// looksFine goes through windows and themes: nothing is wider than the window,
// and the theme is that of the system until somebody chooses.
func looksFine(b *browser, url string) {
	ground := `getComputedStyle(document.body).backgroundColor`
	grounds := map[any]bool{}
	for _, theme := range []string{"light", "dark"} {
		for _, width := range []int{400, 1000, 1600} {
			b.window(width, 1000, theme)
			b.open(url)
			b.wait(`[...document.querySelectorAll("article")].every(a => !a.querySelector(".views") || a.querySelector(".plot .tick"))`)
			if got := b.eval(`document.documentElement.scrollWidth`).(float64); got > float64(width) {
				b.t.Errorf("in a window of %d the page is %g wide", width, got)
			}
			grounds[b.eval(ground)] = true
			if dir := os.Getenv("LIGHTFAST_SCREENSHOTS"); dir != "" {
				b.screenshot(filepath.Join(dir, fmt.Sprintf("%s-%d.png", theme, width)), true)
			}
		}
	}
	if len(grounds) != 2 {
		b.t.Errorf("light and dark are %v", grounds)
	}
	dark := b.eval(ground)
	b.click("#theme")
	if b.eval(ground) == dark {
		b.t.Error("the button does not make a dark page light")
	}
	b.open(url)
	if b.eval(ground) == dark {
		b.t.Error("the chosen theme is forgotten")
	}
	b.eval(`localStorage.clear()`)
	b.window(1400, 1000, "light")
}

// scriptless reads the page without JavaScript: every picture is there, and no
// button that would do nothing.
func scriptless(b *browser, url string) {
	b.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": true})
	defer b.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": false})
	b.open(url)
	all := float64(len(figures.All()) + 2)
	if got := b.eval(`[...document.querySelectorAll(".picture > svg")].filter(e => e.getBoundingClientRect().width > 100).length`); got != all {
		b.t.Errorf("%v pictures are visible, expected %v", got, all)
	}
	if got := b.eval(`[...document.querySelectorAll("button, select, input")].filter(e => e.offsetParent !== null).length`); got != 0.0 {
		b.t.Errorf("%v buttons and fields that do nothing", got)
	}
	if dir := os.Getenv("LIGHTFAST_SCREENSHOTS"); dir != "" {
		b.screenshot(filepath.Join(dir, "scriptless.png"), true)
	}
}

// TestHostileNamesInChromium looks whether a name can run a script, should the
// escaping ever fail, and whether charts show it as text.
func TestHostileNamesInChromium(t *testing.T) {
	b := chromium(t)
	const evil = `<img src=x onerror="pwned=1"></script><script>pwned=1</script>`
	p := sample(t, "demo")
	p.Figure.Title, p.Drawing.Notes = evil, []string{evil}
	l := p.Drawing.Image.Panels[0].(figure.Lines)
	l.Title, l.Series[0].Label = evil, evil
	p.Drawing.Image.Panels[0] = l
	p.Runs = []experiment.Run{{Method: evil, Data: evil}}
	out := t.TempDir()
	b.window(1000, 1000, "light")
	b.open(written(t, out, Report{Pages: []engine.Page{p}}))
	b.wait(`document.querySelectorAll(".plot .tick").length > 0`)
	if got := b.eval(`document.querySelector(".chart-head span").textContent`); got != evil {
		t.Errorf("the panel is called %v", got)
	}
	// The policy stops what escaping would have to stop.
	b.eval(`document.querySelector("#figures").insertAdjacentHTML("beforeend", '<img src="data:," onerror="pwned=1">')`)
	b.eval(`new Promise(r => setTimeout(r, 200))`)
	if b.eval(`typeof pwned`) != "undefined" {
		t.Error("a name ran a script")
	}
}

// TestEmptyPageInChromium opens a report without any figure.
func TestEmptyPageInChromium(t *testing.T) {
	b := chromium(t)
	b.open(written(t, t.TempDir(), Report{}))
	b.wait(`document.documentElement.classList.contains("js")`)
	if got := b.eval(`document.querySelector("#shown").textContent`); got != "0 figures" {
		t.Errorf("the count says %v", got)
	}
	b.quiet()
}
