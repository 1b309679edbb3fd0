/// A node of a graph.
struct ONNXNode {
  /// What the file says of it.
  let proto: Onnx_NodeProto
  /// What messages call it: its name, or where it is in the file.
  let name: String
  /// The version of the standard's operators that it was written for.
  let version: Int

  /// The operator.
  var type: String { proto.opType }
  /// Whether the operator is one of the standard's, and not of some library's own.
  var isStandard: Bool { ["", "ai.onnx"].contains(proto.domain) }

  func attribute(_ name: String) -> Onnx_AttributeProto? { proto.attribute.first { $0.name == name } }

  // Attributes, with the standard's defaults where they are absent.

  func integer(_ name: String, default fallback: Int) -> Int { attribute(name).map { Int($0.i) } ?? fallback }
  func flag(_ name: String, default fallback: Bool = false) -> Bool { attribute(name).map { $0.i != 0 } ?? fallback }
  func integers(_ name: String) -> [Int]? { attribute(name)?.ints.map(Int.init) }
  func number(_ name: String, default fallback: Float) -> Double { Double(attribute(name)?.f ?? fallback) }
  func text(_ name: String) -> String? {
    attribute(name).map { attribute in attribute.s.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
  }
}
