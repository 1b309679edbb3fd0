import Tensors

/// A node with the tensors that enter it. What the standard says of each operator is in extensions, by topic, and which
/// operator is which in `ReplayOperators`.
struct ReplayNode {
  let node: ONNXNode
  /// What enters; nil where an input is left out.
  let operands: [ONNXTensor?]

  func operand(_ position: Int) throws -> ONNXTensor {
    guard let value = optional(position) else { throw NodeFailure("its input \(position + 1) is missing") }
    return value
  }

  func optional(_ position: Int) -> ONNXTensor? { operands.indices.contains(position) ? operands[position] : nil }

  /// All operands, of which there must be one.
  func all() throws -> [ONNXTensor] {
    guard !operands.isEmpty else { throw NodeFailure("it has no inputs") }
    return try operands.indices.map(operand)
  }

  /// An operand of whole numbers, such as axes or sizes; nil where it is left out.
  func integers(_ position: Int) throws -> [Int]? { try optional(position)?.integers() }

  /// The axis that the attribute `axis` names.
  func axis(default fallback: Int, rank: Int) throws -> Int {
    try Shape.axis(node.integer("axis", default: fallback), rank: rank)
  }

  /// A shape that a result may have.
  @discardableResult
  func checked(_ shape: [Int]) throws -> [Int] {
    guard Shape.count(shape) != nil else {
      throw NodeFailure(
        "its result of shape \(Tensor.describe(shape: shape)) has more elements than fit: \(Shape.elementLimit)")
    }
    return shape
  }
}
