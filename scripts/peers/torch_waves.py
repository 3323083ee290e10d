"""Fourier transforms, free-space propagation and a diffractive network in PyTorch.

Single precision, 64 complex images (32 of the network).
"""
import torch

from torch_peer import Refused

IMAGES = 64


def size_of(name, word):
    if not word.isdigit() or not 2 <= int(word) <= 2048:
        raise Refused(f"{name} {word}: expected a side of 2 to 2048 pixels")
    return int(word)


def fft2(word):
    n = size_of("fft2", word)
    x = torch.randn(IMAGES, n, n, dtype=torch.complex64)
    y = torch.empty_like(x)

    def one_by_one():
        for a, b in zip(x, y):
            torch.fft.fft2(a, out=b)

    return {"all images at once": lambda: torch.fft.fft2(x, out=y), "image by image": one_by_one}


def propagate(word):
    n = size_of("propagate", word)
    wide = 2 * n
    x = torch.randn(IMAGES, n, n, dtype=torch.complex64)
    h = torch.randn(wide, wide, dtype=torch.complex64)
    y = torch.empty_like(x)

    def through(z):
        return torch.fft.ifft2(torch.fft.fft2(z, s=(wide, wide)) * h)[..., :n, :n]

    @torch.no_grad()
    def some(count):
        for a, b in zip(x.split(count), y.split(count)):
            b.copy_(through(a))

    return {"all images at once": lambda: some(IMAGES), "image by image": lambda: some(1), "4 images at once": lambda: some(4)}


class Diffractive:
    """A training step of a diffractive network: a coherent image of 120 x 120 pixels
    in a field of 200 x 200, three phase masks, each followed by propagation in a
    frame of 400 x 400, ten squares of 20 x 20 pixels as detectors, their shares
    of the light against the class, Adam."""

    side, wide, batch, layers = 200, 400, 32, 3

    def __init__(self, compiled):
        self.weights = torch.nn.Parameter(0.02 * torch.randn(self.layers, self.side, self.side))
        f = torch.fft.fftfreq(self.wide, 8e-6)
        f2 = f[:, None] ** 2 + f[None, :] ** 2
        wavelength, distance = 532e-9, 50e-3
        self.transfer = torch.polar(torch.ones_like(f2), 2 * torch.pi * distance * (wavelength**-2 - f2).clamp_min(0).sqrt())
        self.field = torch.zeros(self.batch, self.side, self.side, dtype=torch.complex64)
        self.field[:, 40:160, 40:160] = torch.rand(self.batch, 120, 120).sqrt()
        self.wanted = torch.eye(10)[torch.randint(10, (self.batch,))]
        # Where the squares stand does not matter here: rows of 3, 4 and 3.
        self.squares = [(y, 100 + 50 * i - 25 * (n - 1) - 10) for y, n in ((30, 3), (90, 4), (150, 3)) for i in range(n)]
        self.adam = torch.optim.Adam([self.weights], lr=1e-2, fused=True)
        self.loss = torch.compile(self.plain) if compiled else self.plain

    def plain(self, weights, field):
        n = self.side
        for w in weights:
            phase = 2 * torch.pi * torch.sigmoid(w)
            field = field * torch.complex(torch.cos(phase), torch.sin(phase))
            field = torch.fft.ifft2(torch.fft.fft2(field, s=(self.wide, self.wide)) * self.transfer)[:, :n, :n]
        light = torch.view_as_real(field).square().sum(-1)
        score = torch.stack([light[:, y : y + 20, x : x + 20].mean((1, 2)) for y, x in self.squares], 1)
        return torch.nn.functional.mse_loss(score / score.sum(1, keepdim=True), self.wanted)

    def step(self):
        self.adam.zero_grad()
        self.loss(self.weights, self.field).backward()
        self.adam.step()


def dpnn():
    return {"eager": Diffractive(False).step, "compiled": Diffractive(True).step}


def works():
    return {"fft2": fft2, "propagate": propagate, "dpnn": dpnn}
