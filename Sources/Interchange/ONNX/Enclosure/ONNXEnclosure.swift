import Essentials

/// Bounds of what an ONNX graph computes, by interval arithmetic on the graph as it is, whatever its operators: sound for
/// real numbers and for every way in which a runtime may round, and good on small boxes of few inputs.
package enum ONNXEnclosure {
  /// Bounds of the model's outputs, joined, for inputs between bounds, joined likewise.
  ///
  /// - Throws: `OutsideFailure` naming file and node when an operator has no bounds here.
  package static func outputs(
    of model: ONNXModel, lower: [Double], upper: [Double]
  ) throws -> (lower: [Double], upper: [Double]) {
    var values: [String: EnclosedTensor] = [:]
    var first = 0
    for input in model.inputs {
      let range = first..<first + input.count
      // A runtime takes the nearest numbers of the input's type.
      func tensor(_ bounds: [Double], _ outer: (Double, Double) -> Double) -> ONNXTensor {
        let elements = bounds[range].map { outer($0, input.type.stored($0)) }
        return ONNXTensor(shape: input.shape, elements: elements, type: input.type)
      }
      values[input.name] = EnclosedTensor(lower: tensor(lower, min), upper: tensor(upper, max))
      first = range.upperBound
    }
    try model.traverse(&values, constant: { EnclosedTensor($0) }, size: \.count) { node, operands in
      try EnclosureNode(node: node, operands: operands).run()
    }
    return try model.outputs.reduce(into: ([], [])) { result, name in
      guard let output = values[name] ?? model.constants[name].map({ EnclosedTensor($0) }) else {
        throw OutsideFailure("\(model.path): bounds: nothing computes the output '\(name)'")
      }
      result.lower += output.lower.elements
      result.upper += output.upper.elements
    }
  }
}
