//go:build unix

package report

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// browser is a headless Chromium with one tab, driven over a pair of pipes by
// the DevTools protocol: messages of JSON, each ended by a zero byte.
type browser struct {
	t       *testing.T
	to      *os.File
	from    *bufio.Reader
	next    int
	session string
	trouble []string // exceptions and what the console said of errors
}

// chromium starts the binary that LIGHTFAST_CHROMIUM names.
func chromium(t *testing.T) *browser {
	t.Helper()
	binary := os.Getenv("LIGHTFAST_CHROMIUM")
	if binary == "" {
		t.Skip("LIGHTFAST_CHROMIUM names no browser")
	}
	inRead, inWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	outRead, outWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
		"--remote-debugging-pipe", "--user-data-dir="+t.TempDir(), "about:blank")
	cmd.ExtraFiles = []*os.File{inRead, outWrite}
	if err := cmd.Start(); err != nil {
		t.Fatalf("LIGHTFAST_CHROMIUM=%s: %v", binary, err)
	}
	inRead.Close()
	outWrite.Close()
	b := &browser{t: t, to: inWrite, from: bufio.NewReaderSize(outRead, 1<<20)}
	// A browser that says nothing must not hold the tests.
	dead := time.AfterFunc(2*time.Minute, func() { _ = cmd.Process.Kill() })
	t.Cleanup(func() {
		b.session = ""
		if err := b.send("Browser.close", nil); err != nil {
			_ = cmd.Process.Kill()
		}
		_ = cmd.Wait()
		dead.Stop()
		inWrite.Close()
		outRead.Close()
	})
	target := b.call("Target.createTarget", map[string]any{"url": "about:blank"})["targetId"]
	b.session = b.call("Target.attachToTarget", map[string]any{"targetId": target, "flatten": true})["sessionId"].(string)
	for _, domain := range []string{"Page", "Runtime", "Log"} {
		b.call(domain+".enable", nil)
	}
	return b
}

func (b *browser) send(method string, params map[string]any) error {
	b.next++
	m := map[string]any{"id": b.next, "method": method}
	if params != nil {
		m["params"] = params
	}
	if b.session != "" {
		m["sessionId"] = b.session
	}
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_, err = b.to.Write(append(data, 0))
	return err
}

// message is an answer or an event.
type message struct {
	ID     int
	Method string
	Params json.RawMessage
	Result map[string]any
	Error  *struct{ Message string }
}

func (b *browser) receive() message {
	b.t.Helper()
	data, err := b.from.ReadBytes(0)
	if err != nil {
		b.t.Fatalf("the browser is gone: %v", err)
	}
	var m message
	if err := json.Unmarshal(data[:len(data)-1], &m); err != nil {
		b.t.Fatal(err)
	}
	if m.Method == "Runtime.exceptionThrown" || m.Method == "Log.entryAdded" {
		b.trouble = append(b.trouble, string(m.Params))
	}
	return m
}

// call calls a method and waits for its answer.
func (b *browser) call(method string, params map[string]any) map[string]any {
	b.t.Helper()
	if err := b.send(method, params); err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	for {
		if m := b.receive(); m.ID == b.next {
			if m.Error != nil {
				b.t.Fatalf("%s: %s", method, m.Error.Message)
			}
			return m.Result
		}
	}
}

// open loads a page.
func (b *browser) open(url string) {
	b.t.Helper()
	b.call("Page.navigate", map[string]any{"url": "about:blank"})
	b.call("Page.navigate", map[string]any{"url": url})
	b.wait(`document.readyState === "complete" && location.href !== "about:blank"`)
}

// eval runs an expression and returns its value.
func (b *browser) eval(expression string) any {
	b.t.Helper()
	r := b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true, "userGesture": true})
	if e, ok := r["exceptionDetails"]; ok {
		b.t.Fatalf("%s: %v", expression, e)
	}
	return r["result"].(map[string]any)["value"]
}

// wait waits until an expression is true.
func (b *browser) wait(expression string) {
	b.t.Helper()
	for range 200 {
		if b.eval(expression) == true {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	b.t.Fatalf("still not true: %s", expression)
}

// middle is where an element is on the screen, scrolled into view.
func (b *browser) middle(selector string) (x, y, w, h float64) {
	b.t.Helper()
	r, ok := b.eval(fmt.Sprintf(`(() => { const e = document.querySelector(%q); e.scrollIntoView({block: "center", behavior: "instant"}); const r = e.getBoundingClientRect(); return [r.x, r.y, r.width, r.height]; })()`, selector)).([]any)
	if !ok {
		b.t.Fatalf("no element %s", selector)
	}
	f := func(i int) float64 { return r[i].(float64) }
	return f(0) + f(2)/2, f(1) + f(3)/2, f(2), f(3)
}

func (b *browser) mouse(kind string, x, y float64, held int) {
	b.t.Helper()
	b.call("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": x, "y": y, "button": "left", "buttons": held, "clickCount": 1})
}

// drag moves the mouse with its button down.
func (b *browser) drag(x0, y0, x1, y1 float64) {
	b.t.Helper()
	b.mouse("mouseMoved", x0, y0, 0)
	b.mouse("mousePressed", x0, y0, 1)
	for i := 1; i <= 4; i++ {
		f := float64(i) / 4
		b.mouse("mouseMoved", x0+f*(x1-x0), y0+f*(y1-y0), 1)
	}
	b.mouse("mouseReleased", x1, y1, 0)
}

// click clicks an element.
func (b *browser) click(selector string) {
	b.t.Helper()
	x, y, _, _ := b.middle(selector)
	b.mouse("mouseMoved", x, y, 0)
	b.mouse("mousePressed", x, y, 1)
	b.mouse("mouseReleased", x, y, 0)
}

// key presses a key.
func (b *browser) key(name string) {
	b.t.Helper()
	down := map[string]any{"type": "keyDown", "key": name, "code": name}
	if len(name) == 1 {
		down["text"] = name
	}
	b.call("Input.dispatchKeyEvent", down)
	b.call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": name, "code": name})
}

// window sets the size of the window and the theme of the system.
func (b *browser) window(width, height int, theme string) {
	b.t.Helper()
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": theme}}})
}

// screenshot writes what the window shows, or the whole page.
func (b *browser) screenshot(path string, whole bool) {
	b.t.Helper()
	r := b.call("Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": whole})
	data, err := base64.StdEncoding.DecodeString(r["data"].(string))
	if err == nil {
		err = os.WriteFile(path, data, 0o644)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// quiet fails if a script threw or the browser complained.
func (b *browser) quiet() {
	b.t.Helper()
	if len(b.trouble) > 0 {
		b.t.Errorf("the browser complains:\n%s", strings.Join(b.trouble, "\n"))
	}
}
