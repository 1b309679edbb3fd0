import Tensors

/// Operators that keep the elements in their order and change only the shape.
extension ReplayNode {
  func unchanged() throws -> [ONNXTensor] { [try operand(0)] }

  func dropout() throws -> [ONNXTensor] {
    if optional(2)?.elements.contains(1) == true {
      throw NodeFailure("it is in training mode; export the network for inference")
    }
    return [try operand(0)]
  }

  func flattened() throws -> [ONNXTensor] {
    let value = try operand(0)
    let rank = value.shape.count
    let axis = node.integer("axis", default: 1)
    guard (-rank...rank).contains(axis) else { throw NodeFailure("there is no axis \(axis)") }
    let split = axis < 0 ? axis + rank : axis
    return [value.reshaped([value.shape[..<split].reduce(1, *), value.shape[split...].reduce(1, *)])]
  }

  func reshaped() throws -> [ONNXTensor] {
    let value = try operand(0)
    guard let asked = try integers(1) else { throw NodeFailure("its new shape is missing") }
    let failure = NodeFailure("\(Tensor.describe(shape: value.shape)) cannot take the shape \(asked)")
    var shape = asked
    if !node.flag("allowzero") {
      for axis in shape.indices where shape[axis] == 0 {
        guard axis < value.shape.count else { throw failure }
        shape[axis] = value.shape[axis]
      }
    }
    let open = shape.indices.filter { shape[$0] == -1 }
    guard open.count <= 1 else { throw failure }
    if let open = open.first {
      shape[open] = 1
      guard let known = Shape.count(shape), known > 0, value.elements.count % known == 0 else { throw failure }
      shape[open] = value.elements.count / known
    }
    guard Shape.count(shape) == value.elements.count else { throw failure }
    return [value.reshaped(shape)]
  }

  func squeezed() throws -> [ONNXTensor] {
    let value = try operand(0)
    let shape = value.shape
    let gone =
      try integers(1).map { axes in try axes.map { try Shape.axis($0, rank: shape.count) } }
      ?? shape.indices.filter { shape[$0] == 1 }
    if let long = gone.first(where: { shape[$0] != 1 }) {
      throw NodeFailure("axis \(long) of \(Tensor.describe(shape: shape)) has not the size 1")
    }
    return [value.reshaped(shape.indices.filter { !gone.contains($0) }.map { shape[$0] })]
  }

  func unsqueezed() throws -> [ONNXTensor] {
    let value = try operand(0)
    guard let axes = try integers(1), axes.count <= 16 else { throw NodeFailure("its axes are missing or too many") }
    let rank = value.shape.count + axes.count
    let new = Set(try axes.map { try Shape.axis($0, rank: rank) })
    guard new.count == axes.count else { throw NodeFailure("the axes \(axes) are not distinct") }
    var rest = value.shape[...]
    return [value.reshaped((0..<rank).map { new.contains($0) ? 1 : rest.removeFirst() })]
  }

  // MARK: Shapes as values

  func size() throws -> [ONNXTensor] {
    let shape = try operand(0).shape
    let rank = shape.count
    func end(_ name: String, _ fallback: Int) -> Int {
      let place = node.integer(name, default: fallback)
      return place < 0 ? max(place, -rank) + rank : min(place, rank)
    }
    let (start, end) = (end("start", 0), end("end", rank))
    return [ONNXTensor(integers: start < end ? Array(shape[start..<end]) : [])]
  }

  func elementCount() throws -> [ONNXTensor] {
    [ONNXTensor(shape: [], elements: [Double(try operand(0).elements.count)], type: .int64)]
  }

  func constantOfShape() throws -> [ONNXTensor] {
    let shape = try checked(try operand(0).integers())
    let value = optional(1) ?? ONNXTensor(shape: [1], elements: [0], type: .float32)
    guard value.elements.count == 1 else { throw NodeFailure("expected one number as its value") }
    return [
      ONNXTensor(
        shape: shape, elements: [Double](repeating: value.elements[0], count: shape.reduce(1, *)), type: value.type)
    ]
  }

  func range() throws -> [ONNXTensor] {
    let numbers = try (0..<3).map(operand)
    guard numbers.allSatisfy({ $0.elements.count == 1 }) else { throw NodeFailure("expected three numbers") }
    let (start, end, step) = (numbers[0].elements[0], numbers[1].elements[0], numbers[2].elements[0])
    let count = max(((end - start) / step).rounded(.up), 0)
    guard count <= Double(Shape.elementLimit) else { throw NodeFailure("it has \(count) steps") }
    let elements = (0..<Int(count)).map { start + Double($0) * step }
    return [ONNXTensor(rounding: elements, shape: [elements.count], type: numbers[0].type)]
  }
}
