"""Makes random ONNX networks of branches, convolutions, pools and piecewise linear functions, with onnxruntime's outputs:
random_graphs.py FOLDER SEED COUNT
"""
import sys

import numpy as np

import onnx_cases
from onnx_cases import integers, node, save


class Graph:
    """A graph in the making. Values are names with shapes; every operator is applied to some that are there."""

    def __init__(self, random):
        self.random = random
        self.nodes, self.constants, self.count = [], {}, 0

    def name(self):
        self.count += 1
        return f"v{self.count}"

    def constant(self, values):
        name = f"c{len(self.constants)}"
        self.constants[name] = np.asarray(values)
        return name

    def weights(self, *shape, inputs=1):
        """Of such a size that sums over so many inputs stay as large as they."""
        return self.constant((self.random.normal(size=shape) / np.sqrt(inputs)).astype(np.float32))

    def number(self, value):
        return self.constant(np.array(value, np.float32))

    def add(self, operator, inputs, shape, **attributes):
        output = self.name()
        self.nodes.append(node(operator, inputs, [output], **attributes))
        return output, shape

    def below(self, count):
        return int(self.random.integers(count))

    # Of any shape.

    def activation(self, value):
        name, shape = value
        channels = (shape[1],) + (1,) * (len(shape) - 2)
        kind = self.below(9)
        if kind == 0:
            return self.add("LeakyRelu", [name], shape, alpha=float(self.random.uniform(0, 1.5)))
        if kind == 1:
            slopes = self.constant(self.random.uniform(-0.5, 1.5, channels).astype(np.float32))
            return self.add("PRelu", [name, slopes], shape)
        if kind == 2:
            low, high = np.sort(self.random.normal(size=2))
            bounds = [self.number(low), self.number(high)]
            return self.add("Clip", [name] + [bounds, bounds[:1], ["", bounds[1]]][self.below(3)], shape)
        if kind == 3:
            return self.add("Abs", [name], shape)
        if kind == 4:
            return self.add(["Max", "Min"][self.below(2)], [name, self.weights(*channels)], shape)
        if kind == 5:
            return self.add("HardSigmoid", [name], shape, alpha=0.3, beta=0.4)
        return self.add("Relu", [name], shape)

    def pair(self, first, second):
        """Two values of one shape as one."""
        kind = self.below(6)
        if kind == 0:
            return self.add("Sub", [first[0], second[0]], first[1])
        if kind == 1:
            return self.add(["Max", "Min"][self.below(2)], [first[0], second[0]], first[1])
        if kind == 2:
            return self.add(["Sum", "Mean"][self.below(2)], [first[0], second[0], first[0]], first[1])
        if kind == 3:
            shape = (first[1][0], 2 * first[1][1]) + first[1][2:]
            return self.add("Concat", [first[0], second[0]], shape, axis=1)
        return self.add("Add", [first[0], second[0]], first[1])

    def moved(self, value):
        """Some elements of the second axis, or all of them in another order."""
        name, shape = value
        size = shape[1]
        kind = self.below(4)
        if kind == 0:
            order = self.random.permutation(size)
            return self.add("Gather", [name, self.constant(order.astype(np.int64))], shape, axis=1)
        if kind == 1 and size > 1:
            first = 1 + self.below(size - 1)
            a, b = self.name(), self.name()
            sizes = self.constant(integers(first, size - first))
            self.nodes.append(node("Split", [name, sizes], [a, b], axis=1))
            return self.add("Concat", [b, a], shape, axis=1)
        if kind == 2:
            bounds = [self.constant(integers(i)) for i in (size - 1, -size - 1, 1, -1)]
            return self.add("Slice", [name] + bounds, shape)
        offset = self.weights(*((shape[1],) + (1,) * (len(shape) - 2)))
        return self.add(["Add", "Sub", "Mul"][self.below(3)], [name, offset], shape)

    # Pictures.

    def convolution(self, value, same=False):
        name, (items, channels, height, width) = value
        groups = [1, 1, channels][self.below(3)]
        outputs = channels if same else groups * (1 + self.below(4 if groups == 1 else 2))
        kernel = [3, 3] if same else [1 + self.below(min(3, height)), 1 + self.below(min(3, width))]
        pads = [1, 1, 1, 1] if same else [self.below(2) for _ in range(4)]
        strides = [1, 1] if same else [1 + self.below(2), 1 + self.below(2)]
        sizes = [(size + pads[i] + pads[i + 2] - kernel[i]) // strides[i] + 1 for i, size in enumerate((height, width))]
        inputs = channels // groups * kernel[0] * kernel[1]
        parameters = [self.weights(outputs, channels // groups, *kernel, inputs=inputs)]
        if self.below(2):
            parameters.append(self.weights(outputs))
        return self.add("Conv", [name] + parameters, (items, outputs, *sizes), group=groups, pads=pads, strides=strides)

    def pool(self, value):
        name, (items, channels, height, width) = value
        kernel = [min(2, height), min(2, width)]
        strides = [1 + self.below(2), 1 + self.below(2)]
        sizes = [(size - kernel[i]) // strides[i] + 1 for i, size in enumerate((height, width))]
        operator = ["MaxPool", "AveragePool"][self.below(2)]
        return self.add(operator, [name], (items, channels, *sizes), kernel_shape=kernel, strides=strides)

    def picture(self, value):
        name, shape = value
        items, channels, height, width = shape
        kind = self.below(9)
        if kind < 3 or channels * height * width > 160:
            return self.convolution(value)
        if kind == 3:
            return self.pool(value)
        if kind == 4:
            parameters = [self.weights(channels) for _ in range(3)]
            variance = self.constant(self.random.uniform(0.5, 2, channels).astype(np.float32))
            return self.add("BatchNormalization", [name] + parameters + [variance], shape)
        if kind == 5:
            pads = [self.below(2) for _ in range(4)]
            padded = (items, channels, height + pads[0] + pads[2], width + pads[1] + pads[3])
            amounts = self.constant(integers(0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]))
            mode = ["constant", "edge"][self.below(2)]
            return self.add("Pad", [name, amounts], padded, mode=mode)
        if kind == 6:
            outputs = 1 + self.below(2)
            kernel = self.weights(channels, outputs, 2, 2, inputs=channels)
            return self.add("ConvTranspose", [name, kernel], (items, outputs, 2 * height, 2 * width), strides=[2, 2])
        if kind == 7:
            return self.add("Transpose", [name], (items, channels, width, height), perm=[0, 1, 3, 2])
        return self.pair(value, self.activation(self.convolution(value, same=True)))

    # Vectors.

    def product(self, value, outputs):
        name, (items, inputs) = value
        if self.below(2):
            weight, bias = self.weights(outputs, inputs, inputs=inputs), self.weights(outputs)
            return self.add("Gemm", [name, weight, bias], (items, outputs), transB=1)
        product = self.add("MatMul", [name, self.weights(inputs, outputs, inputs=inputs)], (items, outputs))
        return self.add("Add", [product[0], self.weights(outputs)], (items, outputs))

    def vector(self, value):
        inputs = value[1][1]
        kind = self.below(6)
        if kind == 0 and inputs <= 16:
            return self.pair(value, self.activation(self.product(value, inputs)))
        if kind == 1:
            return self.moved(value)
        return self.product(value, 2 + self.below(8))

    def grow(self, value, step):
        for _ in range(1 + self.below(4)):
            before = value
            value = step(value)
            if self.below(4):
                value = self.activation(value)
            # What was there before is read once more, where it still fits.
            if value[1] == before[1] and not self.below(3):
                value = self.pair(value, before)
        return value


def make(name, random):
    graph = Graph(random)
    is_picture = random.integers(2) == 0
    shape = (1, 1 + graph.below(3), 3 + graph.below(3), 3 + graph.below(3)) if is_picture else (1, 2 + graph.below(6))
    value = ("x", shape)
    if is_picture:
        value = graph.grow(value, graph.picture)
        flat = int(np.prod(value[1]))
        if graph.below(4) == 0:
            value = graph.add("GlobalAveragePool", [value[0]], value[1][:2] + (1, 1))
            flat = value[1][1]
        value = graph.add("Flatten", [value[0]], (1, flat))
    value = graph.grow(value, graph.vector)
    output, _ = graph.product(value, 1 + graph.below(4))
    graph.nodes[-1].output[0] = "y"
    used = {name for each in graph.nodes for name in each.input}
    constants = {key: value for key, value in graph.constants.items() if key in used}
    save(name, graph.nodes, constants, list(shape), ["batch", "elements"], opset=[13, 15, 17][graph.below(3)])


if __name__ == "__main__":
    seed, count = int(sys.argv[2]), int(sys.argv[3])
    onnx_cases.random = np.random.default_rng(seed)
    for number in range(count):
        make(f"graph-{seed}-{number}", np.random.default_rng([seed, number]))
