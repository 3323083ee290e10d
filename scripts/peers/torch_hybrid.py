"""LeNet, the front end of hybrid networks, in PyTorch: batch 64, plain or sharpness-aware."""
import torch

from torch_peer import Refused

BATCH, RHO = 64, 0.05


def lenet():
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.BatchNorm1d(120), nn.ReLU(),
        nn.Linear(120, 84), nn.BatchNorm1d(84), nn.ReLU(),
        nn.Linear(84, 10),
    )


class Step:
    def __init__(self, channels_last=False, compiled=False):
        net, self.x = lenet(), torch.rand(BATCH, 1, 28, 28)
        if channels_last:
            net, self.x = net.to(memory_format=torch.channels_last), self.x.to(memory_format=torch.channels_last)
        self.labels = torch.randint(10, (BATCH,))
        self.weights = list(net.parameters())
        self.sgd = torch.optim.SGD(self.weights, lr=0.05, momentum=0.5, fused=True)
        self.net = torch.compile(net) if compiled else net

    def gradient(self):
        self.sgd.zero_grad()
        torch.nn.functional.cross_entropy(self.net(self.x), self.labels).backward()

    def bp(self):
        self.gradient()
        self.sgd.step()

    def sat(self):
        self.gradient()
        with torch.no_grad():
            kept = torch._foreach_mul(self.weights, 1.0)
            grads = [w.grad for w in self.weights]
            norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(grads)))
            torch._foreach_add_(self.weights, torch._foreach_mul(grads, float(RHO / (norm + 1e-12))))
        self.gradient()
        with torch.no_grad():
            torch._foreach_copy_(self.weights, kept)
        self.sgd.step()


def hybrid(word):
    if word not in ("bp", "sat"):
        raise Refused(f"lenet {word}: expected bp or sat")
    ways = {"eager": Step(), "channels last": Step(channels_last=True), "compiled": Step(compiled=True)}
    return {name: getattr(step, word) for name, step in ways.items()}


def works():
    return {"lenet": hybrid}
