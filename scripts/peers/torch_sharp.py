"""Sharpness-aware training of LeNet before a mesh of 64 ports (Xu et al. 2026), once more.

Written from the description of the system alone, mesh and optimiser included, so that
ours can be held against something. `step` prints what one step from the authors'
weights gives in double precision: the numbers in TestSATStep of pnn/published.
`train` trains from a seed by the published protocol and scores the last epoch.

    python3 scripts/peers/torch_sharp.py step  --reference DIR --data DIR
    python3 scripts/peers/torch_sharp.py train --reference DIR --data DIR --method insitu --seed 1

--reference holds the authors' folder "System2-MZI Mesh", --data the four files of
MNIST. A run of 40 epochs takes some 17 minutes of one core.
"""
import argparse
import gzip
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

PORTS, PAIRS, BATCH, RHO, RATE = 64, 32, 6000, 0.3, 0.1
CHIPS = 20  # fresh ones that a trained network is tried on


def idx(folder, stem):
    for name in (stem, stem + ".gz"):
        path = pathlib.Path(folder) / name
        if path.exists():
            data = (gzip.open(path) if name.endswith(".gz") else open(path, "rb")).read()
            shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(data[3])]
            return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape)
    raise SystemExit(f"{folder}: no {stem}, expected the files of MNIST, as published or unpacked")


def images(folder, kind):
    x = torch.tensor(idx(folder, kind + "-images-idx3-ubyte").astype(np.float32) / 255)
    y = torch.tensor(idx(folder, kind + "-labels-idx1-ubyte").astype(np.int64))
    return ((x - 0.1307) / 0.3081).unsqueeze(1), y


def haar_exponents():
    """Those of the internal phases of a Haar-random rectangular mesh, [layer, pair]."""

    def sequence(d):
        return [d + 1 - k for k in range(d, 0, -1) if k % 2] + [d + 1 - k for k in range(1, d + 1) if k % 2 == 0]

    a = np.ones((PORTS, PAIRS))
    for layer in range(PORTS):
        for pair in range(PAIRS):
            line = 2 * pair + layer % 2
            if line <= PORTS - 2:
                d = PORTS - abs(line - layer) if layer > line else PORTS - 1 - abs(line - layer)
                a[layer, pair] = sequence(d)[min(line, layer)]
    return torch.tensor(a)


class Mesh(nn.Module):
    def __init__(self, draws):
        super().__init__()
        u = torch.rand(PORTS, PAIRS, generator=draws, dtype=torch.float64)
        self.theta = nn.Parameter((math.pi - 2 * torch.asin(u ** (1 / (2 * haar_exponents())))).float())
        self.phi = nn.Parameter(torch.rand(PORTS, PAIRS, generator=draws) * 2 * math.pi)
        self.gamma = nn.Parameter(torch.rand(1, PORTS, generator=draws) * 2 * math.pi)
        self.wraps = torch.zeros(PORTS, PAIRS, dtype=torch.bool)
        self.wraps[1::2, -1] = True  # lines 63 and 0, which never meet

    def matrix(self, chip):
        """Row k is what a unit amplitude on line k becomes."""
        theta, phi = self.theta, self.phi
        nn_ = np_ = pn = pp = torch.ones_like(theta)
        if chip is not None:
            theta, phi = theta + chip["theta"], phi + chip["phi"]
            nn_, np_, pn, pp = chip["nn"], chip["np"], chip["pn"], chip["pp"]
        bar = torch.full_like(theta, math.pi)
        theta, phi = torch.where(self.wraps, bar, theta), torch.where(self.wraps, bar, phi)
        a, b, outer = torch.exp(0.5j * theta), torch.exp(-0.5j * theta), torch.exp(1j * phi)
        uu, ud = outer / 2 * (pp * a - nn_ * b), outer / 2 * 1j * (np_ * a + pn * b)
        du, dd = 0.5j * (pn * a + np_ * b), 0.5 * (pp * b - nn_ * a)
        v = torch.diag(torch.exp(1j * self.gamma[0]))
        for layer in range(PORTS):
            up, down = v[:, 0::2], v[:, 1::2]
            v = torch.stack((uu[layer] * up + ud[layer] * down, du[layer] * up + dd[layer] * down), 2).reshape(PORTS, PORTS)
            v = torch.roll(v, 1 if layer % 2 else -1, 1)
        return v


class Net(nn.Module):
    def __init__(self, seed):
        super().__init__()
        torch.manual_seed(seed)
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2 = nn.Linear(400, 120), nn.Linear(120, PORTS)
        for layer in (self.conv1, self.conv2, self.fc1, self.fc2):
            bound = 1 / math.sqrt(layer.weight[0].numel())
            nn.init.uniform_(layer.weight, -bound, bound)
            nn.init.uniform_(layer.bias, -bound, bound)
        self.norm1, self.norm2, self.norm3 = nn.BatchNorm2d(6), nn.BatchNorm2d(16), nn.BatchNorm1d(120)
        self.layer1 = Mesh(torch.Generator().manual_seed(seed + 1000))

    def front(self, x):
        x = F.max_pool2d(F.relu(self.norm1(self.conv1(x))), 2)
        x = F.max_pool2d(F.relu(self.norm2(self.conv2(x))), 2).flatten(1)
        return self.fc2(self.norm3(self.fc1(x)))

    def light(self, x, chip=None):
        v = self.layer1.matrix(chip)
        return F.normalize((x.to(v.dtype) @ v).abs() ** 2)[:, :10]


