"""Opens a notebook in JupyterLab in a headless Chromium, trains in it, interrupts
that, moves a slider and looks whether the figure has changed.

    python browser.py KERNEL SHOTS [BASE_URL [lossy]]

SHOTS is a folder for screenshots, to be looked at. BASE_URL, such as /user/x/, is
where Jupyter is served, / if not given. With lossy, the page does not hear the
first acknowledgement of its connection to the kernel, as happens on a busy machine.
Needs jupyterlab, websocket-client (which it brings) and Chromium: the program that
CHROMIUM names, or chromium on the PATH. If anything fails, exits with 1 and says
what it was waiting for and what the notebook, the browser and the kernel said.
"""
import base64
import json
import os
import pathlib
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import nbformat
import websocket

kernel, shots, base = sys.argv[1], pathlib.Path(sys.argv[2]), (sys.argv[3:] + ["/"])[0]
lossy = sys.argv[4:] == ["lossy"]

TRAIN = """
import (
	"fmt"

	"lightfast/kernel"
	"lightfast/pnn/dataset"
	"lightfast/pnn/lane"
	"lightfast/pnn/model"
	"lightfast/pnn/optim"
	"lightfast/pnn/train"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

%%
pool := lane.NewPool(0)
digits := dataset.Glyphs(1024, 256)
encode := func(s *dataset.Set) *train.Labelled {
	fields, err := dataset.FourierCrop(s, 8, pool)
	check(err)
	return &train.Labelled{Fields: fields, Labels: s.Labels}
}
net, err := model.NewMPNN[float32](model.MPNN{Ports: 64, Meshes: 3, Classes: 10, Features: [3]int{4, 6, 8}}, nil)
check(err)
net.Initialise(1)
s, err := train.New(net, nil, train.InSilico{}, encode(digits.Train), encode(digits.Test), train.Settings{
	Epochs: 5000, Batch: 64, Seed: 1, Protocol: train.Published, Rate: optim.Halving{Rate: 5e-3}, SEPNRate: optim.Halving{Rate: 2e-3},
}, pool)
check(err)
check(kernel.Train(kernel.Context(), "training", s))
fmt.Println("kept:", len(s.Curve) > 0)
"""

