"""What the scripts here that make ONNX networks share: NAME.onnx in the folder that is their argument, and in NAME.json
the inputs tried and the outputs of onnxruntime.
"""
import json
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(7)
folder = sys.argv[1]
node = helper.make_node


def numbers(*shape, dtype=np.float32):
    return random.normal(size=shape).astype(dtype)


def integers(*values):
    return np.array(values, np.int64)


def tensor(name, values, typed=False):
    if isinstance(values, onnx.TensorProto):
        values.name = name
        return values
    values = np.asarray(values)
    if not typed:
        return numpy_helper.from_array(values, name)
    kind = helper.np_dtype_to_tensor_dtype(values.dtype)
    return helper.make_tensor(name, kind, values.shape, values.flatten().tolist())


def run(name, model, inputs, output="y", drops=False, kind=TensorProto.FLOAT, path=None):
    """Writes what onnxruntime makes of a model; inputs are shapes by name."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path or model.SerializeToString(), options, ["CPUExecutionProvider"])
    dtype = helper.tensor_dtype_to_np_dtype(kind)
    shapes = {key: [size if isinstance(size, int) else 1 for size in shape] for key, shape in inputs.items()}
    tried = [{key: random.normal(size=shape).astype(dtype) for key, shape in shapes.items()} for _ in range(4)]

    def joined(tensors):
        return [float(number) for tensor in tensors for number in np.asarray(tensor, np.float64).flatten()]

    case = {
        "inputs": [joined(x.values()) for x in tried],
        "outputs": [joined(session.run([output], x)) for x in tried],
        "output": output,
        "drops": drops,
    }
    json.dump(case, open(f"{folder}/{name}.json", "w"))


def save(name, nodes, constants, inputs, outputs, opset=13, kind=TensorProto.FLOAT, typed=False, listed=False,
         sparse=(), functions=(), domains=(), **others):
    """Inputs are a shape, of x, or shapes by name; outputs a shape, of y, or shapes by name."""
    inputs = inputs if isinstance(inputs, dict) else {"x": inputs}
    outputs = outputs if isinstance(outputs, dict) else {"y": outputs}
    initializers = [tensor(key, value, typed) for key, value in constants.items()]
    graph_inputs = [helper.make_tensor_value_info(key, kind, shape) for key, shape in inputs.items()]
    if listed:  # As old exporters did: constants are listed among the inputs, and before the real one.
        graph_inputs = [
            helper.make_tensor_value_info(key, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)
            for key, value in constants.items()
        ] + graph_inputs
    graph = helper.make_graph(
        nodes, name, graph_inputs,
        [helper.make_tensor_value_info(key, kind, shape) for key, shape in outputs.items()],
        initializers, sparse_initializer=sparse)
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", opset)] + [helper.make_opsetid(domain, 1) for domain in domains],
        ir_version=4 if opset < 10 else 8 if opset < 19 else 10, functions=functions)
    onnx.checker.check_model(model)
    onnx.save(model, f"{folder}/{name}.onnx")
    run(name, model, inputs, kind=kind, **others)
    return model
