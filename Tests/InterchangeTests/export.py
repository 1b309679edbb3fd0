"""Checks an ONNX file as others would, and runs it: export.py FILE INPUTS.npz OUTPUTS.npz (arrays x and y)."""
import sys

import numpy as np
import onnx
import onnxruntime

onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
dtype = np.float32 if session.get_inputs()[0].type == "tensor(float)" else np.float64
x = np.load(sys.argv[2])["x"].astype(dtype)
# Compressed, so that deflated members are read as well.
np.savez_compressed(sys.argv[3], y=session.run(None, {session.get_inputs()[0].name: x})[0])
