import Tensors

/// Operators that choose and repeat elements along axes.
extension ReplayNode {
  func transposed() throws -> [ONNXTensor] {
    let value = try operand(0)
    let rank = value.shape.count
    let order = node.integers("perm") ?? Array((0..<rank).reversed())
    guard order.sorted() == Array(0..<rank) else { throw NodeFailure("\(order) is no order of \(rank) axes") }
    return [value.transposed(order)]
  }

  func expanded() throws -> [ONNXTensor] {
    let value = try operand(0)
    guard let asked = try integers(1), let shape = Shape.broadcast(value.shape, asked) else {
      throw NodeFailure("\(Tensor.describe(shape: value.shape)) does not stretch to the shape that it names")
    }
    try checked(shape)
    return [value.selecting(Shape.stretch(value.shape, to: shape), shape: shape)]
  }

  func tiled() throws -> [ONNXTensor] {
    let value = try operand(0)
    guard let repeats = try integers(1), repeats.count == value.shape.count, Shape.count(repeats) != nil else {
      throw NodeFailure("its repeats do not fit \(Tensor.describe(shape: value.shape))")
    }
    let shape = try checked(zip(value.shape, repeats).map(*))
    return [
      value.choosing(shape.indices.map { axis in (0..<shape[axis]).map { $0 % value.shape[axis] } })
    ]
  }

  func sliced() throws -> [ONNXTensor] {
    let value = try operand(0)
    guard let starts = try integers(1), let ends = try integers(2) else {
      throw NodeFailure("its starts or ends are missing")
    }
    let axes = try integers(3) ?? Array(starts.indices)
    let steps = try integers(4) ?? starts.map { _ in 1 }
    guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count else {
      throw NodeFailure("its starts, ends, axes and steps differ in their number")
    }
    var chosen = value.shape.map { Array(0..<$0) }
    for (index, given) in axes.enumerated() {
      let axis = try Shape.axis(given, rank: value.shape.count)
      let (size, step) = (value.shape[axis], steps[index])
      guard step != 0, step != .min else { throw NodeFailure("a step of \(step)") }
      func place(_ number: Int, _ limits: ClosedRange<Int>) -> Int {
        min(max(number < 0 ? max(number, -size - 1) + size : number, limits.lowerBound), limits.upperBound)
      }
      let limits = step > 0 ? 0...size : -1...max(size - 1, -1)
      let start = place(starts[index], step > 0 ? limits : 0...max(size - 1, 0))
      let end = place(ends[index], limits)
      chosen[axis] =
        size == 0 ? [] : Array(stride(from: start, to: end, by: step > 0 ? min(step, size) : max(step, -size)))
    }
    return [value.choosing(chosen)]
  }

  func split() throws -> [ONNXTensor] {
    let value = try operand(0)
    let axis = try axis(default: 0, rank: value.shape.count)
    let count = node.proto.output.count
    let size = value.shape[axis]
    // Without sizes, the parts are equal; only the last may be smaller.
    let part = count == 0 ? 0 : (size + count - 1) / count
    let sizes = try integers(1) ?? (0..<count).map { min(part, max(size - $0 * part, 0)) }
    guard sizes.count == count, sizes.allSatisfy((0...size).contains), sizes.reduce(0, +) == size else {
      throw NodeFailure("parts of \(sizes) do not make up \(size) along axis \(axis)")
    }
    var end = 0
    return sizes.map { size in
      end += size
      var chosen = value.shape.map { Array(0..<$0) }
      chosen[axis] = Array(end - size..<end)
      return value.choosing(chosen)
    }
  }

  func gathered() throws -> [ONNXTensor] {
    let (value, indices) = (try operand(0), try operand(1))
    let axis = try axis(default: 0, rank: value.shape.count)
    let places = try indices.integers().map { try place($0, size: value.shape[axis]) }
    var chosen = value.shape.map { Array(0..<$0) }
    chosen[axis] = places
    try checked(chosen.map(\.count))
    return [value.choosing(chosen).reshaped(Array(value.shape[..<axis] + indices.shape + value.shape[(axis + 1)...]))]
  }

  func place(_ index: Int, size: Int) throws -> Int {
    guard (-size..<size).contains(index) else { throw NodeFailure("there is no element \(index) among \(size)") }
    return index < 0 ? index + size : index
  }

  /// For each position of the indices, the element whose coordinate along the axis the index replaces.
  func gatheredElements() throws -> [ONNXTensor] {
    let (value, indices) = (try operand(0), try operand(1))
    let axis = try axis(default: 0, rank: value.shape.count)
    guard indices.shape.count == value.shape.count,
      indices.shape.indices.allSatisfy({ $0 == axis || indices.shape[$0] <= value.shape[$0] })
    else { throw NodeFailure("indices of \(Tensor.describe(shape: indices.shape)) do not fit") }
    var strides = Shape.strides(value.shape)
    let along = strides[axis]
    strides[axis] = 0
    let offsets = Shape.offsets(indices.shape, strides: strides)
    let elements = try zip(offsets, try indices.integers()).map { try $0 + place($1, size: value.shape[axis]) * along }
    return [value.selecting(elements, shape: indices.shape)]
  }

