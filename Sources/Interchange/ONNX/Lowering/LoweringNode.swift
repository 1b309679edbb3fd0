import Networks
import Tensors

/// A node with what enters it while a graph is lowered, at least one of it depending on the network's input. What becomes
/// of each operator is in extensions, by topic, and which operator is which in `LoweringOperators`.
struct LoweringNode {
  let node: ONNXNode
  /// What enters; nil where an input is left out.
  let operands: [LoweredValue?]

  /// Matrices with more entries than this are refused.
  private static let entryLimit = 1 << 25

  func operand(_ position: Int) throws -> LoweredValue {
    guard let value = optional(position) else { throw NodeFailure("its input \(position + 1) is missing") }
    return value
  }

  func optional(_ position: Int) -> LoweredValue? { operands.indices.contains(position) ? operands[position] : nil }

  /// All operands, of which there must be one.
  func all() throws -> [LoweredValue] {
    guard !operands.isEmpty else { throw NodeFailure("it has no inputs") }
    return try operands.indices.map(operand)
  }

  /// An operand that must be constant; nil where it is left out.
  func constant(_ position: Int) throws -> ONNXTensor? {
    guard let value = optional(position) else { return nil }
    guard let constant = value.constant else {
      throw NodeFailure("its input \(position + 1) must be constant, and depends on the network's input")
    }
    return constant
  }

  /// The node with its constant operands alone, for what the standard says of axes.
  var constants: ReplayNode { ReplayNode(node: node, operands: operands.map { $0?.constant }) }

  /// The shape to which values stretch, each aligned to the first as the node says.
  func commonShape(_ shapes: [[Int]]) throws -> [Int] {
    try shapes.dropFirst().reduce(shapes[0]) { first, second in
      guard let shape = Shape.broadcast(first, second) else {
        throw NodeFailure(
          "the shapes \(Tensor.describe(shape: first)) and \(Tensor.describe(shape: second)) do not fit")
      }
      guard Shape.count(shape) != nil else {
        throw NodeFailure("its result of shape \(Tensor.describe(shape: shape)) has more elements than fit")
      }
      return shape
    }
  }

  /// The first two operands, stretched to each other.
  func pair() throws -> (LoweredValue, LoweredValue) {
    let (first, second) = (try operand(0), try operand(1))
    let aligned = second.reshaped(try node.aligned(second.shape, to: first.shape))
    let shape = try commonShape([first.shape, aligned.shape])
    return (first.stretched(to: shape), aligned.stretched(to: shape))
  }

  /// All operands, stretched to each other.
  func stretched() throws -> [LoweredValue] {
    let values = try all()
    let shape = try commonShape(values.map(\.shape))
    return values.map { $0.stretched(to: shape) }
  }

  /// Ends a row of a matrix in the making.
  func end(_ weights: inout SparseMatrix) throws {
    weights.endRow()
    guard weights.entryCount <= LoweringNode.entryLimit else {
      throw NodeFailure("its matrix has more than \(LoweringNode.entryLimit) entries")
    }
  }

  /// For every group of elements of `value` their sum, times the group's weight.
  func weighing(
    _ value: LoweredValue, _ groups: [[Int]], shape: [Int], _ builder: inout NetworkBuilder,
    weight: (_ group: Int) -> Double
  ) throws -> LoweredValue {
    var weights = SparseMatrix(columnCount: value.count)
    for (index, group) in groups.enumerated() {
      let weight = weight(index)
      for element in group { weights.append(element, weight) }
      try end(&weights)
    }
    return LoweredValue(try builder.product(weights, value.values), shape: shape)
  }
}
