"""Training steps of the network of three meshes of 64 ports on a batch of 500, as
somebody who knows PyTorch would write them for speed.

The meshes are compiled to matrices: three at a time, column by column, a 2 x 2
rotation of all pairs of lines at once. The batch meets one real matrix product
of twice the size a mesh, autograd does the way back, Adam is fused. Fields are
rows of 128 numbers: 64 real parts, then 64 imaginary parts.

Each step does what the step of the same name in pnn/train does, with as many
passes: the chip (the same network with errors of fabrication) is compiled and
measured once; see the methods below. Several ways are timed and the fastest
counts: PyTorch as it is, and with torch.compile for all but the products.
"""
import math

import torch
import torch.nn.functional as F

MESHES, PORTS, CLASSES, BATCH = 3, 64, 10, 500
FEATURES = (4, 8, 16)
PAIRS = PORTS // 2
ALPHA, GAIN, BIAS = 0.1, 0.05 * math.pi, math.pi  # of the electro-optic activation


# ---- meshes ----


def compilers():
    """Settings of torch.compile: one process, any number of threads."""
    import torch._inductor.config as inductor

    inductor.compile_threads = 1
    inductor.cpp.dynamic_threads = True


def rotate_columns(re, im, dr, di, er, ei):
    """Sends the lines re + i im through an even number of columns. Line and
    neighbour of each pair are multiplied by d and e, of shape (meshes, columns,
    lines, 1); then the lines move by one, back and forth, so that the next
    column finds its pairs side by side."""
    shape = re.shape
    for j in range(dr.shape[1]):
        nr = re.view(MESHES, PAIRS, 2, PORTS).flip(2).view(shape)
        ni = im.view(MESHES, PAIRS, 2, PORTS).flip(2).view(shape)
        a, b, c, d = dr[:, j], di[:, j], er[:, j], ei[:, j]
        re, im = a * re - b * im + c * nr - d * ni, a * im + b * re + c * ni + d * nr
        shift = -1 if j % 2 == 0 else 1
        re, im = re.roll(shift, 1), im.roll(shift, 1)
    return re, im


def rotate_columns_complex(x, d, e):
    """rotate_columns in complex numbers, which is faster without a compiler."""
    for j in range(d.shape[1]):
        x = d[:, j] * x + e[:, j] * x.view(MESHES, PAIRS, 2, PORTS).flip(2).view(x.shape)
        x = x.roll(-1 if j % 2 == 0 else 1, 1)
    return x


