"""Exports small models of other tools to ONNX, with what onnxruntime makes of them: exports.py FOLDER

Nine networks of PyTorch by both of its exporters, with and without an open batch, scikit-learn's multilayer perceptrons
by skl2onnx and a Keras model by tf2onnx: those whose packages are there. For each NAME.onnx it writes NAME.json with the
inputs that were tried and the outputs.
"""
import importlib.util
import json
import logging
import sys
import warnings

import numpy as np
import onnxruntime

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
folder = sys.argv[1]


def has(*names):
    return all(importlib.util.find_spec(name) for name in names)


def keep(name, shapes, output=None, last="keep"):
    """Writes what onnxruntime gives for random inputs."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(f"{folder}/{name}.onnx", options, ["CPUExecutionProvider"])
    random = np.random.default_rng(1)
    output = output or session.get_outputs()[0].name
    inputs, outputs = [], []
    for _ in range(3):
        x = [random.normal(size=shape).astype(np.float32) for shape in shapes]
        given = dict(zip([each.name for each in session.get_inputs()], x))
        inputs.append(np.concatenate([each.flatten() for each in x]).astype(float).tolist())
        outputs.append(np.asarray(session.run([output], given)[0], float).flatten().tolist())
    with open(f"{folder}/{name}.json", "w") as file:
        json.dump({"inputs": inputs, "outputs": outputs, "output": output, "last": last}, file)


def export_torch():
    import torch
    from torch import nn

    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second, self.last = nn.Conv2d(2, 2, 3, padding=1), nn.Conv2d(2, 2, 1), nn.Linear(72, 3)

        def forward(self, x):
            x = torch.relu(self.first(x)) + x
            return self.last(torch.relu(x - self.second(x)).flatten(1))

    class Clamped(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.last = nn.Linear(5, 8), nn.Linear(16, 3)

        def forward(self, x):
            h = self.first(x).clamp(-0.5, 0.75)
            return self.last(torch.cat([h, h.abs()], 1)).clamp(min=-1)

    class Branches(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second, self.last = nn.Linear(4, 6), nn.Linear(4, 6), nn.Linear(3, 2)

        def forward(self, x):
            a, b = torch.maximum(self.first(x), self.second(x)).split(3, 1)
            return self.last(torch.minimum(a, b).mean(1, keepdim=True) + torch.relu(b))

    torch.manual_seed(3)
    models = {
        "mlp": (nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 6), nn.ReLU(), nn.Linear(6, 3)), (5,)),
        "normalised": (nn.Sequential(nn.Linear(5, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(), nn.Linear(8, 3)), (5,)),
        "leaky": (nn.Sequential(nn.Linear(5, 8), nn.LeakyReLU(0.1), nn.Linear(8, 6), nn.PReLU(6), nn.Linear(6, 3)), (5,)),
        "relu6": (nn.Sequential(nn.Linear(5, 8), nn.ReLU6(), nn.Linear(8, 6), nn.Hardtanh(), nn.Linear(6, 3)), (5,)),
        "convolutions": (nn.Sequential(
            nn.Conv2d(1, 3, 3, stride=2, padding=1), nn.BatchNorm2d(3), nn.ReLU(), nn.AvgPool2d(2), nn.Conv2d(3, 4, 2),
            nn.ReLU(), nn.Flatten(), nn.Linear(4, 3)), (1, 8, 8)),
        "pools": (nn.Sequential(
            nn.Conv2d(1, 3, 3), nn.ReLU(), nn.MaxPool2d(2), nn.ConvTranspose2d(3, 2, 2, stride=2), nn.ReLU(),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 3)), (1, 8, 8)),
        "residual": (Residual(), (2, 6, 6)),
        "clamped": (Clamped(), (5,)),
        "branches": (Branches(), (4,)),
    }
    for name, (model, shape) in models.items():
        for parameter in model.buffers():
            if parameter.dtype == torch.float32:
                torch.nn.init.uniform_(parameter, 0.5, 1.5)
        model.eval()
        for is_new in (False, True):
            for is_open in (False, True):
                file = f"torch-{name}-{'new' if is_new else 'old'}-{'open' if is_open else 'fixed'}"
                x = torch.randn(2 if is_open and is_new else 1, *shape)
                axes = {}
                if is_open and is_new:
                    axes = {"dynamic_shapes": ({0: torch.export.Dim("batch")},)}
                elif is_open:
                    axes = {"dynamic_axes": {"x": {0: "batch"}, "y": {0: "batch"}}}
                    axes["input_names"], axes["output_names"] = ["x"], ["y"]
                torch.onnx.export(model, (x,), f"{folder}/{file}.onnx", dynamo=is_new, verbose=False, **axes)
                keep(file, [(1, *shape)])
    # Two inputs, and operator sets from old to new.
    for version in (11, 13, 16, 18):
        file = f"torch-mlp-set-{version}"
        torch.onnx.export(models["mlp"][0], (torch.randn(1, 5),), f"{folder}/{file}.onnx", dynamo=False,
                          opset_version=version)
        keep(file, [(1, 5)])
    for is_new in (False, True):
        class Two(nn.Module):
            def __init__(self):
                super().__init__()
                self.first, self.last = nn.Linear(7, 6), nn.Linear(6, 2)

            def forward(self, a, b):
                return self.last(torch.relu(self.first(torch.cat([b, a], 1))))

        file = f"torch-two-inputs-{'new' if is_new else 'old'}"
        x = (torch.randn(1, 3), torch.randn(1, 4))
        torch.onnx.export(Two().eval(), x, f"{folder}/{file}.onnx", dynamo=is_new, verbose=False)
        keep(file, [(1, 3), (1, 4)])
        file = f"torch-softmax-{'new' if is_new else 'old'}"
        model = nn.Sequential(models["mlp"][0], nn.Softmax(1)).eval()
        torch.onnx.export(model, (torch.randn(1, 5),), f"{folder}/{file}.onnx", dynamo=is_new, verbose=False)
        keep(file, [(1, 5)], last="drop")


def export_scikit_learn():
    from skl2onnx import to_onnx
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    random = np.random.default_rng(2)
    x = random.normal(size=(60, 4)).astype(np.float32)
    sums = x.sum(1)
    for name, model, target, options, output, last in [
        ("regressor", MLPRegressor(hidden_layer_sizes=(6, 5), max_iter=50), sums, {}, "variable", "keep"),
        ("regressor-outputs", MLPRegressor(hidden_layer_sizes=(6,), max_iter=50), x[:, :2], {}, "variable", "keep"),
        ("classifier", MLPClassifier(hidden_layer_sizes=(6, 5), max_iter=50), np.digitize(sums, [-1, 1]), {"zipmap": False}, "probabilities",
         "drop"),
    ]:
        target = np.asarray(target, int if "classifier" in name else float)
        model.fit(x, target)
        exported = to_onnx(model, x[:1], options={id(model): options} if options else None)
        with open(f"{folder}/sklearn-{name}.onnx", "wb") as file:
            file.write(exported.SerializeToString())
        keep(f"sklearn-{name}", [(1, 4)], output, last)


def export_keras():
    import keras
    import tensorflow
    import tf2onnx

    layers = keras.layers
    models = {
        "dense": ([layers.Dense(6, activation="relu"), layers.Dense(3)], (4,)),
        "picture": ([
            layers.Conv2D(3, 3, activation="relu"), layers.MaxPooling2D(), layers.BatchNormalization(),
            layers.Conv2D(2, 2), layers.LeakyReLU(), layers.Flatten(), layers.Dense(3, activation="softmax"),
        ], (8, 8, 1)),
    }
    for name, (parts, shape) in models.items():
        model = keras.Sequential([keras.Input(shape), *parts])
        function = tensorflow.function(lambda x, model=model: model(x))
        signature = [tensorflow.TensorSpec((1, *shape), tensorflow.float32, name="x")]
        tf2onnx.convert.from_function(function, signature, opset=17, output_path=f"{folder}/keras-{name}.onnx")
        keep(f"keras-{name}", [(1, *shape)], last="drop")


if has("torch", "onnxscript"):
    export_torch()
if has("sklearn", "skl2onnx"):
    export_scikit_learn()
if has("tensorflow", "tf2onnx"):
    export_keras()
