"""Executes every notebook through the installed kernel and checks that each
code cell gave the kind of output that it should: text or an image."""
import pathlib
import sys

import nbformat
from nbclient import NotebookClient

folder = pathlib.Path(sys.argv[1])
work = pathlib.Path(sys.argv[2])  # outside the repository, where artifacts may go
failed = 0
for path in sorted(folder.glob("*.ipynb")):
    nb = nbformat.read(path, as_version=4)
    NotebookClient(nb, timeout=900, kernel_name="lightfast", resources={"metadata": {"path": str(work)}}).execute()
    for i, cell in enumerate(nb.cells):
        if cell.cell_type != "code":
            continue
        kinds = {k for o in cell.outputs for k in o.get("data", {})} | {o.name for o in cell.outputs if o.output_type == "stream"}
        want = "image/png" if "kernel.Show" in cell.source else "stdout"
        if want not in kinds:
            print(f"{path.name}, cell {i}: expected {want}, got {sorted(kinds)}")
            failed += 1
    if len(sys.argv) > 3:  # keep the outputs
        nbformat.write(nb, path)
    print(f"{path.name}: {sum(c.cell_type == 'code' for c in nb.cells)} cells executed")
sys.exit(1 if failed else 0)