class Meshes:
    """Rectangular meshes and their phases."""

    def __init__(self):
        self.theta = torch.nn.Parameter(math.pi * torch.rand(MESHES, PORTS, PAIRS))
        self.phi = torch.nn.Parameter(2 * math.pi * torch.rand(MESHES, PORTS, PAIRS))
        self.gamma = torch.nn.Parameter(2 * math.pi * torch.rand(MESHES, PORTS))
        # The last pair of odd columns wraps around: it is held in the bar state.
        self.held = torch.zeros(PORTS, PAIRS, dtype=torch.bool)
        self.held[1::2, -1] = True

    def parameters(self):
        return [self.theta, self.phi, self.gamma]

    def elements(self, theta, phi, left, right):
        """The 2 x 2 matrices of all interferometers, as the factors d of each line
        and e of its neighbour: real parts, imaginary parts."""
        theta, phi = torch.where(self.held, math.pi, theta), torch.where(self.held, math.pi, phi)
        s, c, sp, cp = torch.sin(theta / 2), torch.cos(theta / 2), torch.sin(phi), torch.cos(phi)
        if left is None:  # nn = np = pn = pp = 1
            ar, ai, br, bi, cr, ci, dr, di = -sp * s, cp * s, -sp * c, cp * c, 0 * c, c, 0 * s, -s
        else:
            nn, pn = torch.sqrt((1 - left) * (1 - right)), torch.sqrt((1 + left) * (1 - right))
            np, pp = torch.sqrt((1 - left) * (1 + right)), torch.sqrt((1 + left) * (1 + right))
            ur, ui = (pp - nn) * c / 2, (pp + nn) * s / 2
            vr, vi = (pn - np) * s / 2, (np + pn) * c / 2
            ar, ai, br, bi = cp * ur - sp * ui, cp * ui + sp * ur, cp * vr - sp * vi, cp * vi + sp * vr
            cr, ci, dr, di = (np - pn) * s / 2, vi, ur, -ui

        def lines(upper, lower):
            return torch.stack((upper, lower), -1).reshape(MESHES, PORTS, PORTS, 1)

        return lines(ar, dr), lines(ai, di), lines(br, cr), lines(bi, ci)

    def weights(self, way, errors=None):
        """The matrices of the meshes, of a chip with its errors of theta, phi and the
        left and right splitters, as real ones of shape (meshes, 2 x ports, 2 x ports)."""
        theta, phi, left, right = self.theta, self.phi, None, None
        if errors is not None:
            theta, phi, left, right = theta + errors[0], phi + errors[1], errors[2], errors[3]
        dr, di, er, ei = way.elements(self, theta, phi, left, right)
        re, im = torch.diag_embed(torch.cos(self.gamma)), torch.diag_embed(torch.sin(self.gamma))
        re, im = way.fold(re, im, dr, di, er, ei)
        return torch.cat((torch.cat((re, -im), 2), torch.cat((im, re), 2)), 1)


class Plain:
    """PyTorch as it is."""

    def __init__(self):
        self.sepn, self.activate, self.fused, self.readout = sepn, activate, activate_fused, readout

    def elements(self, meshes, *settings):
        return meshes.elements(*settings)

    def fold(self, re, im, dr, di, er, ei):
        v = rotate_columns_complex(torch.complex(re, im), torch.complex(dr, di), torch.complex(er, ei))
        return v.real, v.imag


class Compiled:
    """Everything but the products through torch.compile, with or without the
    error predictors, whose convolutions it may slow down. Sixteen columns make
    one function: all sixty-four are hardly faster and take minutes to compile."""

    columns = 16

    def __init__(self, predictors):
        compilers()
        self.activate, self.fused, self.readout = map(torch.compile, (activate, activate_fused, readout))
        self.sepn = torch.compile(sepn) if predictors else sepn
        self.rotate = torch.compile(rotate_columns)
        self._elements = torch.compile(Meshes.elements)

    def elements(self, meshes, *settings):
        return self._elements(meshes, *settings)

    def fold(self, re, im, *factors):
        for part in zip(*(f.split(self.columns, 1) for f in factors)):
            re, im = self.rotate(re, im, *part)
        return re, im


# ---- what light meets between and behind the meshes ----


def bend(z):
    """The power-dependent part of the activation: exp(-i p) cos p."""
    x, y = z[:, :PORTS], z[:, PORTS:]
    p = GAIN * (x * x + y * y) + BIAS  # 2 p
    return torch.cos(p), torch.sin(p)


def activate(z):
    x, y = z[:, :PORTS], z[:, PORTS:]
    c, s = bend(z)
    k = math.sqrt(1 - ALPHA) / 2
    re, im = k * (1 + c), -k * s
    return torch.cat((re * x - im * y, re * y + im * x), 1)


def activate_fused(z, local):
    """activate whose gradient is taken at the fused state: the field goes forward
    as it is, the change of the factor with the power meets the field local."""
    x, y = z[:, :PORTS], z[:, PORTS:]
    u, v = local[:, :PORTS], local[:, PORTS:]
    c, s = (t.detach() for t in bend(z))
    k = math.sqrt(1 - ALPHA) / 2
    re, im = k * (1 + c), -k * s
    q = 2 * GAIN * (u * x + v * y)
    q = q - q.detach()
    dr, di = -k * s, -k * c
    return torch.cat((re * x - im * y + (dr * u - di * v) * q, re * y + im * x + (dr * v + di * u) * q), 1)


