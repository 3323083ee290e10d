"""Runs a cell many times through an installed kernel and counts its outputs.

    python outputs.py KERNEL TIMES CELL_FILE WANTED...

WANTED are the kinds of output, in order, that each run must leave, such as
image/png, text/html or stdout. Prints one line a run that left others, then the
number of those that did not, the number of runs, and the median time of a run in
seconds. Needs jupyter_client.
"""
import pathlib
import statistics
import sys
import time

from jupyter_client.manager import start_new_kernel

name, times, cell, wanted = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3]).read_text(), sys.argv[4:]
manager, client = start_new_kernel(kernel_name=name, startup_timeout=120)
good, took = 0, []
try:
    for run in range(times):
        kinds = []

        def output(msg):
            content = msg["content"]
            if msg["msg_type"] in ("display_data", "execute_result"):
                kinds.append(sorted(content["data"])[0])
            elif msg["msg_type"] == "stream":
                if not kinds or kinds[-1] != content["name"]:  # text comes in pieces
                    kinds.append(content["name"])
            elif msg["msg_type"] == "error":
                kinds.append("error: " + content["evalue"])

        # The text of each run differs, so that every run compiles and links.
        begin = time.monotonic()
        client.execute_interactive(cell.replace("RUN", str(run)), output_hook=output, timeout=300)
        took.append(time.monotonic() - begin)
        if kinds == wanted:
            good += 1
        else:
            print(f"run {run}: {kinds}", flush=True)
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=False)
print(good, times, f"{statistics.median(took):.2f}")
