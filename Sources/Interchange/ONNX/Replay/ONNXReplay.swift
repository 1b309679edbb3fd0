import Essentials
import Tensors

/// Runs an ONNX graph operator by operator in the file's own precision, as a runtime of the field would.
///
/// A counterexample is tried here before it is believed: this works on whole tensors by plain loops, and shares with
/// `ONNXLowering` what the file says of shapes, windows and the moving of elements, but nothing of how layers are made.
/// Sums are taken in Float64 and rounded once to the type of their tensor, which is as near to any order of summation as
/// can be.
public enum ONNXReplay {
  /// The elements of the model's outputs, one output after the other, for `input`, the elements of its inputs, likewise
  /// joined, each in row-major order.
  ///
  /// - Throws: `Misuse` when the number of inputs is wrong; `OutsideFailure` naming file and node when an operator is
  ///   not known here or shapes do not fit.
  public static func outputs(of model: ONNXModel, input: [Double]) throws -> [Double] {
    guard input.count == model.inputCount else {
      throw Misuse("replay: expected \(model.inputCount) inputs, got \(input.count)")
    }
    var values: [String: ONNXTensor] = [:]
    var rest = input[...]
    for part in model.inputs {
      let elements = rest.prefix(part.count).map(part.type.stored)
      values[part.name] = ONNXTensor(shape: part.shape, elements: elements, type: part.type)
      rest = rest.dropFirst(part.count)
    }
    try model.traverse(&values, constant: { $0 }, size: \.elements.count) { node, operands in
      try ReplayNode(node: node, operands: operands).run()
    }
    return try model.outputs.flatMap { name in
      guard let output = values[name] ?? model.constants[name] else {
        throw OutsideFailure("\(model.path): replay: nothing computes the output '\(name)'")
      }
      return output.elements.map(output.type.stored)
    }
  }
}
