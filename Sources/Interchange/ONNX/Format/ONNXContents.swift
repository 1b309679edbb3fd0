import Essentials
import Tensors

/// What the wanted outputs of a graph need of it, while it is read.
struct ONNXContents {
  let path: String
  let outputs: [String]
  /// The sizes of the inputs, for axes that the file leaves open; nil where nobody said.
  let shapes: [[Int]]?
  private(set) var nodes: [ONNXNode] = []
  private(set) var constants: [String: ONNXTensor] = [:]
  private(set) var inputs: [ONNXModel.Input] = []

  init(path: String, outputs: [String], shapes: [[Int]]?) {
    self.path = path
    self.outputs = outputs
    self.shapes = shapes
  }

  /// Takes what is needed from a graph, and checks that every value is there before it is used.
  ///
  /// - Throws: `OutsideFailure` naming the file.
  mutating func read(_ graph: Onnx_GraphProto, _ all: [ONNXNode]) throws {
    let kept = all.needed(for: outputs)
    let wanted = Set(outputs + kept.flatMap(\.proto.input))
    var names: Set<String> = []
    try addInitializers(graph, wanted, &names)
    for input in graph.input where !names.contains(input.name) {
      inputs.append(try self.input(input))
      names.insert(input.name)
    }
    guard !inputs.isEmpty else { throw failure("expected a network with an input, got none") }
    guard inputs.reduce(0, { $0 + $1.count }) <= ONNXModel.inputLimit else {
      throw failure("its inputs have more than \(ONNXModel.inputLimit) elements")
    }
    for node in kept {
      if let missing = node.proto.input.first(where: { !$0.isEmpty && !names.contains($0) }) {
        throw failure(node, "its input '\(missing)' is computed by no node before it")
      }
      guard !node.proto.output.isEmpty else { throw failure(node, "it has no output") }
      for output in node.proto.output where !output.isEmpty && !names.insert(output).inserted {
        throw failure(node, "its output '\(output)' exists already")
      }
      try named(node) { contents in
        if node.isStandard, node.type == "Constant" {
          guard let value = node.proto.attribute.first(where: { $0.name.contains("value") }) else {
            throw NodeFailure("its value is missing")
          }
          contents.constants[node.proto.output[0]] = try contents.constant(value)
        } else {
          let upgraded = try node.upgraded { attribute in
            let name = "\(node.proto.output[0])#\(attribute.name)"
            contents.constants[name] = try contents.constant(attribute)
            return name
          }
          contents.nodes.append(upgraded)
        }
      }
    }
    if let missing = outputs.first(where: { !names.contains($0) }) {
      throw failure("nothing computes the output '\(missing)'")
    }
  }

  private func failure(_ what: String) -> OutsideFailure { OutsideFailure("\(path): \(what)") }

  private func failure(_ node: ONNXNode, _ what: String) -> OutsideFailure {
    failure("\(node.name) (\(node.type)): \(what)")
  }

  private mutating func named(_ node: ONNXNode, _ body: (inout ONNXContents) throws -> Void) throws {
    do { try body(&self) } catch let problem as NodeFailure { throw failure(node, problem.message) }
  }

  private var folder: String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
  }

  private mutating func addInitializers(
    _ graph: Onnx_GraphProto, _ wanted: Set<String>, _ names: inout Set<String>
  ) throws {
    let folder = folder
    func add(_ name: String, _ numbers: () throws -> ONNXTensor) throws -> ONNXTensor? {
      guard names.insert(name).inserted else { throw failure("the initializer '\(name)' occurs twice") }
      guard wanted.contains(name) else { return nil }
      do { return try numbers() } catch let problem as NodeFailure {
        throw failure("the tensor '\(name)': \(problem.message)")
      } catch let problem as OutsideFailure {
        throw failure("the tensor '\(name)': \(problem.message)")
      }
    }
    for tensor in graph.initializer { constants[tensor.name] = try add(tensor.name) { try tensor.numbers(in: folder) } }
    for tensor in graph.sparseInitializer {
      constants[tensor.values.name] = try add(tensor.values.name) { try tensor.numbers(in: folder) }
    }
  }

  /// The numbers of an attribute.
  private func constant(_ attribute: Onnx_AttributeProto) throws -> ONNXTensor {
    if attribute.hasT { return try attribute.t.numbers(in: folder) }
    if attribute.hasSparseTensor { return try attribute.sparseTensor.numbers(in: folder) }
    if attribute.hasF { return ONNXTensor(shape: [], elements: [Double(attribute.f)], type: .float32) }
    if attribute.hasI { return ONNXTensor(shape: [], elements: [Double(attribute.i)], type: .int64) }
    if !attribute.floats.isEmpty {
      return ONNXTensor(shape: [attribute.floats.count], elements: attribute.floats.map(Double.init), type: .float32)
    }
    guard !attribute.hasS else { throw NodeFailure("expected a constant of numbers, got text") }
    return ONNXTensor(integers: attribute.ints.map { Int($0) })
  }

  private func input(_ input: Onnx_ValueInfoProto) throws -> ONNXModel.Input {
    func failure(_ what: String) -> OutsideFailure { self.failure("input '\(input.name)': \(what)") }
    let tensorType = input.type.tensorType
    guard let type = ElementType(onnxCode: tensorType.elemType), type.isReal else {
      throw failure("expected real numbers, got type \(tensorType.elemType)")
    }
    guard tensorType.hasShape else { throw failure("its shape is missing") }
    let given = shapes.flatMap { $0.indices.contains(inputs.count) ? $0[inputs.count] : nil }
    let shape = try tensorType.shape.dim.enumerated().map { axis, dimension in
      if dimension.dimValue <= 0, let given, given.indices.contains(axis) { return given[axis] }
      // A batch size that is left open is one.
      if dimension.dimValue <= 0, axis == 0 { return 1 }
      guard dimension.dimValue > 0 else {
        throw failure("expected a fixed size along axis \(axis + 1), got '\(dimension.dimParam)'")
      }
      return Int(dimension.dimValue)
    }
    guard Shape.count(shape, limit: ONNXModel.inputLimit) != nil else {
      throw failure("it has more than \(ONNXModel.inputLimit) elements")
    }
    return ONNXModel.Input(name: input.name, shape: shape, type: type)
  }
}

extension [ONNXNode] {
  /// Those that `outputs` depend on, of nodes each of which comes after those it needs.
  func needed(for outputs: [String]) -> [ONNXNode] {
    var wanted = Set(outputs)
    var kept: [ONNXNode] = []
    for node in reversed() where node.proto.output.contains(where: { !$0.isEmpty && wanted.contains($0) }) {
      wanted.formUnion(node.proto.input)
      kept.append(node)
    }
    return kept.reversed()
  }
}
