"""Makes an ONNX network for every kind of operator and way to store numbers, with onnxruntime's outputs: operators.py
FOLDER
"""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from onnx_cases import folder, integers, node, numbers, run, save

layer = {"W1": numbers(6, 4), "b1": numbers(6), "W2": numbers(3, 6), "b2": numbers(3)}


def mlp(first="x", relu=None, last="y"):
    """Two layers; `relu` is a node from h to r."""
    return [
        node("Gemm", [first, "W1", "b1"], ["h"], transB=1), relu or node("Relu", ["h"], ["r"]),
        node("Gemm", ["r", "W2", "b2"], [last], transB=1),
    ]


def activation(name, operator, constants={}, opset=13, inputs=(), **attributes):
    save(name, mlp(relu=node(operator, ["h", *inputs], ["r"], **attributes)), {**layer, **constants}, [1, 4], [1, 3],
         opset)


def before(name, nodes, constants, inputs, opset=13):
    """Nodes from x to f, four numbers that enter two layers."""
    save(name, nodes + mlp("f"), {**layer, **constants}, inputs, [1, 3], opset)


def flat(name, nodes, constants, inputs, opset=13, more=()):
    """Nodes from x to a, which are flattened."""
    save(name, [*nodes, node("Flatten", ["a"], ["f"]), *(more or [node("Relu", ["f"], ["y"])])], constants, inputs,
         ["batch", "elements"], opset)


# Activations.
number = lambda value: np.array(value, np.float32)
activation("leaky", "LeakyRelu", alpha=0.1)
activation("leaky-steep", "LeakyRelu", alpha=1.5)
activation("parametric", "PRelu", {"s": numbers(6)}, inputs=["s"])
activation("clip", "Clip", {"low": number(-0.5), "high": number(0.7)}, inputs=["low", "high"])
activation("clip-below", "Clip", {"low": number(-0.5)}, inputs=["low"])
activation("clip-above", "Clip", {"high": number(0.7)}, inputs=["", "high"])
activation("clip-attributes", "Clip", opset=9, min=0.0, max=6.0)
activation("clip-unbounded", "Clip", opset=9)
activation("absolute", "Abs")
activation("hard-sigmoid", "HardSigmoid", alpha=0.3, beta=0.4)
activation("max-zero", "Max", {"zero": number(0)}, inputs=["zero"])
activation("max-three", "Max", {"c": numbers(6), "d": numbers(1, 1)}, inputs=["c", "d"])
activation("min", "Min", {"c": numbers(6)}, inputs=["c"])
activation("sum", "Sum", {"c": numbers(6), "d": numbers(1)}, inputs=["c", "h", "d"])
activation("mean", "Mean", {"c": numbers(6)}, inputs=["h", "c"])
activation("dropout", "Dropout", {"ratio": number(0.5), "training": np.array(False)}, inputs=["ratio", "training"])

# Branches.
save("residual", [
    *mlp(last="z"), node("Gemm", ["r", "W5"], ["t"]), node("Relu", ["t"], ["u"]), node("Add", ["u", "r"], ["v"]),
    node("Gemm", ["v", "W6"], ["w"]), node("Sub", ["w", "z"], ["y"]),
], {**layer, "W5": numbers(6, 6), "W6": numbers(6, 3)}, [1, 4], [1, 3])
save("skip", [
    node("Gemm", ["x", "W1", "b1"], ["h"], transB=1), node("Relu", ["h"], ["r"]),
    node("Concat", ["r", "x"], ["c"], axis=1), node("Gemm", ["c", "W7"], ["y"]),
], {**layer, "W7": numbers(10, 3)}, [1, 4], [1, 3])
save("side-by-side", [
    node("Gemm", ["x", "W1", "b1"], ["a"], transB=1), node("Relu", ["a"], ["b"]), node("Relu", ["b"], ["c"]),
    node("Gemm", ["x", "W8"], ["d"]), node("Relu", ["d"], ["e"]), node("Max", ["c", "e"], ["f"]),
    node("Min", ["c", "d"], ["g"]), node("Sum", ["f", "g", "c"], ["h"]),
    node("Gemm", ["h", "W2", "b2"], ["y"], transB=1),
], {**layer, "W8": numbers(4, 6)}, [1, 4], [1, 3])
save("two-inputs", [node("Mul", ["z", "m"], ["s"]), node("Concat", ["x", "s"], ["c"], axis=1), *mlp("c")],
     {**layer, "m": numbers(2)}, {"x": [1, 2], "z": ["batch", 2]}, [1, 3])
save("two-outputs", mlp(), layer, [1, 4], {"y": [1, 3], "r": [1, 6]}, output="r")

