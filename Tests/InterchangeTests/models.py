"""Makes small ONNX networks as the field writes them, with onnxruntime's outputs: models.py FOLDER"""
import numpy as np
from onnx import TensorProto

from onnx_cases import node, numbers, save, tensor

# Gemm in every transposition, with factors, and with the network's input on either side.
for a in (0, 1):
    for b in (0, 1):
        save(
            f"gemm-{a}{b}",
            [node("Gemm", ["x", "w", "c"], ["y"], transA=a, transB=b, alpha=0.5, beta=2.0)],
            {"w": numbers(3, 5) if b else numbers(5, 3), "c": numbers(3)},
            [5, 1] if a else ["batch", 5], [1, 3])
save("gemm-right", [node("Gemm", ["w", "x", "c"], ["y"], transB=1)], {"w": numbers(3, 5), "c": numbers(3, 1)},
     ["batch", 5], [3, 1])
save("gemm-plain", [node("Gemm", ["x", "w"], ["y"])], {"w": numbers(5, 3)}, ["batch", 5], ["batch", 3])

# MatMul and Add, on both sides, with vectors and leading axes.
mlp = {"w0": numbers(5, 4), "b0": numbers(4), "w1": numbers(4, 3), "b1": numbers(3)}
mlp_nodes = [
    node("MatMul", ["x", "w0"], ["a"]), node("Add", ["b0", "a"], ["b"]), node("Relu", ["b"], ["c"]),
    node("MatMul", ["c", "w1"], ["d"]), node("Add", ["d", "b1"], ["y"]),
]
save("matmul", mlp_nodes, mlp, ["batch", 5], ["batch", 3])
save("matmul-axes", mlp_nodes, mlp, [1, 1, 1, 5], [1, 1, 1, 3])
save("matmul-rows", mlp_nodes, mlp, [1, 2, 5], [1, 2, 3])
save("matmul-vector", mlp_nodes, mlp, [5], [3])
save("matmul-typed", mlp_nodes, mlp, ["batch", 5], ["batch", 3], typed=True)
save("matmul-old", mlp_nodes, mlp, [1, 5], [1, 3], opset=8, listed=True)
save("matmul-double", mlp_nodes, {key: value.astype(np.float64) for key, value in mlp.items()}, ["batch", 5],
     ["batch", 3], kind=TensorProto.DOUBLE)
save("matmul-double-typed", mlp_nodes, {key: value.astype(np.float64) for key, value in mlp.items()}, ["batch", 5],
     ["batch", 3], kind=TensorProto.DOUBLE, typed=True)
save("matmul-left", [node("MatMul", ["w", "x"], ["a"]), node("Relu", ["a"], ["y"])], {"w": numbers(3, 5)}, [1, 5, 2],
     [1, 3, 2])
save("matmul-batches", [node("MatMul", ["x", "w"], ["y"])], {"w": numbers(2, 5, 3)}, [1, 4, 5], [2, 4, 3])

# Normalisation by constants, in front and behind; constants by nodes.
save("normalised", [
    node("Constant", [], ["mean"], value=tensor("m", numbers(1, 3, 1, 1))),
    node("Constant", [], ["half"], value_float=0.5),
    node("Sub", ["x", "mean"], ["a"]), node("Div", ["a", "scale"], ["b"]), node("Flatten", ["b"], ["c"]),
    node("Gemm", ["c", "w0", "b0"], ["d"]), node("Relu", ["d"], ["e"]), node("Gemm", ["e", "w1", "b1"], ["f"]),
    node("Mul", ["half", "f"], ["g"]), node("Sub", ["b1", "g"], ["h"]), node("Neg", ["h"], ["i"]),
    node("Identity", ["i"], ["y"]),
], {"scale": np.array([0.5, 2, 3], np.float32).reshape(1, 3, 1, 1), "w0": numbers(12, 6), "b0": numbers(6),
    "w1": numbers(6, 3), "b1": numbers(3)}, ["batch", 3, 2, 2], ["batch", 3])

# Shapes: what PyTorch writes for view(x.size(0), -1), and squeezing.
save("view", [
    node("Shape", ["x"], ["s"]), node("Gather", ["s", "zero"], ["n"], axis=0),
    node("Unsqueeze", ["n", "axes"], ["u"]), node("Concat", ["u", "rest"], ["shape"], axis=0),
    node("Reshape", ["x", "shape"], ["a"]), node("Gemm", ["a", "w", "b"], ["y"]),
], {"zero": np.array(0, np.int64), "axes": np.array([0], np.int64), "rest": np.array([-1], np.int64),
    "w": numbers(12, 4), "b": numbers(4)}, [1, 3, 2, 2], [1, 4])
