import Essentials

/// Writes the functions that a model defines for itself out in its graph, so that whoever reads the graph knows none.
struct FunctionInlining {
  /// A graph with more nodes than this is refused: functions that call each other twice double it with each level.
  private static let nodeLimit = 1 << 18
  /// How deep functions call each other; those that call themselves do so without end.
  private static let depthLimit = 32

  /// What names a function.
  private struct Key: Hashable {
    let domain: String
    let name: String
    let overload: String
  }

  private let path: String
  private let functions: [Key: Onnx_FunctionProto]
  private var nodes: [ONNXNode] = []
  private var callCount = 0

  /// The nodes of the graph of `model`, with each call of a function replaced by the function's nodes.
  ///
  /// - Throws: `OutsideFailure` naming the file when functions call each other without end.
  static func nodes(of model: Onnx_ModelProto, path: String) throws -> [ONNXNode] {
    var inlining = FunctionInlining(model, path: path)
    let version = inlining.version(model.opsetImport) ?? 1
    for (index, node) in model.graph.node.enumerated() {
      try inlining.add(node, called: node.name.isEmpty ? "node \(index + 1)" : "node '\(node.name)'", version, depth: 0)
    }
    return inlining.nodes
  }

  private init(_ model: Onnx_ModelProto, path: String) {
    self.path = path
    functions = Dictionary(
      model.functions.map { (Key(domain: $0.domain, name: $0.name, overload: $0.overload), $0) }
    ) { first, _ in first }
  }

  private func version(_ imports: [Onnx_OperatorSetIdProto]) -> Int? {
    imports.first { ["", "ai.onnx"].contains($0.domain) }.map { Int($0.version) }
  }

  private mutating func add(_ node: Onnx_NodeProto, called name: String, _ version: Int, depth: Int) throws {
    guard let function = functions[Key(domain: node.domain, name: node.opType, overload: node.overload)] else {
      guard nodes.count < FunctionInlining.nodeLimit else {
        throw OutsideFailure("\(path): the graph has more than \(FunctionInlining.nodeLimit) nodes")
      }
      nodes.append(ONNXNode(proto: node, name: name, version: version))
      return
    }
    callCount += 1
    guard depth < FunctionInlining.depthLimit, callCount <= FunctionInlining.nodeLimit else {
      throw OutsideFailure("\(path): \(name): the function \(node.opType) calls functions without end")
    }
    // Inner names are made the call's own; inputs and outputs take the names that they have outside.
    let prefix = "\(node.opType)#\(callCount)/"
    var names: [String: String] = ["": ""]
    for (position, output) in function.output.enumerated() where position < node.output.count {
      names[output] = node.output[position].isEmpty ? nil : node.output[position]
    }
    for (position, input) in function.input.enumerated() {
      names[input] = position < node.input.count ? node.input[position] : ""
    }
    var given = Dictionary(function.attributeProto.map { ($0.name, $0) }) { first, _ in first }
    for attribute in node.attribute { given[attribute.name] = attribute }
    let inside = self.version(function.opsetImport) ?? version
    for inner in function.node {
      var inner = inner
      inner.input = inner.input.map { names[$0] ?? prefix + $0 }
      inner.output = inner.output.map { names[$0] ?? prefix + $0 }
      inner.attribute = inner.attribute.compactMap { attribute in
        guard !attribute.refAttrName.isEmpty else { return attribute }
        var outer = given[attribute.refAttrName]
        outer?.name = attribute.name
        return outer
      }
      try add(inner, called: "\(name), inside of \(node.opType)", inside, depth: depth + 1)
    }
  }
}
