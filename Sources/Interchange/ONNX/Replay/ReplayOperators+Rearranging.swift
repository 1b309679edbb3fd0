/// Operators that move elements.
extension ReplayOperators {
  func flattened() throws -> Value {
    let value = try operand(0)
    let rank = value.shape.count
    let axis = whole("axis", 1)
    let split = axis >= 0 ? axis : axis + rank
    guard split >= 0, split <= rank else { throw Failure("axis \(axis) of \(rank)") }
    let rows = value.shape.prefix(split).reduce(1, *)
    return Value(shape: [rows, rows == 0 ? 0 : value.elements.count / rows], elements: value.elements)
  }

  func reshaped() throws -> Value {
    let value = try operand(0)
    guard let asked = try wholeOperand(1) ?? list("shape") else { throw Failure("no shape") }
    let keepsZeros = whole("allowzero", 0) != 0
    var shape: [Int] = []
    for (axis, size) in asked.enumerated() {
      guard size == 0, !keepsZeros else {
        shape.append(size)
        continue
      }
      guard value.shape.indices.contains(axis) else { throw Failure("shape \(asked) for \(value.shape)") }
      shape.append(value.shape[axis])
    }
    if let open = shape.firstIndex(of: -1) {
      let known = try checked(shape.enumerated().filter { $0.offset != open }.map(\.element)).reduce(1, *)
      guard known > 0 else { throw Failure("shape \(asked)") }
      shape[open] = value.elements.count / known
    }
    guard try checked(shape).reduce(1, *) == value.elements.count else {
      throw Failure("shape \(asked) for \(value.shape)")
    }
    return Value(shape: shape, elements: value.elements)
  }

  /// Squeeze and Unsqueeze.
  func resized() throws -> Value {
    let value = try operand(0)
    let given = try wholeOperand(1) ?? list("axes")
    if node.opType == "Squeeze" {
      let axes = given.map { axes in axes.map { $0 < 0 ? $0 + value.shape.count : $0 } }
      var shape: [Int] = []
      for (axis, size) in value.shape.enumerated() {
        if axes?.contains(axis) ?? (size == 1) {
          guard size == 1 else { throw Failure("axis \(axis) of \(value.shape) is not 1") }
        } else {
          shape.append(size)
        }
      }
      return Value(shape: shape, elements: value.elements)
    }
    guard let given, given.count <= 16 else { throw Failure("no axes") }
    let rank = value.shape.count + given.count
    let axes = Set(given.map { $0 < 0 ? $0 + rank : $0 })
    guard axes.count == given.count, axes.allSatisfy((0..<rank).contains) else { throw Failure("axes \(given)") }
    var rest = value.shape.makeIterator()
    return Value(
      shape: (0..<rank).map { axes.contains($0) ? 1 : rest.next() ?? 1 }, elements: value.elements)
  }

  func transposed() throws -> Value {
    let value = try operand(0)
    let rank = value.shape.count
    let order = list("perm") ?? (0..<rank).map { rank - 1 - $0 }
    guard Set(order) == Set(0..<rank), order.count == rank else { throw Failure("order \(order)") }
    return Value(order.map { value.shape[$0] }) { position in
      var source = position
      for (axis, from) in order.enumerated() { source[from] = position[axis] }
      return value[source]
    }
  }

  func gathered() throws -> Value {
    let value = try operand(0)
    let indices = try operand(1)
    let given = whole("axis", 0)
    let axis = given < 0 ? given + value.shape.count : given
    guard value.shape.indices.contains(axis) else { throw Failure("axis \(given)") }
    let size = value.shape[axis]
    let chosen = try (wholeOperand(1) ?? []).map { index in
      guard (-size..<size).contains(index) else { throw Failure("index \(index) of \(size)") }
      return index < 0 ? index + size : index
    }
    let places = Value(shape: indices.shape, elements: chosen.map { Scalar($0) })
    let rank = indices.shape.count
    let shape = try checked(
      Array(value.shape.prefix(axis)) + indices.shape + Array(value.shape.dropFirst(axis + 1)))
    return Value(shape) { position in
      let place = Int(places[Array(position[axis..<axis + rank])])
      return value[Array(position.prefix(axis)) + [place] + Array(position.dropFirst(axis + rank))]
    }
  }

  func concatenated() throws -> Value {
    let parts = try operands.indices.map { try operand($0) }
    guard let first = parts.first else { throw Failure("no inputs") }
    let given = whole("axis", 0)
    let axis = given < 0 ? given + first.shape.count : given
    guard first.shape.indices.contains(axis) else { throw Failure("axis \(given)") }
    var shape = first.shape
    shape[axis] = 0
    for part in parts {
      guard part.shape.count == shape.count,
        part.shape.indices.allSatisfy({ $0 == axis || part.shape[$0] == shape[$0] })
      else { throw Failure("shapes \(first.shape) and \(part.shape)") }
      shape[axis] += part.shape[axis]
    }
    return Value(try checked(shape)) { position in
      var inside = position
      for part in parts {
        if inside[axis] < part.shape[axis] { return part[inside] }
        inside[axis] -= part.shape[axis]
      }
      return .nan
    }
  }
}
