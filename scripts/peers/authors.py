"""Times training steps of the code that the authors of dual adaptive training
published (github.com/THPCILab/DAT_MPNN), from a checkout that LIGHTFAST_AUTHORS
names. Nothing of it is copied here, and nothing is written into the checkout.

Their code wants a GPU, TensorFlow (for names only) and a NumPy before 1.24; here
it runs on the processor, with stand-ins for what it imports but does not compute
with. A step is what stands in their training loop behind the loading of a batch.
"""
import importlib
import importlib.util
import os
import sys
import tempfile
import types
from unittest import mock

import torch

BATCH, PORTS, MESHES, CLASSES = 500, 64, 3, 10
MODULES = ("model", "net")
WORKING_FOLDER = tempfile.TemporaryDirectory()


def checkout():
    path = os.environ.get("LIGHTFAST_AUTHORS", "")
    if not path:
        raise RuntimeError("LIGHTFAST_AUTHORS is not set: git clone https://github.com/THPCILab/DAT_MPNN and let it name the folder")
    for module in MODULES:
        if not os.path.isfile(os.path.join(path, module + ".py")):
            raise RuntimeError(f"LIGHTFAST_AUTHORS={path} holds no {module}.py: expected a checkout of github.com/THPCILab/DAT_MPNN")
    return os.path.abspath(path)


def stand_in():
    """Lets code for a GPU and an older NumPy run here."""
    import numpy as np

    torch.Tensor.cuda = lambda self, *args, **kwargs: self
    torch.nn.Module.cuda = lambda self, *args, **kwargs: self
    for name, kind in (("complex", complex), ("float", float), ("int", int), ("bool", bool), ("long", int)):
        if name not in vars(np):
            setattr(np, name, kind)


def load():
    """Their modules model and net."""
    path = checkout()
    stand_in()
    sys.dont_write_bytecode = True
    sys.path.insert(0, path)
    # They draw missing errors and save them below the working folder.
    os.chdir(WORKING_FOLDER.name)
    absent = {}
    if importlib.util.find_spec("tensorflow") is None:
        names = ("tensorflow", "tensorflow.keras", "tensorflow.keras.layers", "tensorflow.keras.models")
        absent = {name: mock.MagicMock() for name in names}
    sys.modules.update(absent)
    try:
        return [importlib.import_module(m) for m in MODULES]
    except Exception as err:
        raise RuntimeError(f"the code in {path} cannot be imported: {type(err).__name__}: {err}") from err
    finally:
        for name in absent:  # PyTorch asks later what is installed
            del sys.modules[name]


def settings(method):
    ideal = method == "ideal"
    return types.SimpleNamespace(
        waveguide_dims=PORTS, iter_num=MESHES, data_name="MNIST", train_method=method,
        bs_error=0.0 if ideal else 0.06, phase_error=0.0 if ideal else 0.06, error_type="noE" if ideal else "bothE",
        meas_IS_unitary=method == "dat", meas_IS_separable=False,
    )  # fmt: skip


class Step:
    """A step by one of their methods: ideal, pat or dat in unitary mode."""

    def __init__(self, model, net, method):
        import numpy as np

        self.method, config = method, settings(method)
        if method == "dat":
            nets = [net.ComplexUNet([8, 8], 3, False, [3, 3, 3], [4, 8, 16]) for _ in range(MESHES)]
            self.network = model.Pure_MZI_Net_With_FSP_Compensation(config, nets)
            self.sepn_adam = torch.optim.Adam([p for n, p in self.network.named_parameters() if "cn" in n], lr=1e-3)
        else:
            self.network = model.Pure_MZI_Net(config)
        self.adam = torch.optim.Adam([p for n, p in self.network.named_parameters() if "RM_block" in n], lr=1e-3)
        rng = np.random.default_rng(1)
        parts = rng.standard_normal((2, BATCH, PORTS))
        self.inputs = (parts[0] + 1j * parts[1]).astype(np.complex64)
        self.labels = torch.eye(CLASSES, dtype=torch.float64)[torch.from_numpy(rng.integers(CLASSES, size=BATCH))]

    def __call__(self):
        n = self.network
        self.adam.zero_grad()
        if self.method == "dat":
            self.teach()
            outputs = n(self.inputs, 1.0)
        else:
            outputs = n(self.inputs)
        with torch.no_grad():
            measured = n.phy_forward(self.inputs)
            if self.method != "ideal":
                n.phy_replace_sim()
                outputs.data.copy_(measured.data)
        torch.nn.functional.cross_entropy(outputs, self.labels).backward()
        self.adam.step()

    def teach(self):
        n, mse = self.network, torch.nn.functional.mse_loss
        self.sepn_adam.zero_grad()
        outputs, measured = n(self.inputs), n.phy_forward(self.inputs)
        loss = mse(outputs, measured)
        for i in (1, 2):
            loss = loss + mse(getattr(n, f"at_mask_intensity{i}"), getattr(n, f"at_mask_intensity_phy{i}"))
        loss.backward()
        self.sepn_adam.step()


def works():
    model, net = load()
    return {
        "insilico": lambda: {"": Step(model, net, "ideal")},
        "pat": lambda: {"": Step(model, net, "pat")},
        "dat": lambda: {"": Step(model, net, "dat")},
    }
