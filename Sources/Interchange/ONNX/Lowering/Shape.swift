/// Arithmetic of tensor shapes for the lowering: sizes in row-major order.
enum Shape {
  /// The number of elements, or nil when it is more than `limit`.
  static func count(_ shape: [Int], limit: Int) -> Int? {
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow, product <= limit else { return nil }
      count = product
    }
    return count
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

  /// For each element of `shape`, the offset that strides give it; strides may belong to another tensor.
  static func offsets(_ shape: [Int], strides: [Int]) -> [Int] {
    var offsets = [0]
    for (size, stride) in zip(shape, strides) {
      offsets = offsets.flatMap { offset in (0..<size).map { offset + $0 * stride } }
    }
    return offsets
  }

  /// For each element of `target`, the element of a tensor of shape `source` that stretches to it.
  static func stretch(_ source: [Int], to target: [Int]) -> [Int] {
    let missing = target.count - source.count
    let own = strides(source)
    let stretched = target.indices.map { $0 < missing || source[$0 - missing] == 1 ? 0 : own[$0 - missing] }
    return offsets(target, strides: stretched)
  }

  /// A non-negative axis for one that may count from the end; nil when there is none.
  static func axis(_ axis: Int, rank: Int) -> Int? {
    let positive = axis < 0 ? axis + rank : axis
    return (0..<rank).contains(positive) ? positive : nil
  }
}