# What classifiers end in.
for name, last in [("softmax", node("Softmax", ["l"], ["y"], axis=1)), ("log-softmax", node("LogSoftmax", ["l"], ["y"])),
                   ("sigmoid", node("Sigmoid", ["l"], ["y"]))]:
    save(name, [*mlp(last="l"), last], layer, [1, 4], [1, 3], drops=True)

# Elements that move.
before("slice", [node("Slice", ["x", "a", "b", "c", "d"], ["f"])],
       {"a": integers(-1, 0), "b": integers(-(1 << 63), 9), "c": integers(1, 0), "d": integers(-2, 1)}, [1, 8])
before("slice-attributes", [node("Slice", ["x"], ["f"], axes=[1], starts=[1], ends=[5])], {}, [1, 7], opset=9)
before("split", [node("Split", ["x", "s"], ["a", "b"], axis=1), node("Concat", ["b", "a"], ["f"], axis=1)],
       {"s": integers(1, 3)}, [1, 4])
before("split-evenly", [
    node("Split", ["x"], ["a", "b", "c"], axis=1, num_outputs=3), node("Concat", ["c", "a", "b"], ["f"], axis=1),
], {}, [1, 4], opset=18)
before("pad", [node("Pad", ["x", "p"], ["f"])], {"p": integers(0, 2, 0, 1)}, [1, 1])
before("pad-number", [node("Pad", ["x", "p", "v", "a"], ["f"])],
       {"p": integers(2, -1), "v": number(0.5), "a": integers(1)}, [1, 3], opset=18)
before("pad-attributes", [node("Pad", ["x"], ["f"], pads=[0, 1, 0, 1], value=0.25)], {}, [1, 2], opset=9)
for mode in ("reflect", "edge"):
    before(f"pad-{mode}", [node("Pad", ["x", "p"], ["f"], mode=mode)], {"p": integers(0, 1, 0, 1)}, [1, 2])
before("expand", [node("Expand", ["x", "s"], ["a"]), node("Reshape", ["a", "t"], ["f"])],
       {"s": integers(2, 2), "t": integers(1, -1)}, [1, 2])
before("tile", [node("Tile", ["x", "n"], ["f"])], {"n": integers(1, 2)}, [1, 2])
before("cast", [node("Cast", ["x"], ["a"], to=TensorProto.DOUBLE), node("Cast", ["a"], ["f"], to=TensorProto.FLOAT)], {},
       [1, 4])
before("constant-of-shape", [
    node("Shape", ["x"], ["s"]), node("ConstantOfShape", ["s"], ["c"], value=numpy_helper.from_array(numbers(1))),
    node("Add", ["x", "c"], ["f"]),
], {}, [1, 4])
before("shape-part", [
    node("Shape", ["x"], ["s"], start=0, end=1), node("Concat", ["s", "m"], ["t"], axis=0), node("Reshape", ["x", "t"], ["f"]),
], {"m": integers(-1)}, [1, 2, 2], opset=18)
before("shape-arithmetic", [
    node("Shape", ["x"], ["s"]), node("Slice", ["s", "i0", "i1"], ["b"]), node("Gather", ["s", "two"], ["c"]),
    node("Mul", ["c", "c"], ["d"]), node("Div", ["d", "i1"], ["e"]), node("Concat", ["b", "e"], ["t"], axis=0),
    node("Equal", ["t", "i1"], ["q"]), node("Where", ["q", "t", "t"], ["u"]), node("Reshape", ["x", "u"], ["f"]),
], {"i0": integers(0), "i1": integers(1), "two": integers(2)}, ["batch", 2, 2])
before("where", [node("Where", ["q", "x", "c"], ["f"])], {"q": np.array([[True, False, True, True]]), "c": numbers(1)},
       [1, 4])
before("gather-elements", [node("GatherElements", ["x", "i"], ["f"], axis=1)], {"i": integers([3, -1, 0, 0])}, [1, 5])
before("gather-slices", [node("GatherND", ["x", "i"], ["a"]), node("Flatten", ["a"], ["f"], axis=0)],
       {"i": integers([0, 1], [0, 0])}, [1, 3, 2])
before("scatter-slices", [node("ScatterND", ["x", "i", "u"], ["f"])], {"i": integers([0, 2], [0, 0]), "u": numbers(2)},
       [1, 4])
for transformation, nearest in [("asymmetric", "floor"), ("half_pixel", "round_prefer_ceil"),
                                ("align_corners", "round_prefer_floor"), ("pytorch_half_pixel", "ceil")]:
    flat(f"resize-{transformation}", [
        node("Resize", ["x", "", "s"], ["a"], mode="nearest", coordinate_transformation_mode=transformation,
             nearest_mode=nearest),
    ], {"s": np.array([1, 1, 2, 1.5], np.float32)}, [1, 2, 2, 3])
