"""Matrix products and elementary functions of PyTorch."""
import re

import torch

from torch_peer import Refused


def product(dtype):
    def ways(first, second=None):
        form, size = (first, second) if second else ("NN", first)
        match = re.fullmatch(r"(\d+)x(\d+)x(\d+)", size)
        if not match or not re.fullmatch("[NT][NTC]", form):
            raise Refused(f"{form} {size}: expected [NT|TN|NC] MxKxN")
        m, k, n = map(int, match.groups())
        a = torch.randn(k, m, dtype=dtype).t() if form[0] == "T" else torch.randn(m, k, dtype=dtype)
        b = torch.randn(k, n, dtype=dtype) if form[1] == "N" else torch.randn(n, k, dtype=dtype).t()
        if form[1] == "C":
            b = b.conj()
        c = torch.empty(m, n, dtype=dtype)
        return {"mm": lambda: torch.mm(a, b, out=c)}

    return ways


def sincos(count):
    if count != "1M":
        raise Refused(f"sincos {count}: expected sincos 1M")
    x = 20 * torch.rand(1 << 20) - 10
    s, c = torch.empty_like(x), torch.empty_like(x)

    def step():
        torch.sin(x, out=s)
        torch.cos(x, out=c)

    return {"": step}


def works():
    return {"sgemm": product(torch.float32), "cgemm": product(torch.complex64), "sincos": sincos}
