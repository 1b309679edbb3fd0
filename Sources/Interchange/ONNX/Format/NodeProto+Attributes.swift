// Attributes of a node; each falls back on the standard's default when it is absent.
extension Onnx_NodeProto {
  func attribute(_ name: String) -> Onnx_AttributeProto? { attribute.first { $0.name == name } }
  func integer(_ name: String, default fallback: Int) -> Int { attribute(name).map { Int($0.i) } ?? fallback }
  func integers(_ name: String) -> [Int]? { attribute(name)?.ints.map(Int.init) }
  func number(_ name: String, default fallback: Float) -> Double { Double(attribute(name)?.f ?? fallback) }
  func text(_ name: String) -> String? {
    attribute(name).map { attribute in attribute.s.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
  }
}