flat("resize-sizes", [node("Resize", ["x", "", "", "s"], ["a"], mode="nearest")], {"s": integers(1, 2, 5, 2)}, [1, 2, 2, 3])
flat("upsample", [node("Upsample", ["x", "s"], ["a"])], {"s": np.array([1, 1, 2, 3], np.float32)}, [1, 2, 2, 2], opset=9)
flat("space-to-depth", [node("SpaceToDepth", ["x"], ["a"], blocksize=2)], {}, [1, 2, 4, 2])
for mode in ("DCR", "CRD"):
    flat(f"depth-to-space-{mode.lower()}", [node("DepthToSpace", ["x"], ["a"], blocksize=2, mode=mode)], {}, [1, 8, 1, 2])

# Sums and extremes along axes.
for operator in ("ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceL1"):
    before(f"{operator}", [node(operator, ["x", "a"], ["f"], keepdims=0)], {"a": integers(-1)}, [1, 4, 3], opset=18)
    old = 12 if operator == "ReduceSum" else 17
    before(f"{operator}-attribute", [node(operator, ["x"], ["a"], axes=[2]), node("Flatten", ["a"], ["f"])], {}, [1, 4, 3],
           opset=old)
before("reduce-nothing", [node("ReduceSum", ["x"], ["f"], noop_with_empty_axes=1)], {}, [1, 4])
save("reduce-all", [*mlp(last="l"), node("ReduceSum", ["l"], ["y"])], layer, [1, 4], [1, 1])

# Products.
for number_, equation in enumerate(["bi,oi->bo", "io, bi -> bo", "bi,jo,ij->bo", "...i,oi->...o"]):
    factors = {"bi,jo,ij->bo": {"W": numbers(5, 6), "V": numbers(4, 5)}, "io, bi -> bo": {"W": numbers(4, 6)}}
    order = {"io, bi -> bo": ["W", "x"], "bi,jo,ij->bo": ["x", "W", "V"]}.get(equation, ["x", "W1"])
    save(f"einsum-{number_}", [
        node("Einsum", order, ["h"], equation=equation), node("Relu", ["h"], ["r"]),
        node("Gemm", ["r", "W2", "b2"], ["y"], transB=1),
    ], {**layer, **factors.get(equation, {})}, [1, 4], [1, 3])
before("einsum-diagonal", [node("Einsum", ["x"], ["a"], equation="bii"), node("Unsqueeze", ["a", "z"], ["f"])],
       {"z": integers(0)}, [4, 2, 2])

# Windows.
def transposed(name, kernel, sizes, group=1, **attributes):
    flat(name, [node("ConvTranspose", ["x", "k", "b"], ["a"], group=group, **attributes)],
         {"k": numbers(*kernel), "b": numbers(kernel[1] * group)}, [1, kernel[0], *sizes])

transposed("transposed-convolution", (2, 3, 2, 2), (3, 2), strides=[2, 2])
transposed("transposed-convolution-padded", (2, 1, 3, 2), (2, 3), group=2, strides=[2, 1], pads=[1, 0, 0, 1],
           output_padding=[1, 0], dilations=[1, 2])
transposed("transposed-convolution-shape", (1, 2, 3, 3), (2, 2), strides=[2, 2], output_shape=[5, 4])
transposed("transposed-convolution-same", (1, 2, 3), (4,), strides=[2], auto_pad="SAME_LOWER")
pooled = node("MaxPool", ["c"], ["a"], kernel_shape=[2, 2], strides=[2, 2])
kernels = {"k": numbers(2, 1, 3, 3), "b": numbers(2)}
flat("conv-maxpool", [node("Conv", ["x", "k", "b"], ["d"]), node("Relu", ["d"], ["c"]), pooled], kernels, [1, 1, 6, 6])
flat("maxpool", [node("MaxPool", ["x"], ["a"], kernel_shape=[3, 2], strides=[2, 1], pads=[1, 0, 1, 1], dilations=[1, 2])],
     {}, [1, 2, 5, 4])
for pool in ("MaxPool", "AveragePool"):
    flat(f"{pool}-ceil", [node(pool, ["x"], ["a"], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)], {}, [1, 2, 6, 4])
    flat(f"{pool}-ceil-padded", [
        node(pool, ["x"], ["a"], kernel_shape=[2, 2], strides=[3, 3], pads=[1, 1, 1, 1], ceil_mode=1)
    ], {}, [1, 1, 5, 6])
    flat(f"Global{pool}", [node(f"Global{pool}", ["x"], ["a"])], {}, [1, 3, 2, 4])
