import Essentials
import Tensors
import Testing

/// The plain way to look at tensors, for comparison: one element at a time, by indices.
enum Reference {
  /// Every index tuple of `shape` in row-major order.
  static func indices(_ shape: [Int]) -> [[Int]] {
    var result: [[Int]] = [[]]
    for size in shape { result = result.flatMap { start in (0..<size).map { start + [$0] } } }
    return result
  }

  /// The element of `tensor` at `index` of a shape that it is stretched to.
  static func element(_ tensor: Tensor, stretchedAt index: [Int]) throws -> Double {
    let tail = index.suffix(tensor.shape.count)
    return try tensor.element(zip(tail, tensor.shape).map { $1 == 1 ? 0 : $0 })
  }

  /// Tensors of the same shape and values in several layouts: contiguous, transposed, every other element, reversed,
  /// and a window of a larger tensor.
  static func layouts(_ shape: [Int], _ random: inout RandomSource) throws -> [Tensor] {
    let plain = try Tensor.uniform(shape, -2, 2, using: &random)
    var result = [plain]
    let reversedStorage = try plain.permuted(shape.indices.reversed()).copy()
    result.append(try reversedStorage.permuted(shape.indices.reversed()))
    for (index, axis) in shape.indices.enumerated() {
      var wide = shape
      wide[axis] = 2 * shape[axis] + 3
      let every = try Tensor.full(wide, 99).slice(axis: axis, start: 1, count: shape[axis], step: 2)
      try every.assign(plain)
      result.append(every)
      if index == 0 {
        let backwards = try Tensor.full(wide, 99).slice(
          axis: axis, start: shape[axis] + 1, count: shape[axis], step: -1)
        try backwards.assign(plain)
        result.append(backwards)
      }
    }
    return result
  }
}

/// Expects two numbers to agree to `tolerance`, relative to the larger and absolute below 1; NaN agrees with NaN.
func expectClose(
  _ actual: Double, _ expected: Double, _ tolerance: Double = 1e-13, _ comment: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let agrees =
    actual == expected || (actual.isNaN && expected.isNaN)
    || abs(actual - expected) <= tolerance * max(1, abs(expected))
  if !agrees { Issue.record("\(actual) instead of \(expected) \(comment())", sourceLocation: sourceLocation) }
}