MOVE = """
import (
	"context"

	"lightfast/pnn/figure"
)

%%
c := kernel.NewControls()
sigma := c.Slider("phase error (rad)", 0, 0.2, 0.01, 0.06)
kind := c.Select("errors", "phase", "splitter")
check(c.Run("accuracy", func(ctx context.Context, out *kernel.Output) error {
	var x, y []float64
	for i := range 20 {
		x = append(x, float64(i))
		y = append(y, 90-sigma.Value()*float64(i*i))
	}
	return out.Figure(&figure.Figure{Panels: []figure.Panel{figure.Lines{
		Title: fmt.Sprintf("%s errors of %.2f rad", kind.Value(), sigma.Value()), XLabel: "layer", YLabel: "accuracy (%)", YMin: 1, YMax: 100,
		Series: []figure.Series{{Label: "PAT", X: x, Y: y}},
	}}})
}))
fmt.Println("left at", sigma.Value(), kind.Value())
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Browser:
    """A page of Chromium, driven through its DevTools protocol."""

    def __init__(self, folder):
        program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if not program:
            sys.exit("no Chromium on the PATH; install it or name it in CHROMIUM")
        port = free_port()
        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}", f"--remote-debugging-port={port}",
             "--remote-allow-origins=*", "--window-size=1100,1300", "about:blank"], stderr=subprocess.DEVNULL)
        pages = until(lambda: [t for t in json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json")) if t["type"] == "page"], 60, "Chromium")
        self.socket = websocket.create_connection(pages[0]["webSocketDebuggerUrl"], timeout=60)
        self.count = 0

    def do(self, method, **params):
        self.count += 1
        self.socket.send(json.dumps({"id": self.count, "method": method, "params": params}))
        while True:
            m = json.loads(self.socket.recv())
            if m.get("id") == self.count:
                if "error" in m:
                    raise RuntimeError(m["error"])
                return m["result"]

    def js(self, expression):
        r = self.do("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in r:
            raise RuntimeError(r["exceptionDetails"]["exception"].get("description"))
        return r["result"].get("value")

    def click(self, element):
        x, y = self.js(f"(() => {{ const e = {element}; e.scrollIntoView(); const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + Math.min(10, b.height / 2)] }})()")
        for kind in "mousePressed", "mouseReleased":
            self.do("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        time.sleep(0.3)

    def key(self, key, code, number, modifiers=0):
        for kind in "keyDown", "keyUp":
            extra = {"text": key} if kind == "keyDown" and len(key) == 1 else {}
            self.do("Input.dispatchKeyEvent", type=kind, key=key, code=code, windowsVirtualKeyCode=number, modifiers=modifiers, **extra)

    def shot(self, name):
        (shots / f"{name}.png").write_bytes(base64.b64decode(self.do("Page.captureScreenshot", format="png")["data"]))


def until(ready, seconds, what):
    end, why = time.monotonic() + seconds, None
    while time.monotonic() < end:
        try:
            if value := ready():
                return value
        except (OSError, RuntimeError) as e:
            why = e
        time.sleep(0.2)
    print(f"waited {seconds} s in vain for {what}: {why or 'it did not come'}", file=sys.stderr)
    if page := globals().get("page"):
        try:
            explain(page)
        except Exception as e:  # the page may be what is broken
            print(f"and the page does not answer: {e}", file=sys.stderr)
    sys.exit(1)


# What the notebook holds, in the order of its cells: Lab may take those outside the
# window off the page.
HELD = """
(() => [...document.querySelectorAll('.jp-Notebook .jp-Cell')].map((c, i) => {
  const short = (s, n) => s.length > n ? s.slice(0, n) + ' ... (' + s.length + ' characters)' : s;
  const of = (selector) => [...c.querySelectorAll(selector)];
  const html = of('.jp-OutputArea-output').map((o) => o.innerHTML.replace(/data:[^"]{100,}/g, (d) => d.slice(0, 30) + '...'));
  return [
    `cell ${i} ${c.querySelector('.jp-InputPrompt')?.innerText}: ${html.length} outputs`,
    ...of('[data-mime-type*=error], [data-mime-type*=stderr]').map((e) => 'error: ' + short(e.innerText, 2000)),
    ...html.map((h, k) => `output ${k}: ` + short(h, 2000)),
  ].join('\\n');
}).join('\\n'))()
"""

# The page keeps what it writes to its console.
CONSOLE = """
globalThis.said = [];
for (const kind of ['warn', 'error']) {
  const write = console[kind];
  console[kind] = (...all) => { said.push(kind + ': ' + all.map(String).join(' ').slice(0, 300)); write.apply(console, all); };
}
addEventListener('error', (e) => said.push('uncaught: ' + e.message));
addEventListener('unhandledrejection', (e) => said.push('rejected: ' + e.reason));
"""

# The first acknowledgement by the kernel, which JupyterLab's own connection gets in
# another form, is lost.
LOSSY = """
globalThis.WebSocket = class extends WebSocket {
  constructor(...all) {
    super(...all);
    this.addEventListener('message', (e) => {
      if (globalThis.lost || !e.isTrusted || typeof e.data !== 'string' || !e.data.includes('#comm_open_ack')) return;
      globalThis.lost = true;
      e.stopImmediatePropagation();
    });
  }
};
"""


def explain(page):
    """Says what the page, its console, the server and the kernel held when they failed."""
    say = lambda title, text: print(f"--- {title}\n{text}", file=sys.stderr)
    say("the page", page.js(HELD))
    say("its socket to the kernel", page.js("globalThis.gonb_comm ? 'state ' + gonb_comm._websocket.readyState : 'none'"))
    say("its console", "\n".join(page.js("globalThis.said")[-40:]))
    log.flush()
    say("the server and the kernel", "\n".join((shots / "jupyter.log").read_text().splitlines()[-40:]))
    page.shot("failed")
    say("a picture", shots / "failed.png")


shots.mkdir(parents=True, exist_ok=True)
work = pathlib.Path(tempfile.mkdtemp())
nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c.strip()) for c in (TRAIN, MOVE)])
nb.metadata.kernelspec = {"name": kernel, "display_name": kernel, "language": "go"}
nbformat.write(nb, work / "test.ipynb")
port, token = free_port(), secrets.token_hex(8)
log = open(shots / "jupyter.log", "w")
lab = subprocess.Popen(
    [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.port={port}", f"--IdentityProvider.token={token}",
     f"--ServerApp.base_url={base}", f"--ServerApp.root_dir={work}", "--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"],
    stdout=log, stderr=log)
page = None
try:
    until(lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}{base}api?token={token}"), 60, "JupyterLab")
    page = Browser(work / "chromium")
    page.do("Page.enable")
    page.do("Page.addScriptToEvaluateOnNewDocument", source=CONSOLE + (LOSSY if lossy else ""))
    page.do("Page.navigate", url=f"http://127.0.0.1:{port}{base}lab/tree/test.ipynb?token={token}")

    def cell(i, selector):
        return f"document.querySelectorAll('.jp-Notebook .jp-Cell')[{i}].querySelector({json.dumps(selector)})"

    def run(i):
        page.click(cell(i, ".jp-InputPrompt"))
        page.key("Enter", "Enter", 13, 2)  # Ctrl-Enter

    def ended(i):
        return page.js(f"/\\[\\d+\\]/.test({cell(i, '.jp-InputPrompt')}.innerText)")

    def output(i):
        return page.js(f"{cell(i, '.jp-OutputArea')}.innerText")

    until(lambda: page.js("document.querySelectorAll('.jp-Notebook .jp-Cell').length >= 2"), 90, "the notebook")
    time.sleep(2)  # Lab moves its panels about

    run(0)
    until(lambda: page.js(f"{cell(0, 'progress')}.value >= 3"), 120, "three epochs in the live view")
    until(lambda: page.js(f"!!{cell(0, '.jp-OutputArea img')}"), 30, "curves in the live view")
    page.js(f"{cell(0, '.jp-OutputArea')}.scrollIntoView()")
    page.shot("training")
    page.key("i", "KeyI", 73)  # twice I interrupts
    page.key("i", "KeyI", 73)
    until(lambda: ended(0), 10, "the end of the interrupted cell")
    until(lambda: "interrupted: the network is that of epoch" in output(0) and "kept: true" in output(0), 10, "the last epoch, kept")
    page.shot("interrupted")

    run(1)
    figure = f"{cell(1, '.jp-OutputArea img')}?.src"
    before = until(lambda: page.js(figure), 60, "the figure")
    until(lambda: page.js(f"!!{cell(1, 'input[type=range]')} && !!{cell(1, 'select')}"), 30, "the controls")
    if lossy and not page.js("globalThis.lost"):
        sys.exit("nothing was lost: the kernel's acknowledgement has another form than LOSSY expects")
    page.js(f"{cell(1, '.jp-OutputArea')}.scrollIntoView()")
    page.shot("controls")
    begin = time.monotonic()
    for value in range(7, 19):
        page.js(f"{{ const e = {cell(1, 'input[type=range]')}; e.value = {value / 100}; e.dispatchEvent(new Event('input', {{bubbles: true}})) }}")
    changed = until(lambda: (now := page.js(figure)) != before and now, 10, "another figure after the slider was moved")
    print(f"the figure followed the slider after {time.monotonic() - begin:.1f} s")
    page.js(f"{{ const e = {cell(1, 'select')}; e.value = '1'; e.dispatchEvent(new Event('input', {{bubbles: true}})) }}")
    until(lambda: page.js(figure) not in (before, changed), 10, "another figure after an option was chosen")
    page.shot("moved")
    page.click(f"[...document.querySelectorAll('.jp-Notebook .jp-Cell')[1].querySelectorAll('button[data-control]')].at(-1)")
    until(lambda: ended(1), 10, "the end of the cell after Done")
    until(lambda: "left at 0.18 splitter" in output(1), 10, "what the controls were left at")
    page.shot("done")
    print("all well")
finally:
    if page:
        try:
            page.do("Browser.close")
        except Exception:  # it closes without an answer
            pass
        page.process.wait(20)
    lab.terminate()
    lab.wait(20)
    shutil.rmtree(work, ignore_errors=True)