def detect(z):
    return z[:, :PORTS] ** 2 + z[:, PORTS:] ** 2


def normalise(intensity):
    return intensity / torch.linalg.vector_norm(intensity, dim=1, keepdim=True).clamp_min(1e-12)


def readout(z):
    """The class scores."""
    return normalise(detect(z))[:, :CLASSES]


def fuse(z, intensity):
    """The field with the phase of z and the measured amplitude."""
    a = torch.sqrt(intensity) / torch.sqrt(detect(z)).clamp_min(1e-30)
    return z * torch.cat((a, a), 1)


# ---- error prediction ----


def channels(f):
    """The convolutions of the U-Net: channels in, channels out, transposed or not."""
    a, b, c = f
    return [
        (1, a, False), (a, a, False), (a, a, False), (1, a, False),
        (a, b, False), (b, b, False), (b, b, False), (a, b, False),
        (b, c, False), (c, c, False), (c, c, False),
        (c, b, True), (2 * b, a, True), (2 * a, 1, False),
    ]  # fmt: skip


class SEPN:
    """The weights of a complex mini U-Net: real and imaginary, with biases."""

    def __init__(self):
        self.shapes = channels(FEATURES)
        self.weights = []
        for i, o, up in self.shapes:
            bound = 1 / math.sqrt(9 * (o if up else i))
            shape = (i, o, 3, 3) if up else (o, i, 3, 3)
            for s in (shape, shape, (o,), (o,)):
                self.weights.append(torch.nn.Parameter(bound * (2 * torch.rand(s) - 1)))

    def kernels(self):
        """Each complex convolution as a real one of twice the channels."""
        k = []
        for n, (_, _, up) in enumerate(self.shapes):
            r, i, br, bi = self.weights[4 * n : 4 * n + 4]
            low, high = (i, -i) if up else (-i, i)
            k.append(torch.cat((torch.cat((r, low), 1), torch.cat((high, r), 1)), 0))
            k.append(torch.cat((br - bi, br + bi)))
        return k


def join(a, b):
    """Joins the channels of two complex images."""
    m, n = a.shape[1] // 2, b.shape[1] // 2
    return torch.cat((a[:, :m], b[:, :n], a[:, m:], b[:, n:]), 1)


def sepn(z, *k):
    """The predicted errors of fields z; k are the kernels and biases in order."""
    x = z.view(-1, 2, 8, 8)

    def conv(n, x, stride=1):
        return F.relu(F.conv2d(x, k[2 * n], k[2 * n + 1], stride=stride, padding=1))

    def up(n, x):
        return F.relu(F.conv_transpose2d(x, k[2 * n], k[2 * n + 1], stride=2, padding=1, output_padding=1))

    b1 = conv(2, conv(1, conv(0, x)))
    half = conv(3, x, 2)
    b2 = conv(6, conv(5, conv(4, half)))
    b3 = conv(10, conv(9, conv(8, conv(7, half, 2))))
    x = up(12, join(b2, up(11, b3)))
    x = F.conv2d(join(b1, x), k[26], k[27], padding=1)
    return x.reshape(-1, 2 * PORTS)


# ---- training steps ----