save("squeezed", [
    node("Squeeze", ["x", "axes"], ["a"]), node("Unsqueeze", ["a", "axes"], ["b"]),
    node("Transpose", ["b"], ["c"], perm=[1, 0, 3, 2]), node("Reshape", ["c", "shape"], ["d"]),
    node("MatMul", ["d", "w"], ["y"]),
], {"axes": np.array([0], np.int64), "shape": np.array([0, 1, -1], np.int64), "w": numbers(4, 2)}, [1, 3, 2, 2],
    [3, 1, 2])
save("squeezed-old", [
    node("Squeeze", ["x"], ["a"], axes=[0, 2]), node("Unsqueeze", ["a"], ["b"], axes=[0, -1]),
    node("Flatten", ["b"], ["c"], axis=-1), node("Relu", ["c"], ["y"]),
], {}, [1, 3, 1, 2], [6, 1], opset=11)
save("joined", [
    node("Gather", ["x", "first"], ["a"], axis=1), node("Gather", ["x", "last"], ["b"], axis=-1),
    node("Concat", ["b", "constant", "a"], ["c"], axis=1), node("Add", ["c", "c"], ["d"]), node("Relu", ["d"], ["e"]),
    node("MatMul", ["e", "w"], ["y"]),
], {"first": np.array([0, 2, 0], np.int64), "last": np.array([-1], np.int64), "constant": numbers(1, 2),
    "w": numbers(6, 3)}, [1, 4], [1, 3])

# Convolutions.
def convolution(name, channels, sizes, outputs, kernel, group=1, **attributes):
    save(name, [node("Conv", ["x", "w", "b"], ["a"], group=group, **attributes), node("Relu", ["a"], ["c"]),
                node("Flatten", ["c"], ["y"])],
         {"w": numbers(outputs, channels // group, *kernel), "b": numbers(outputs)}, ["batch", channels, *sizes],
         ["batch", "elements"])

convolution("conv", 2, (5, 6), 3, (3, 2))
convolution("conv-padded", 2, (5, 6), 4, (3, 3), pads=[1, 0, 2, 1], strides=[2, 1])
convolution("conv-dilated", 2, (7, 6), 2, (3, 2), dilations=[2, 3], kernel_shape=[3, 2])
convolution("conv-groups", 4, (4, 4), 6, (2, 2), group=2)
convolution("conv-upper", 1, (5, 6), 2, (2, 3), auto_pad="SAME_UPPER", strides=[2, 2])
convolution("conv-lower", 1, (5, 6), 2, (2, 3), auto_pad="SAME_LOWER", strides=[2, 2])
convolution("conv-valid", 1, (5, 6), 2, (2, 3), auto_pad="VALID", strides=[2, 2])
convolution("conv-line", 2, (9,), 2, (3,), strides=[2], pads=[1, 1])
convolution("conv-space", 1, (3, 3, 3), 2, (2, 2, 2))

# A small convolutional network with everything in it.
save("convnet", [
    node("Conv", ["x", "k0", "c0"], ["a"], strides=[2, 2], pads=[1, 1, 1, 1]),
    node("BatchNormalization", ["a", "scale", "offset", "mean", "variance"], ["b"], epsilon=1e-3),
    node("Relu", ["b"], ["c"]), node("AveragePool", ["c"], ["d"], kernel_shape=[2, 2], pads=[1, 1, 0, 0]),
    node("Conv", ["d", "k1"], ["e"]), node("Relu", ["e"], ["f"]), node("GlobalAveragePool", ["f"], ["g"]),
    node("Dropout", ["g"], ["h"]), node("Flatten", ["h"], ["i"]), node("Gemm", ["i", "w", "b3"], ["y"], transB=1),
], {"k0": numbers(4, 1, 3, 3), "c0": numbers(4), "scale": numbers(4), "offset": numbers(4), "mean": numbers(4),
    "variance": np.abs(numbers(4)) + np.float32(0.1), "k1": numbers(3, 4, 2, 2), "w": numbers(5, 3), "b3": numbers(5)},
    ["batch", 1, 8, 8], ["batch", 5])
save("pool-padding", [
    node("AveragePool", ["x"], ["y"], kernel_shape=[3, 2], strides=[2, 1], pads=[1, 1, 1, 0], count_include_pad=1),
], {}, [1, 2, 5, 4], [1, 2, "height", "width"])
save("pool-same", [node("AveragePool", ["x"], ["y"], kernel_shape=[3, 2], strides=[2, 2], auto_pad="SAME_UPPER")], {},
     [1, 2, 5, 4], [1, 2, "height", "width"])