def stored_chip(reference):
    folder = pathlib.Path(reference) / "System2-MZI Mesh/MZI_Error/N64"
    chip = {k: torch.tensor(np.load(folder / f"phaseE0.15/{k}.npy")) for k in ("theta", "phi")}
    for k in ("nn", "np", "pn", "pp"):
        chip[k] = torch.tensor(np.load(folder / f"bsE0.15/e{k}.npy")[0::2].T.copy())
    return chip


def fresh_chip(draws, sigma=0.15):
    chip = {k: sigma * torch.randn(PORTS, PAIRS, generator=draws) for k in ("theta", "phi")}
    left, right = (sigma * torch.randn(PORTS, PAIRS, generator=draws) for _ in range(2))
    left[1::2, -1] = right[1::2, -1] = 0
    for name, l, r in (("nn", -left, -right), ("pn", left, -right), ("np", -left, right), ("pp", left, right)):
        chip[name] = ((1 + l) * (1 + r)).sqrt()
    return chip


def gradient(net, x, y, chip):
    """Leaves the gradient in the parameters. With a chip the scores are the chip's and
    their gradient goes back through the model with the model's own activations."""
    net.zero_grad()
    between = net.front(x)
    scores = net.light(between)
    if chip is not None:
        with torch.no_grad():
            measured = net.light(between, chip)
        scores = scores + (measured - scores).detach()
    loss = F.cross_entropy(scores, y)
    loss.backward()
    return loss.item()


def sharp_gradient(net, x, y, chip):
    """The gradient at the worst place nearby, with the parameters back where they were."""
    loss = gradient(net, x, y, chip)
    with torch.no_grad():
        kept = [p.clone() for p in net.parameters()]
        norm = torch.sqrt(sum((p.grad**2).sum() for p in net.parameters()))
        for p in net.parameters():
            p.add_(p.grad, alpha=float(RHO / (norm + 1e-12)))
    gradient(net, x, y, chip)
    with torch.no_grad():
        for p, k in zip(net.parameters(), kept):
            p.copy_(k)
    return loss


def step(args):
    torch.set_default_dtype(torch.float64)
    net = Net(0).double()
    path = pathlib.Path(args.reference) / "System2-MZI Mesh/Training Results/01-Standard BP.pth"
    weights, own = torch.load(path, map_location="cpu"), net.state_dict()
    x, y = images(args.data, "t10k")
    x, y = x[:1000].double(), y[:1000]
    chip = {k: v.double() for k, v in stored_chip(args.reference).items()}
    for what, run in (("gradient", gradient), ("sharp gradient", sharp_gradient)):
        net.load_state_dict({k: weights[k].to(own[k].dtype) for k in own})
        print(f"{what}: loss {run(net, x, y, chip):.9f}")
        for name, p in net.named_parameters():
            g = p.grad.flatten()
            print(f"  {name}: norm {g.norm():.6e}, sum of cos(k) g_k {(torch.cos(torch.arange(len(g)).double()) @ g):.6e}")


def train(args):
    chip = {k: v.float() for k, v in stored_chip(args.reference).items()}
    (x, y), (tx, ty) = images(args.data, "train"), images(args.data, "t10k")
    net = Net(args.seed)
    sharp, target = args.method in ("sat", "insitu"), chip if args.method in ("pat", "insitu") else None
    if sharp:
        optimiser = torch.optim.Adam(net.parameters(), lr=RATE)
    else:
        optimiser = torch.optim.SGD(net.parameters(), lr=RATE, momentum=0.5)
    step = sharp_gradient if sharp else gradient
    draws = torch.Generator().manual_seed(args.seed + 5000)

    @torch.no_grad()
    def accuracy(on):  # by the statistics of the test batch, as the authors do
        before = {k: v.clone() for k, v in net.state_dict().items()}
        right = sum((net.light(net.front(tx[i:j]), on).argmax(1) == ty[i:j]).sum().item() for i, j in ((0, BATCH), (BATCH, len(tx))))
        net.load_state_dict(before)
        return 100 * right / len(tx)

    for epoch in range(args.epochs):
        order = torch.randperm(len(x), generator=draws)
        losses = []
        for b in range(0, len(x), BATCH):
            losses.append(step(net, x[order[b : b + BATCH]], y[order[b : b + BATCH]], target))
            optimiser.step()
            if not sharp:
                with torch.no_grad():
                    for layer in (net.conv1, net.conv2, net.fc1, net.fc2):
                        layer.weight.clamp_(-1, 1)
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.4f}, chip {accuracy(chip):.2f} %", flush=True)
    draws = torch.Generator().manual_seed(77)
    fresh = [accuracy(fresh_chip(draws)) for _ in range(CHIPS)]
    print(f"{args.method}, seed {args.seed}: chip {accuracy(chip):.2f} %, ideal {accuracy(None):.2f} %, {CHIPS} fresh chips {np.mean(fresh):.2f} +- {np.std(fresh):.2f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", choices=("step", "train"))
    parser.add_argument("--reference", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--method", choices=("bp", "pat", "sat", "insitu"), default="insitu")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=40)
    args = parser.parse_args()
    {"step": step, "train": train}[args.work](args)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
