import Essentials
import Networks
import Tensors

/// Operators that move elements and compute nothing.
extension ONNXLowering {
  func rearrange(_ node: Onnx_NodeProto, at index: Int) throws -> LoweredValue {
    if node.opType == "Concat" { return try concatenation(node, at: index) }
    let value = try operand(0, of: index)
    let rank = value.shape.count
    switch node.opType {
    case "Flatten":
      let axis = node.integer("axis", default: 1)
      let split = axis < 0 ? axis + rank : axis
      guard (0...rank).contains(split) else { throw model.failure(at: index, "there is no axis \(axis)") }
      return value.reshaped([value.shape[..<split].reduce(1, *), value.shape[split...].reduce(1, *)])
    case "Reshape": return value.reshaped(try newShape(node, of: value, at: index))
    case "Squeeze", "Unsqueeze":
      let axes = try integers(1, of: index) ?? node.integers("axes")
      return value.reshaped(
        try node.opType == "Squeeze" ? squeezed(value.shape, axes, at: index) : unsqueezed(value.shape, axes, at: index)
      )
    case "Transpose":
      let order = node.integers("perm") ?? Array((0..<rank).reversed())
      guard order.sorted() == Array(0..<rank) else {
        throw model.failure(at: index, "\(order) is no order of \(rank) axes")
      }
      return transposed(value, order)
    case "Shape":
      guard node.attribute.isEmpty else { throw model.failure(at: index, "only whole shapes are supported") }
      return LoweredValue(shape: [rank], constants: value.shape.map(Double.init), isInteger: true)
    default: return try gathered(value, node, at: index)
    }
  }

  private func newShape(_ node: Onnx_NodeProto, of value: LoweredValue, at index: Int) throws -> [Int] {
    guard var shape = try integers(1, of: index) ?? node.integers("shape") else {
      throw model.failure(at: index, "its new shape is missing")
    }
    let asked = shape
    func failure() -> OutsideFailure {
      model.failure(at: index, "\(Tensor.describe(shape: value.shape)) cannot take the shape \(asked)")
    }
    if node.integer("allowzero", default: 0) == 0 {
      for axis in shape.indices where shape[axis] == 0 {
        guard axis < value.shape.count else { throw failure() }
        shape[axis] = value.shape[axis]
      }
    }
    let open = shape.indices.filter { shape[$0] == -1 }
    guard open.count <= 1 else { throw failure() }
    if let open = open.first {
      shape[open] = 1
      guard let known = Shape.count(shape, limit: ONNXLowering.elementLimit), known > 0, value.count % known == 0
      else { throw failure() }
      shape[open] = value.count / known
    }
    guard Shape.count(shape, limit: ONNXLowering.elementLimit) == value.count else { throw failure() }
    return shape
  }

  private func squeezed(_ shape: [Int], _ axes: [Int]?, at index: Int) throws -> [Int] {
    let gone =
      try axes.map { axes in try axes.map { try axis($0, rank: shape.count, at: index) } }
      ?? shape.indices.filter { shape[$0] == 1 }
    if let long = gone.first(where: { shape[$0] != 1 }) {
      throw model.failure(at: index, "axis \(long) of \(Tensor.describe(shape: shape)) has not the size 1")
    }
    return shape.indices.filter { !gone.contains($0) }.map { shape[$0] }
  }

  private func unsqueezed(_ shape: [Int], _ axes: [Int]?, at index: Int) throws -> [Int] {
    guard let axes, axes.count <= 16 else { throw model.failure(at: index, "its axes are missing or too many") }
    let rank = shape.count + axes.count
    let new = Set(try axes.map { try axis($0, rank: rank, at: index) })
    guard new.count == axes.count else { throw model.failure(at: index, "the axes \(axes) are not distinct") }
    var rest = shape[...]
    return (0..<rank).map { new.contains($0) ? 1 : rest.removeFirst() }
  }

  func axis(_ number: Int, rank: Int, at index: Int) throws -> Int {
    guard let axis = Shape.axis(number, rank: rank) else {
      throw model.failure(at: index, "there is no axis \(number) among \(rank)")
    }
    return axis
  }

  private func gathered(_ value: LoweredValue, _ node: Onnx_NodeProto, at index: Int) throws -> LoweredValue {
    let axis = try axis(node.integer("axis", default: 0), rank: value.shape.count, at: index)
    let positions = try constantOperand(1, of: index)
    let size = value.shape[axis]
    let chosen = try (integers(1, of: index) ?? []).map { position in
      guard let chosen = Shape.axis(position, rank: size) else {
        throw model.failure(at: index, "there is no element \(position) along axis \(axis) of size \(size)")
      }
      return chosen
    }
    let shape = value.shape[..<axis] + positions.shape + value.shape[(axis + 1)...]
    _ = try elementCount(Array(shape), at: index)
    let inner = value.shape[(axis + 1)...].reduce(1, *)
    let elements = (0..<value.shape[..<axis].reduce(1, *)).flatMap { outer in
      chosen.flatMap { element in (0..<inner).map { (outer * size + element) * inner + $0 } }
    }
    return value.selecting(elements, shape: Array(shape))
  }

  private func concatenation(_ node: Onnx_NodeProto, at index: Int) throws -> LoweredValue {
    let parts = try node.input.indices.map { try operand($0, of: index) }
    guard let first = parts.first else { throw model.failure(at: index, "it has no inputs") }
    let axis = try axis(node.integer("axis", default: 0), rank: first.shape.count, at: index)
    var shape = first.shape
    shape[axis] = 0
    for part in parts {
      var other = part.shape
      guard other.count == shape.count else { throw model.failure(at: index, "its inputs differ in their ranks") }
      shape[axis] += other[axis]
      other[axis] = shape[axis]
      guard other == shape else { throw model.failure(at: index, "the shapes of its inputs do not fit") }
    }
    _ = try elementCount(shape, at: index)
    try requireSameStage(parts, at: index)

    // All parts one after the other, and then the elements in their order.
    var joined = LoweredValue(
      shape: [], constants: parts.flatMap(\.constants), isInteger: parts.allSatisfy(\.isInteger))
    if let part = parts.first(where: { !$0.isConstant }), let columns = part.rows?.columnCount {
      joined.stage = part.stage
      joined.rows = parts.reduce(SparseMatrix(columnCount: columns)) { rows, part in
        rows.followed(by: part.rows ?? SparseMatrix(zeros: part.count, columnCount: columns))
      }
    }
    var end = 0
    let starts = parts.map { part in
      end += part.count
      return end - part.count
    }
    let outerCount = shape[..<axis].reduce(1, *)
    let elements = (0..<outerCount).flatMap { outer in
      zip(parts, starts).flatMap { part, start in
        let length = part.count / max(outerCount, 1)
        return (0..<length).map { start + outer * length + $0 }
      }
    }
    return joined.selecting(elements, shape: shape)
  }
}
