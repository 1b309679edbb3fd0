import Essentials

extension Tensor: Equatable {
  /// Whether two tensors have the same shape and equal elements; NaN equals nothing.
  public static func == (first: Tensor, second: Tensor) -> Bool {
    guard first.shape == second.shape else { return false }
    var equal = true
    ElementLoop.run(first.shape, [first.strides, second.strides]) { count, offsets, steps in
      guard equal else { return }
      let (a, b) = (first.base + offsets[0], second.base + offsets[1])
      for index in 0..<count where a[index * steps[0]] != b[index * steps[1]] {
        equal = false
        return
      }
    }
    return equal
  }

  /// Whether all elements, after stretching, satisfy |first - second| <= absolute + relative |second|; equal infinities
  /// do, NaN never does. The default tolerances are NumPy's.
  ///
  /// - Throws: `Misuse` when the shapes do not match.
  public func isClose(to other: Tensor, relative: Double = 1e-5, absolute: Double = 1e-8) throws -> Bool {
    let shape = try Tensor.broadcastShape(self.shape, other.shape, for: "allclose")
    var close = true
    let strides = [broadcastStrides(to: shape), other.broadcastStrides(to: shape)]
    ElementLoop.run(shape, strides) { count, offsets, steps in
      guard close else { return }
      let (a, b) = (base + offsets[0], other.base + offsets[1])
      for index in 0..<count {
        let (x, y) = (a[index * steps[0]], b[index * steps[1]])
        guard x == y || (abs(x - y) <= absolute + relative * abs(y) && y.isFinite) else {
          close = false
          return
        }
      }
    }
    return close
  }
}
