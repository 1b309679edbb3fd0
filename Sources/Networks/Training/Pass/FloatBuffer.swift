/// Zero-initialised Float32 memory on a cache-line boundary, for the kernels, which need addresses that stay.
final class FloatBuffer {
  let base: UnsafeMutablePointer<Float>
  let count: Int
  private let memory: UnsafeMutableRawPointer

  init(_ count: Int) {
    self.count = count
    let bytes = max(count, 16) * MemoryLayout<Float>.stride
    memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    base = memory.initializeMemory(as: Float.self, repeating: 0, count: max(count, 16))
  }

  deinit { memory.deallocate() }

  func copyContent(of other: FloatBuffer) { base.update(from: other.base, count: count) }

  /// Whether every number is finite.
  var isFinite: Bool {
    // A sum of zeros unless some number is infinite or NaN: 0 * infinity is NaN.
    var sum: Float = 0
    for k in 0..<count { sum += base[k] * 0 }
    return sum == 0
  }
}
