"""Reads artifacts in other programs than this project's, as those who get them do.

    python .ci/artifacts.py ARTIFACTS [WORK NOTEBOOK]

Tables must come to pandas and DuckDB with the same numbers. The tensors of a network
must come to pyarrow as NumPy arrays, and the content hash in the file must be the one
that hashlib gives for these arrays: pnn/artifact/content.go describes it. What the
NOTEBOOK tells readers to type in Python is run in WORK, where it was executed.
"""
import argparse
import hashlib
import json
import math
import os
import pathlib
import re
import struct

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.feather as feather


def number(n):
    return struct.pack("<Q", n)


def text(s):
    return number(len(s.encode())) + s.encode()


def content(net, arrays):
    """The content hash of a network, from its arrays."""
    about = {k.decode(): v.decode() for k, v in net.schema.metadata.items()}
    h = hashlib.sha256()
    for s in ["lightfast content 1", about["lightfast.kind"], about["lightfast.config"]]:
        h.update(text(s))
    data = json.loads(about["lightfast.data"])
    h.update(number(len(data)))
    for d in data:
        h.update(text(d["name"]) + text(d["sha256"]))
    h.update(text(about["lightfast.code"]))
    references = json.loads(about["lightfast.references"])
    h.update(number(len(references)) + b"".join(map(text, references)))
    h.update(number(len(arrays)))
    for name, a in arrays.items():
        h.update(text(name) + text(str(a.dtype)) + number(a.ndim) + b"".join(map(number, a.shape)))
        h.update(a.astype(a.dtype.newbyteorder("<")).tobytes())
    return h.hexdigest(), about["lightfast.content"]


def tensors(path):
    """Checks a network; the number of its tensors."""
    net = feather.read_table(path)
    assert net.num_rows == 1, f"{path}: {net.num_rows} rows"
    arrays = {}
    for field in net.schema:
        kind = field.type
        assert isinstance(kind, pa.FixedShapeTensorType), f"{path}: {field.name} is a {kind}"
        a = net[field.name].chunk(0).to_numpy_ndarray()
        assert a.shape == (1, *kind.shape) and a.dtype == kind.value_type.to_pandas_dtype(), f"{path}: {field.name}: {a.dtype}{a.shape}, {kind}"
        short = net[field.name][0].to_numpy()
        assert short.shape == tuple(kind.shape) and short.tobytes() == a.tobytes(), f"{path}: {field.name}[0]"
        arrays[field.name] = a[0]
    found, said = content(net, arrays)
    assert found == said, f"{path}: NumPy's arrays have the content {found}, the file says {said}"
    name, first = next(iter(arrays.items()))
    assert first.ndim >= 2, f"{path}: {name} is {first.dtype}{first.shape}"
    if name == "mesh1.theta":
        assert first.dtype == np.float64 and net.schema.field(name).metadata == {b"unit": b"rad"}, f"{path}: {first.dtype}{first.shape}"
    assert net.to_pandas()[name][0].tobytes() == first.tobytes(), f"{path}: pandas"
    row = duckdb.sql(f'select len("{name}"), "{name}" from net').fetchall()[0]
    assert row[0] == first.size and np.array_equal(row[1], first.ravel()), f"{path}: DuckDB"
    return len(arrays)


def rows(path):
    """Checks a table; the number of its rows."""
    t = feather.read_table(path)
    frame = t.to_pandas()
    assert len(frame) == t.num_rows > 0, path
    found = duckdb.sql("select * from t").fetchall()
    assert len(found) == len(frame), f"{path}: DuckDB finds {len(found)} rows, pandas {len(frame)}"
    for i, name in enumerate(t.column_names):
        same = [a == b or a is None and b is None or isinstance(a, float) and math.isnan(a) and math.isnan(b)
                for a, b in zip((r[i] for r in found), t[name].to_pylist())]
        assert all(same), f"{path}: DuckDB has other values in {name}"
    return len(frame)


def blocks(notebook):
    """What a notebook tells readers to type in Python."""
    cells = json.loads(notebook.read_text())["cells"]
    return [b for c in cells if c["cell_type"] == "markdown" for b in re.findall(r"```python\n(.*?)```", "".join(c["source"]), re.S)]


def main():
    p = argparse.ArgumentParser()
    p.add_argument("artifacts", type=pathlib.Path)
    p.add_argument("work", type=pathlib.Path, nargs="?")
    p.add_argument("notebook", type=pathlib.Path, nargs="?")
    a = p.parse_args()
    networks = sorted(a.artifacts.glob("*/runs/*/*.checkpoint.arrow"))
    tables = sorted(q for q in a.artifacts.glob("*/*/quick/*.arrow") if not q.name.endswith(".checkpoint.arrow"))
    assert networks and sum(q.name == "sweep.arrow" for q in tables) >= 9, f"{len(networks)} networks, {len(tables)} tables"
    n = sum(map(tensors, networks))
    print(f"{len(networks)} networks, {n} tensors: NumPy arrays with the bits that the files promise; in DuckDB and pandas the same")
    n = sum(map(rows, tables))
    print(f"{len(tables)} tables, {n} rows: the same in pandas and DuckDB")
    if a.notebook:
        code = blocks(a.notebook)
        assert code, f"{a.notebook} tells nothing in Python"
        os.chdir(a.work)
        for b in code:
            exec(compile(b, a.notebook.name, "exec"), {})


if __name__ == "__main__":
    main()
