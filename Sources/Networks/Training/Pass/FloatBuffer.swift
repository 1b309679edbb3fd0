import Tensors

/// Zeros in Float32 on a cache-line boundary, for the kernels, which need addresses that stay.
final class FloatBuffer {
  let base: UnsafeMutablePointer<Float>
  let count: Int
  private let memory: TensorStorage

  /// - Throws: `OutsideFailure` when the system, or the limit, has no memory for it.
  init(_ count: Int) throws {
    self.count = count
    memory = try TensorStorage(allocating: max(count, 16) / 2 + 1, zeroed: true)
    base = UnsafeMutableRawPointer(memory.base).bindMemory(to: Float.self, capacity: max(count, 16))
  }

  func copyContent(of other: FloatBuffer) { base.update(from: other.base, count: count) }

  /// Whether every number is finite.
  var isFinite: Bool {
    // A sum of zeros unless some number is infinite or NaN: 0 * infinity is NaN.
    var sum: Float = 0
    for k in 0..<count { sum += base[k] * 0 }
    return sum == 0
  }
}
