"""Networks of saturable absorbers (optical backpropagation) in PyTorch, batch 64."""
import torch

from torch_peer import Refused

BATCH = 64


class Absorber(torch.autograd.Function):
    """E exp(-(a0/2)/(1 + E^2)), whose gradient is multiplied by the transmission."""

    @staticmethod
    def forward(ctx, e, half):
        t = torch.exp(-half / (1 + e * e))
        ctx.save_for_backward(t)
        return t * e

    @staticmethod
    def backward(ctx, g):
        (t,) = ctx.saved_tensors
        return t * g, None


class Absorbing(torch.nn.Module):
    def __init__(self, a0):
        super().__init__()
        self.half = a0 / 2

    def forward(self, e):
        return Absorber.apply(e, self.half)


def mlp():
    dense = lambda n, m: torch.nn.Linear(n, m, bias=False)
    net = torch.nn.Sequential(dense(784, 128), Absorbing(30), dense(128, 128), Absorbing(30), dense(128, 10))
    return net, torch.rand(BATCH, 784)


def cnn():
    nn = torch.nn
    net = nn.Sequential(
        nn.Conv2d(1, 32, 5, bias=False), Absorbing(10), nn.AvgPool2d(2),
        nn.Conv2d(32, 64, 5, bias=False), Absorbing(10), nn.AvgPool2d(2),
        nn.Flatten(), nn.Dropout(0.4), nn.Linear(1024, 128, bias=False), Absorbing(10), nn.Linear(128, 10, bias=False),
    )
    return net, 5 * torch.rand(BATCH, 1, 28, 28)


class Step:
    def __init__(self, make, compiled):
        net, self.x = make()
        for w in net.parameters():
            torch.nn.init.normal_(w, 0, 0.1)
        self.wanted = torch.eye(10)[torch.randint(10, (BATCH,))]
        self.adam = torch.optim.Adam(net.parameters(), lr=5e-4, fused=True)
        self.net = torch.compile(net) if compiled else net

    def step(self):
        self.adam.zero_grad()
        torch.nn.functional.mse_loss(self.net(self.x), self.wanted).backward()
        self.adam.step()


def absorbers(word):
    make = {"mlp": mlp, "cnn": cnn}.get(word)
    if make is None:
        raise Refused(f"absorbers {word}: expected mlp or cnn")
    return {"eager": Step(make, False).step, "compiled": Step(make, True).step}


def works():
    return {"absorbers": absorbers}
