/// Arithmetic of tensor shapes: sizes in row-major order.
enum Shape {
  /// Results with more elements than this are refused.
  static let elementLimit = 1 << 24

  /// The number of elements, or nil when it is more than `limit`.
  static func count(_ shape: [Int], limit: Int = elementLimit) -> Int? {
    guard shape.allSatisfy({ $0 >= 0 }) else { return nil }
    var count = 1
    for size in shape where size != 0 {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, product <= limit else { return nil }
      count = product
    }
    return shape.contains(0) ? 0 : count
  }

  /// How many elements apart neighbours along each axis are.
  static func strides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    return strides
  }

  /// The shape to which two shapes stretch, by NumPy's rules; nil when they do not fit.
  static func broadcast(_ first: [Int], _ second: [Int]) -> [Int]? {
    let rank = max(first.count, second.count)
    var result: [Int] = []
    for axis in 0..<rank {
      let one = axis < rank - first.count ? 1 : first[axis - (rank - first.count)]
      let other = axis < rank - second.count ? 1 : second[axis - (rank - second.count)]
      guard one == other || one == 1 || other == 1 else { return nil }
      result.append(one == 1 ? other : one)
    }
    return result
  }

  /// For each element of `shape`, the offset that strides give it from `start` on; strides may belong to another tensor.
  static func offsets(_ shape: [Int], strides: [Int], from start: Int = 0) -> [Int] {
    guard !shape.contains(0) else { return [] }
    var offsets = [start]
    for (size, stride) in zip(shape, strides).reversed() where size > 1 {
      let inner = offsets
      offsets.reserveCapacity(inner.count * size)
      for index in 1..<size { for offset in inner { offsets.append(offset + index * stride) } }
    }
    return offsets
  }

  /// For each element of `target`, the element of a tensor of shape `source` that stretches to it.
  static func stretch(_ source: [Int], to target: [Int]) -> [Int] {
    offsets(target, strides: stretchedStrides(source, to: target))
  }

  /// For each axis of `target`, how many elements apart neighbours of a tensor of shape `source` that stretches to it are.
  static func stretchedStrides(_ source: [Int], to target: [Int]) -> [Int] {
    let missing = target.count - source.count
    let own = strides(source)
    return target.indices.map { $0 < missing || source[$0 - missing] == 1 ? 0 : own[$0 - missing] }
  }

  /// A non-negative axis for one that may count from the end.
  ///
  /// - Throws: `NodeFailure` when there is none.
  static func axis(_ axis: Int, rank: Int) throws -> Int {
    guard (-rank..<rank).contains(axis) else { throw NodeFailure("there is no axis \(axis) among \(rank)") }
    return axis < 0 ? axis + rank : axis
  }
}
