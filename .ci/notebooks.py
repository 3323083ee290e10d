"""Executes the notebooks in a real Jupyter, through the installed kernel, and
checks that every cell gives what it should: an image is an image.

    python .ci/notebooks.py FOLDER WORK [--keep] [NAME...]

FOLDER holds the notebooks, all of which are executed if none is named, and then it
is measured how long a user waits for a cell in a warm kernel. WORK is
the folder that they run in, outside the repository; they share what they compute
in WORK/out. --keep writes the outputs into the notebooks, which is how those that
are committed are made.

A code cell says in its metadata what it gives: {"lightfast": {"output": KIND}},
or a list of kinds: image/png, image/svg+xml, text/html, text/markdown, stdout. It
must give exactly these, so a warning or a Go error is found too, and the committed
outputs must be of the same kinds and say the same text.
"""
import argparse
import base64
import html.parser
import pathlib
import re
import statistics
import struct
import sys
import time
import xml.etree.ElementTree
import zlib

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

LARGEST = 300_000  # bytes of a committed notebook
SOON = {"00-start-here": 60}  # seconds

# What a warm kernel must give soon: the kind of output, within how many seconds, and
# the cell, in which N is another number each time so that none is compiled before.
CELLS = {
    "a trivial cell": ("stdout", 1.5, """%%
fmt.Println(N)"""),
    "a cell with a figure": ("image/png", 4, """%%
curve := figure.Series{Label: "curve", X: []float64{0, 1, 2}, Y: []float64{0, 1, N}}
lines := figure.Lines{XLabel: "x", YLabel: "y", Series: []figure.Series{curve}}
if err := kernel.Show("times", &figure.Figure{Panels: []figure.Panel{lines}}); err != nil {
	panic(err)
}"""),
}
IMPORTS = """import (
	"fmt"

	"lightfast/kernel"
	"lightfast/pnn/figure"
)"""


