import Essentials

/// What a query says of the tensors that enter and leave a network, to be compared with a file.
struct VNNLIBInterface {
  private let network: VNNLIBNetwork
  private let variables: [VNNLIBVariable]
  private let isReal: Bool

  /// - Parameter isReal: whether the query is about real numbers only, which any file may stand for.
  init(of network: VNNLIBNetwork, _ variables: [VNNLIBVariable], isReal: Bool) {
    self.network = network
    self.variables = variables
    self.isReal = isReal
  }

  /// - Throws: `OutsideFailure` unless the file has as many inputs and outputs, of these shapes and types.
  func check(_ model: ONNXModel) throws {
    try check(model.interface.inputs, .input, model.path)
    try check(model.interface.outputs, .output, model.path)
  }

  private func check(_ ports: [ONNXInterface.Port], _ role: VNNLIBVariable.Role, _ path: String) throws {
    let declared = variables.filter { $0.role == role }
    guard ports.count == declared.count else {
      throw OutsideFailure(
        "\(path): it has \(ports.count) \(role.rawValue)s, and the query declares \(declared.count) of \(network.name)")
    }
    for (port, variable) in zip(ports, declared) {
      guard port.admits(variable.shape) else {
        let sizes = (port.shape ?? []).map { $0.map(String.init) ?? "?" }.joined(separator: ",")
        throw OutsideFailure(
          "\(path): its \(role.rawValue) '\(port.name)' has the shape [\(sizes)], and the query declares "
            + "\(variable.name) as \(variable.shape)")
      }
      guard isReal || admits(variable.elementType, port.typeCode) else {
        let type = VNNLIBElementType.allCases.first { $0.onnxNumber == port.typeCode }?.rawValue ?? "another type"
        throw OutsideFailure(
          "\(path): its \(role.rawValue) '\(port.name)' is of the type \(type), and the query declares \(variable.name) as "
            + "\(variable.elementType.rawValue)")
      }
    }
  }

  /// Networks that are isomorphic may be declared with other types than their model has, where both are given by one
  /// file: then with a type whose numbers are among the file's.
  private func admits(_ type: VNNLIBElementType, _ code: Int32) -> Bool {
    if type.onnxNumber == code { return true }
    guard case .isomorphic = network.relation else { return false }
    return type == .float16 && code == VNNLIBElementType.float32.onnxNumber
      || [.float16, .float32].contains(type) && code == VNNLIBElementType.float64.onnxNumber
  }
}
