"""Times PyTorch on the processor at the work of README.md, over its line protocol.

With the argument `authors` it times instead the code of the authors of dual
adaptive training, from the checkout that LIGHTFAST_AUTHORS names (authors.py).
"""
import gc
import inspect
import os
import sys
import time

AT_LEAST = 0.05  # seconds that an answer is measured over


def clock(step, at_least=AT_LEAST):
    """The time of one execution of step, which has run before."""
    total, n, burst = 0.0, 0, 1
    while total < at_least:
        start = time.perf_counter()
        for _ in range(burst):
            step()
        total += time.perf_counter() - start
        n += burst
        burst *= 2
    return total / n


class Refused(Exception):
    """A request that this peer cannot serve; the message says why."""


def reason(err):
    """An error in one line of bounded length."""
    text = " ".join(str(err).split()) or type(err).__name__
    return text if len(text) <= 300 else text[:297] + "..."


class Chooser:
    """Finds the fastest of several ways of doing a work and times that one.

    works maps the first word of a request to a function of the other words that
    returns {name of the way: step}. Steps keep their own data; making them may
    fail, and so may their first run (a compiler that is missing): then the other
    ways are left.
    """

    def __init__(self, works, set_threads):
        self.works, self.set_threads = works, set_threads
        self.ways, self.best = {}, {}

    def answer(self, work, threads):
        words = work.split()
        make = self.works.get(words[0]) if words else None
        if make is None:
            raise Refused(f"{work!r} is not a work of this peer, which does: {', '.join(self.works)}")
        try:
            inspect.signature(make).bind(*words[1:])
        except TypeError:
            raise Refused(f"{work!r}: too many words or too few behind {words[0]}") from None
        self.set_threads(threads)
        if work not in self.ways:
            self.ways.clear()  # the data of one work at a time
            self.best.clear()
            gc.collect()
            ways = make(*words[1:])
            only = os.environ.get("LIGHTFAST_PEER_WAY")
            if only:
                ways = {name: step for name, step in ways.items() if name == only}
                if not ways:
                    raise Refused(f"{work!r} is not done by way of {only!r}")
            self.ways[work] = ways
        if (work, threads) not in self.best:
            self.best[work, threads] = self.choose(self.ways[work])
        name, step = self.best[work, threads]
        return clock(step), name

    @staticmethod
    def choose(ways):
        failed, times = [], {}
        for name, step in ways.items():
            try:
                for _ in range(3):
                    step()
                times[name] = []
            except Exception as err:  # whatever a compiler may raise
                failed.append((name, err))
        if not times:
            raise failed[0][1]
        for _ in range(3):  # in turn, the shortest counts
            for name in times:
                times[name].append(clock(ways[name], 0.1))
        best = min(times, key=lambda name: min(times[name]))
        note = best + "".join(f" ({name} failed: {type(err).__name__})" for name, err in failed)
        return note, ways[best]


def serve(description, answer):
    """Speaks the protocol on out until the input ends."""
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever libraries print must not stand between the answers
    print(description, file=out)
    for line in sys.stdin:
        work, _, threads = line.strip().rpartition(" ")
        try:
            if not work or not threads.isdigit() or int(threads) < 1:
                raise Refused("expected a line `WORK THREADS`, as in `insilico 1`")
            seconds, note = answer(work, int(threads))
            print(f"{seconds:.9e} {note}".rstrip(), file=out)
        except Exception as err:
            print("error: " + reason(err), file=out)


def main():
    try:
        import torch
    except ImportError:
        print("error: no PyTorch: pip install torch (LIGHTFAST_PYTHON names the interpreter)", flush=True)
        return 1
    torch.manual_seed(1)
    torch.set_num_interop_threads(1)
    if sys.argv[1:] == ["authors"]:
        import authors

        try:
            works = authors.works()
        except Exception as err:
            print("error: " + reason(err), flush=True)
            return 1
        return serve(f"authors' code, PyTorch {torch.__version__}", Chooser(works, torch.set_num_threads).answer)
    import torch_absorbers
    import torch_hybrid
    import torch_mpnn
    import torch_products
    import torch_waves

    works = {**torch_products.works(), **torch_waves.works(), **torch_mpnn.works(), **torch_absorbers.works(), **torch_hybrid.works()}
    description = f"PyTorch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}"
    return serve(description, Chooser(works, torch.set_num_threads).answer)


if __name__ == "__main__":
    sys.exit(main())