class Trainer:
    def __init__(self, way):
        self.way = way
        self.fields = torch.randn(BATCH, 2 * PORTS)
        self.labels = torch.randint(CLASSES, (BATCH,))
        self.model = Meshes()
        shape = (MESHES, PORTS, PAIRS)
        self.errors = [0.06 * torch.randn(shape) for _ in range(4)]
        for e in self.errors[2:]:
            e[:, 1::2, -1] = 0
        self.sepns = [SEPN() for _ in range(MESHES)]
        self.adam = torch.optim.Adam(self.model.parameters(), lr=1e-3, fused=True)
        self.sepn_adam = torch.optim.Adam([w for n in self.sepns for w in n.weights], lr=1e-3, fused=True)

    def forward(self, weights):
        """The field behind the last mesh and the fields behind the others."""
        z, states = self.fields, []
        for i, w in enumerate(weights):
            z = z @ w.T
            states.append(z)
            if i < MESHES - 1:
                z = self.way.activate(z)
        return states

    @torch.no_grad()
    def measure(self):
        """Sets the chip and measures the intensities behind all meshes."""
        return [detect(z) for z in self.forward(self.model.weights(self.way, self.errors))]

    def gradient(self, scores):
        """The gradient of the cross-entropy at measured scores."""
        g = torch.softmax(scores, 1)
        return (g - F.one_hot(self.labels, CLASSES)) / BATCH

    def in_silico(self):
        """One forward and one backward pass of the model, which is compiled once."""
        self.adam.zero_grad()
        scores = self.way.readout(self.forward(self.model.weights(self.way))[-1])
        F.cross_entropy(scores, self.labels).backward()
        self.adam.step()

    def pat(self):
        """In silico, but the loss is taken of the scores of the chip, which is
        compiled and measured once."""
        self.adam.zero_grad()
        output = self.measure()[-1]
        scores = self.way.readout(self.forward(self.model.weights(self.way))[-1])
        (scores * self.gradient(normalise(output)[:, :CLASSES])).sum().backward()
        self.adam.step()

    def dat(self):
        """Dual adaptive training with the internal states behind both inner meshes,
        unitary mode, as pnn/train/dat.go does it: the chip is compiled and measured
        once, the model compiled once; then

          1. one forward and one backward pass of model and predictors, whose
             weights alone learn: the normalised intensities behind the inner meshes
             and the scores shall be the measured ones;
          2. one forward and one backward pass through the same model with the new
             predictors, now frozen: the gradient of the loss at the measured scores
             goes back through states that have the model's phase and the measured
             amplitude, to the phases.
        """
        measured = self.measure()
        weights = self.model.weights(self.way)
        self.teach(weights.detach(), measured)
        self.learn(weights, measured)

    def teach(self, weights, measured):
        self.sepn_adam.zero_grad()
        z, loss = self.fields, 0
        for i, (w, net) in enumerate(zip(weights, self.sepns)):
            z = z @ w.T
            z = z + self.way.sepn(z, *net.kernels())
            if i == MESHES - 1:
                loss = loss + F.mse_loss(self.way.readout(z), normalise(measured[i])[:, :CLASSES])
                break
            loss = loss + F.mse_loss(normalise(detect(z)), normalise(measured[i]))
            z = self.way.activate(z)
        loss.backward()
        self.sepn_adam.step()

    def learn(self, weights, measured):
        self.adam.zero_grad()
        z = self.fields
        for i, (w, net) in enumerate(zip(weights, self.sepns)):
            z = z @ w.T
            z = z + self.way.sepn(z, *(k.detach() for k in net.kernels()))
            local = fuse(z.detach(), measured[i])
            if i < MESHES - 1:
                z = self.way.fused(z, local)
        # The scores' change with the field, taken at the fused field and the
        # measured intensities.
        norm = torch.linalg.vector_norm(measured[-1], dim=1, keepdim=True).clamp_min(1e-12)
        s = measured[-1] / norm
        g = F.pad(self.gradient(s[:, :CLASSES]), (0, PORTS - CLASSES))
        g = (g - s * (s * g).sum(1, keepdim=True)) / norm
        z.backward(2 * local * torch.cat((g, g), 1))
        self.adam.step()


def ways(method, compiled):
    def make():
        steps = {"eager": Plain(), **{name: Compiled(p) for name, p in compiled.items()}}
        return {name: getattr(Trainer(way), method) for name, way in steps.items()}

    return make


def works():
    return {
        "insilico": ways("in_silico", {"compiled": False}),
        "pat": ways("pat", {"compiled": False}),
        "dat": ways("dat", {"compiled": True, "compiled but for the convolutions": False}),
    }