class Words(html.parser.HTMLParser):
    """The words of a page."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_data(self, data):
        self.found += data.split()


def kind(output):
    """What an output is: the name of its stream or its richest form."""
    if output.output_type == "stream":
        return output.name
    if output.output_type == "error":
        return "error"
    return next(k for k in ["image/png", "image/svg+xml", "text/html", "text/markdown", "text/plain"] if k in output.data)


def text(output):
    """What an output says, to be compared: the words for a picture or table."""
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    data = output.data
    return data.get("text/plain") or " ".join(Words(data["text/html"]).found if "text/html" in data else [])


def wrong(output):
    """Why the output is not what its kind says, None if it is."""
    k = kind(output)
    if k in ("stdout", "text/markdown", "text/html"):
        content = output.text if k == "stdout" else output.data[k]
        if k != "text/html":
            return None if content.strip() else "no text"
        return None if "<" in content and Words(content).found else "no words in it"
    if k == "image/svg+xml":
        try:
            root = xml.etree.ElementTree.fromstring(output.data[k].encode())
        except xml.etree.ElementTree.ParseError as e:
            return f"no XML: {e}"
        return None if root.tag.endswith("svg") and len(root) > 0 else "no drawing"
    if k != "image/png":
        return f"{k} is never expected: {text(output)[:2000]}"
    png = base64.b64decode(output.data[k])
    if png[:8] != b"\x89PNG\r\n\x1a\n":
        return "no PNG"
    pixels, at = b"", 8
    while at < len(png):
        size, chunk = struct.unpack(">I4s", png[at:at + 8])
        if chunk == b"IHDR":
            width, height = struct.unpack(">II", png[at + 8:at + 16])
        if chunk == b"IDAT":
            pixels += png[at + 8:at + 8 + size]
        at += size + 12
    if chunk != b"IEND" or min(width, height) < 50 or len(set(zlib.decompress(pixels))) < 8:
        return f"an image of {width} x {height} pixels without much in it"
    return None


def expected(cell):
    want = cell.metadata["lightfast"]["output"]
    return {want} if isinstance(want, str) else set(want)


def committed(nb, path):
    """What is wrong with a notebook as it is committed."""
    size = path.stat().st_size
    if size > LARGEST:
        yield f"{size} bytes, expected {LARGEST} at most"
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        kinds = {kind(o) for o in cell.outputs}
        if kinds != expected(cell):
            yield f"cell {cell.id}: its committed outputs are {sorted(kinds)}, expected {sorted(expected(cell))}"
        yield from (f"cell {cell.id}: committed {kind(o)}: {w}" for o in cell.outputs if (w := wrong(o)))


def execute(nb, work):
    """Executes a notebook; the notebook and the seconds of each cell, by its id."""
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    spent, began = {}, {}
    client = NotebookClient(
        nb, timeout=600, kernel_name="lightfast", record_timing=False, resources={"metadata": {"path": str(work)}},
        on_cell_execute=lambda cell, cell_index: began.update({cell.id: time.monotonic()}),
        on_cell_executed=lambda cell, cell_index, execute_reply: spent.update({cell.id: time.monotonic() - began[cell.id]}))
    try:
        client.execute()
    except CellExecutionError:
        pass  # the cell's outputs tell
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs = merged(cell.outputs)
    return nb, {c.id: spent.get(c.id, 0) for c in nb.cells if c.cell_type == "code"}


def waits(work):
    """Measures how long a user waits for a cell; returns what is wrong."""
    n, repeats = 0, 5
    for attempt in range(2):  # the machine may be busy for a moment
        problems, said = [], []
        nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(IMPORTS)])
        for _, _, code in CELLS.values():
            for _ in range(1 + repeats):  # the first warms the kernel up
                n += 1
                nb.cells.append(nbformat.v4.new_code_cell(re.sub(r"\bN\b", str(n), code)))
        nb, seconds = execute(nb, work)
        cells = nb.cells[1:]
        for i, (name, (want, limit, _)) in enumerate(CELLS.items()):
            mine = cells[i * (1 + repeats):(i + 1) * (1 + repeats)]
            for cell in mine:
                if [kind(o) for o in cell.outputs] != [want] or wrong(cell.outputs[0]):
                    problems.append(f"{name} gives {[text(o) for o in cell.outputs]}, expected {want}")
            took = sorted(seconds[cell.id] for cell in mine[1:])
            said.append(f"{name}: {statistics.median(took):.2f} s ({', '.join(f'{t:.2f}' for t in took)}), expected less than {limit} s")
            if statistics.median(took) >= limit:
                problems.append(said[-1])
        print("\n".join(said), flush=True)
        if not problems:
            break
    return problems


def merged(outputs):
    """Outputs with the pieces of a stream, which arrive as they like, in one."""
    found = []
    for o in outputs:
        if found and o.output_type == "stream" == found[-1].output_type and o.name == found[-1].name:
            found[-1].text += o.text
        else:
            found.append(o)
    return found


def differences(before, after):
    """What is wrong with an executed notebook, compared with the committed one."""
    said = {c.id: [text(o) for o in c.outputs] for c in before.cells if c.cell_type == "code"}
    for cell in after.cells:
        if cell.cell_type != "code":
            continue
        kinds = {kind(o) for o in cell.outputs}
        if kinds != expected(cell):
            yield f"cell {cell.id}: expected {sorted(expected(cell))}, got {sorted(kinds)}"
        yield from (f"cell {cell.id}: {kind(o)}: {w}" for o in cell.outputs if (w := wrong(o)))
        now = [text(o) for o in cell.outputs]
        if said and now != said[cell.id]:
            yield f"cell {cell.id} says\n{now}\nand in the committed notebook\n{said[cell.id]}"


def keep(nb, path):
    """Writes a notebook as it is committed: without what differs by machine."""
    nb.metadata = {"kernelspec": {"display_name": "Go (Lightfast)", "language": "go", "name": "lightfast"},
                   "language_info": {"file_extension": ".go", "mimetype": "text/x-go", "name": "go"}}
    for cell in nb.cells:
        cell.metadata = {k: v for k, v in cell.metadata.items() if k == "lightfast"}
    nbformat.write(nb, path)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("folder", type=pathlib.Path)
    p.add_argument("work", type=pathlib.Path)
    p.add_argument("names", nargs="*")
    p.add_argument("--keep", action="store_true")
    a = p.parse_intermixed_args()
    paths = sorted(q for q in a.folder.glob("*.ipynb") if not a.names or q.stem in a.names)
    if not paths:
        sys.exit(f"no notebooks {' '.join(a.names)} in {a.folder}")
    work, failed, start = a.work.resolve(), 0, time.monotonic()
    for path in paths:
        before = nbformat.read(path, as_version=4)
        problems = [] if a.keep else list(committed(before, path))
        for attempt in range(2):  # the first may find the build cache cold or the machine busy
            began = time.monotonic()
            nb, seconds = execute(nbformat.read(path, as_version=4), work)
            took = time.monotonic() - began
            limit = SOON.get(path.stem)
            if limit is None or took < limit:
                break
        else:
            problems.append(f"{took:.0f} s, expected less than {limit} s")
        problems += differences(nbformat.v4.new_notebook() if a.keep else before, nb)
        said = [o.data.get("text/plain", "") + o.data.get("text/html", "") if "data" in o else text(o) for c in nb.cells if c.cell_type == "code" for o in c.outputs]
        for found in re.findall(r"(?<![\w.:/])/(?:home|root|tmp|var|usr|work|Users|mnt)/\S*|" + re.escape(str(work)), "\n".join(said)):
            problems.append(f"a path of this machine in its outputs: {found}")
        if a.keep and not problems:
            keep(nb, path)
            problems = list(committed(nb, path))
        print(f"{path.stem}: {took:.1f} s{f', expected less than {limit} s' if limit else ''} ({', '.join(f'{k} {v:.1f}' for k, v in seconds.items())})", flush=True)
        for line in problems:
            print(f"  {line}", flush=True)
        failed += len(problems)
    if not a.names and not a.keep:
        for line in (problems := waits(work)):
            print(f"  {line}", flush=True)
        failed += len(problems)
    print(f"{len(paths)} notebooks in {time.monotonic() - start:.0f} s, {failed} problems")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
