/// What a file says of the tensors that enter and leave its graph.
struct ONNXInterface: Sendable {
  /// A tensor that enters or leaves.
  struct Port: Sendable {
    /// What the file calls it.
    let name: String
    /// ONNX's number of its element type.
    let typeCode: Int32
    /// Its sizes, nil where one is left open; nil altogether where the file does not say.
    let shape: [Int?]?

    init(_ info: Onnx_ValueInfoProto) {
      let type = info.type.tensorType
      name = info.name
      typeCode = type.elemType
      shape = type.hasShape ? type.shape.dim.map { $0.dimValue > 0 ? Int($0.dimValue) : nil } : nil
    }

    /// Whether a tensor of these sizes can enter or leave here, axes of size 1 aside, which move no element.
    func admits(_ sizes: [Int]) -> Bool {
      guard let shape else { return true }
      if shape.count == sizes.count { return zip(shape, sizes).allSatisfy { $0 == nil || $0 == $1 } }
      return !shape.contains(nil) && shape.compactMap(\.self).filter { $0 != 1 } == sizes.filter { $0 != 1 }
    }
  }

  /// The inputs, in the file's order, without those that have a value of their own.
  let inputs: [Port]
  /// The outputs, in the file's order.
  let outputs: [Port]

  init(_ graph: Onnx_GraphProto) {
    let initialized = Set(graph.initializer.map(\.name) + graph.sparseInitializer.map(\.values.name))
    inputs = graph.input.filter { !initialized.contains($0.name) }.map(Port.init)
    outputs = graph.output.map(Port.init)
  }
}
