import Essentials
import Tensors

/// Assignments of values to a query's variables, in the two forms of the standard (VNN-LIB 2.0, section 5.3.1).
extension VNNLIBModels {
  /// The values of every variable for these inputs of the chain, as the files compute them.
  private func values(at input: [Double]) throws -> [(variable: VNNLIBVariable, values: [Double])] {
    let outputs = try replay(input)
    let places = VNNLIBCases.places(of: property.variables)
    return property.variables.indices.map { place in
      let variable = property.variables[place]
      let numbers = property.inputs.numbers(of: place, count: variable.count)
      return (
        variable,
        variable.role == .input
          ? numbers.map { input[$0] } : Array(outputs[places[place]..<places[place] + variable.count])
      )
    }
  }

  /// The assignment as text: for each variable its name, type and shape, and its values, one on a line.
  ///
  /// - Throws: as `replay(_:)`.
  public func assignment(at input: [Double]) throws -> String {
    try values(at: input).reduce(into: "") { text, item in
      let shape = item.variable.shape.map(String.init).joined(separator: ",")
      text += "\(item.variable.name) \(item.variable.elementType.rawValue) [\(shape)]\n"
      for value in item.values { text += VNNLIBModels.text(value, item.variable.elementType) + "\n" }
    }
  }

  /// The shortest text that is read back as the same number of the type.
  private static func text(_ value: Double, _ type: VNNLIBElementType) -> String {
    if type.isWhole || type == .bool { return String(Int(exactly: value) ?? 0) }
    return type == .float32 && value == Double(Float(value)) ? "\(Float(value))" : "\(value)"
  }

  /// Writes the assignment to a folder: a serialised TensorProto in `NAME.pb` for each variable, real numbers as float64.
  ///
  /// - Throws: `OutsideFailure` naming the file when it cannot be written; as `replay(_:)`.
  public func writeAssignment(at input: [Double], to folder: String) throws {
    for (variable, values) in try values(at: input) {
      let type = variable.elementType.onnxNumber.flatMap(ElementType.init(onnxCode:)) ?? .float64
      let proto = Onnx_TensorProto(name: variable.name, shape: variable.shape, values: values, type: type)
      let bytes: [UInt8] = try proto.serializedBytes()
      try FileAccess.write(bytes, to: "\(folder)/\(variable.name).pb")
    }
  }
}