  /// Where the slices are that the rows of `indices` name, and how many elements each has.
  private func slices(_ shape: [Int], _ indices: ONNXTensor, batch: Int = 0) throws -> (starts: [Int], size: Int) {
    guard let depth = indices.shape.last, depth > 0, (0..<min(shape.count, indices.shape.count)).contains(batch),
      batch + depth <= shape.count, Array(indices.shape[..<batch]) == Array(shape[..<batch])
    else { throw NodeFailure("indices of \(Tensor.describe(shape: indices.shape)) do not fit") }
    let strides = Shape.strides(shape)
    let numbers = try indices.integers()
    let perBatch = max(indices.shape[batch...].dropLast().reduce(1, *), 1)
    let starts = try (0..<numbers.count / depth).map { row in
      try (0..<depth).reduce(row / perBatch * (batch == 0 ? 0 : strides[batch - 1])) { start, axis in
        try start + place(numbers[row * depth + axis], size: shape[batch + axis]) * strides[batch + axis]
      }
    }
    return (starts, shape[(batch + depth)...].reduce(1, *))
  }

  func gatheredSlices() throws -> [ONNXTensor] {
    let (value, indices) = (try operand(0), try operand(1))
    let batch = node.integer("batch_dims", default: 0)
    let (starts, size) = try slices(value.shape, indices, batch: batch)
    let shape = try checked(indices.shape.dropLast() + value.shape[(batch + indices.shape[indices.shape.count - 1])...])
    return [value.selecting(starts.flatMap { $0..<$0 + size }, shape: shape)]
  }

  func scatteredSlices() throws -> [ONNXTensor] {
    guard node.text("reduction") ?? "none" == "none" else { throw NodeFailure("a reduction is not supported") }
    var value = try operand(0)
    let (indices, updates) = (try operand(1), try operand(2))
    let (starts, size) = try slices(value.shape, indices)
    guard updates.elements.count == starts.count * size else {
      throw NodeFailure("updates of \(Tensor.describe(shape: updates.shape)) do not fit")
    }
    for (row, start) in starts.enumerated() {
      for element in 0..<size { value.elements[start + element] = updates.elements[row * size + element] }
    }
    return [value]
  }

  func concatenated() throws -> [ONNXTensor] {
    let parts = try all()
    let rank = parts[0].shape.count
    let axis = try axis(default: 1, rank: rank)
    var shape = parts[0].shape
    shape[axis] = 0
    for part in parts {
      guard part.shape.count == rank, part.shape.indices.allSatisfy({ $0 == axis || part.shape[$0] == shape[$0] })
      else { throw NodeFailure("the shapes of its inputs do not fit") }
      shape[axis] += part.shape[axis]
    }
    try checked(shape)
    let inner = shape[(axis + 1)...].reduce(1, *)
    var elements: [Double] = []
    elements.reserveCapacity(shape.reduce(1, *))
    for outer in 0..<shape[..<axis].reduce(1, *) {
      for part in parts {
        let size = part.shape[axis] * inner
        elements += part.elements[outer * size..<(outer + 1) * size]
      }
    }
    return [ONNXTensor(shape: shape, elements: elements, type: parts[0].type)]
  }

  func chosen() throws -> [ONNXTensor] {
    let (condition, first, second) = (try operand(0), try operand(1), try operand(2))
    guard let both = Shape.broadcast(first.shape, second.shape), let shape = Shape.broadcast(both, condition.shape)
    else { throw NodeFailure("the shapes of its inputs do not fit") }
    try checked(shape)
    let places = [condition, first, second].map { Shape.stretch($0.shape, to: shape) }
    let elements = places[0].indices.map { index in
      condition.elements[places[0][index]] != 0
        ? first.elements[places[1][index]] : second.elements[places[2][index]]
    }
    return [ONNXTensor(shape: shape, elements: elements, type: first.type)]
  }
}

extension ONNXTensor {
  /// The axes in a new order: axis k of the result is axis `order[k]` of this tensor.
  func transposed(_ order: [Int]) -> ONNXTensor {
    let strides = Shape.strides(shape)
    let turned = order.map { shape[$0] }
    return selecting(Shape.offsets(turned, strides: order.map { strides[$0] }), shape: turned)
  }

  /// Along each axis the elements `chosen[axis]`, as often as they are named.
  func choosing(_ chosen: [[Int]]) -> ONNXTensor {
    var offsets = [0]
    for (stride, places) in zip(Shape.strides(shape), chosen).reversed() {
      let inner = offsets
      offsets = []
      offsets.reserveCapacity(inner.count * places.count)
      for place in places { for offset in inner { offsets.append(place * stride + offset) } }
    }
    return selecting(offsets, shape: chosen.map(\.count))
  }
}