flat("AveragePool-ceil-counted", [
    node("AveragePool", ["x"], ["a"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], ceil_mode=1,
         count_include_pad=1)
], {}, [1, 1, 6, 5], opset=19)
flat("convolution-items", [node("Conv", ["x", "k", "b"], ["a"], pads=[1, 1, 0, 0])], kernels, [2, 1, 4, 3])
flat("convolution-residual", [
    node("Conv", ["x", "k", "b"], ["c"], pads=[1, 1, 1, 1]), node("Relu", ["c"], ["d"]),
    node("Conv", ["d", "l"], ["e"], pads=[1, 1, 1, 1]), node("Add", ["e", "d"], ["g"]), node("Relu", ["g"], ["a"]),
], {**kernels, "l": numbers(2, 2, 3, 3)}, [1, 1, 4, 4])

# Ways to store numbers.
half = {key: numpy_helper.from_array(value.astype(np.float16)) for key, value in layer.items()}
brain = {key: helper.make_tensor(key, TensorProto.BFLOAT16, value.shape, value.flatten().tolist())
         for key, value in layer.items()}
save("float16", mlp(), half, [1, 4], [1, 3], kind=TensorProto.FLOAT16)
for name, weights in [("float16-weights", half), ("bfloat16-weights", brain)]:
    casts = [node("Cast", [f"{key}-stored"], [key], to=TensorProto.FLOAT) for key in weights]
    save(name, casts + mlp(), {f"{key}-stored": value for key, value in weights.items()}, [1, 4], [1, 3])


def quantized(name, kind, scale, zero, opset=13, **attributes):
    bits = {TensorProto.INT4: (-8, 8), TensorProto.UINT4: (0, 16), TensorProto.INT8: (-128, 128)}[kind]
    weights = np.random.default_rng(3).integers(*bits, size=(6, 4))
    stored = helper.make_tensor("q", kind, weights.shape, weights.flatten())
    zeros = helper.make_tensor("z", kind, np.shape(scale), np.asarray(zero).flatten())
    save(name, [node("DequantizeLinear", ["q", "s", "z"], ["W1"], **attributes), *mlp()],
         {**{key: value for key, value in layer.items() if key != "W1"}, "q": stored, "s": np.asarray(scale, np.float32),
          "z": zeros}, [1, 4], [1, 3], opset)

quantized("int8", TensorProto.INT8, 0.01, 3)
quantized("int8-rows", TensorProto.INT8, [0.01, 0.02, 0.03, 0.01, 0.05, 0.02], [0, 1, -2, 3, 0, 1], axis=0)
quantized("int4", TensorProto.INT4, 0.1, -2, opset=21)
quantized("uint4-blocks", TensorProto.UINT4, np.full((6, 2), 0.1), np.arange(12), opset=21, axis=1, block_size=2)

sparse = helper.make_sparse_tensor(
    helper.make_tensor("W1", TensorProto.FLOAT, [3], [1.5, -2.0, 0.5]),
    helper.make_tensor("i", TensorProto.INT64, [3], [1, 10, 20]), [6, 4])
save("sparse", mlp(), {key: value for key, value in layer.items() if key != "W1"}, [1, 4], [1, 3], sparse=[sparse])

# Functions that the model defines, one inside the other, with an attribute that is passed on.
leaky = helper.make_function(
    "own", "Leaky", ["v"], ["w"], [helper.make_node("LeakyRelu", ["v"], ["w"])], [helper.make_opsetid("", 13)], ["slope"])
reference = onnx.AttributeProto(name="alpha", ref_attr_name="slope", type=onnx.AttributeProto.FLOAT)
leaky.node[0].attribute.append(reference)
dense = helper.make_function(
    "own", "Dense", ["x", "w", "b"], ["y"], [
        node("Gemm", ["x", "w", "b"], ["h"], transB=1), node("Leaky", ["h"], ["y"], domain="own", slope=0.25),
    ], [helper.make_opsetid("", 13), helper.make_opsetid("own", 1)])
save("functions", [
    node("Dense", ["x", "W1", "b1"], ["h"], domain="own"), node("Dense", ["h", "W2", "b2"], ["y"], domain="own"),
], layer, [1, 4], [1, 3], functions=[leaky, dense], domains=["own"])

model = save("external", mlp(), layer, [1, 4], [1, 3])
onnx.save(model, f"{folder}/external.onnx", save_as_external_data=True, location="external.data", size_threshold=0)
run("external", model, {"x": [1, 4]}, path=f"{folder}/external.onnx")
