import Essentials

extension ONNXModel {
  /// Calls `compute` for one node after the other with its operands, and keeps what it returns in `values` for as long as
  /// a node or the caller needs it.
  ///
  /// - Parameters:
  ///   - values: what comes in, by name; afterwards the outputs are among it.
  ///   - size: the number of elements of a value: those at one time must fit.
  /// - Throws: `OutsideFailure` naming file and node when a node throws `NodeFailure`.
  func traverse<Value>(
    _ values: inout [String: Value], constant: (ONNXTensor) -> Value, size: (Value) -> Int,
    _ compute: (ONNXNode, [Value?]) throws -> [Value]
  ) throws {
    var lastUse: [String: Int] = [:]
    for (index, node) in nodes.enumerated() { for name in node.proto.input { lastUse[name] = index } }
    for name in outputs { lastUse[name] = nodes.count }
    var live = values.values.reduce(0) { $0 + size($1) }
    for (index, node) in nodes.enumerated() {
      do {
        let operands = try node.proto.input.map { name -> Value? in
          guard !name.isEmpty else { return nil }
          guard let value = values[name] ?? constants[name].map(constant) else {
            throw NodeFailure("its input '\(name)' is an output that is not supported")
          }
          return value
        }
        let results = try compute(node, operands)
        for (name, value) in zip(node.proto.output, results) where !name.isEmpty {
          values[name] = value
          live += size(value)
        }
        guard live <= ONNXModel.liveLimit else { throw NodeFailure("the values up to here take too much memory") }
      } catch let failure as NodeFailure {
        throw self.failure(at: node, failure.message)
      }
      for name in Set(node.proto.input + node.proto.output) where lastUse[name] ?? index <= index {
        if let value = values.removeValue(forKey: name) { live -= size(value) }
      }
    }
  }

  /// Graphs whose values at one time hold more elements than this are refused.
  private static var liveLimit: Int { 1 << 26 }
}
