import Essentials

extension Tensor {
  /// The number of elements of `shape`.
  ///
  /// - Throws: `Misuse` when a size is negative or the product does not fit, sizes of 0 left aside: strides are products
  ///   too.
  public static func elementCount(of shape: [Int], for operation: String = "tensor") throws -> Int {
    var count = 1
    for size in shape {
      guard size >= 0 else { throw Misuse("\(operation): a size cannot be negative, got \(size)") }
      let (product, overflow) = count.multipliedReportingOverflow(by: max(size, 1))
      guard !overflow, product <= 1 << 48 else {
        throw Misuse("\(operation): the shape \(describe(shape: shape)) has too many elements")
      }
      count = product
    }
    return shape.contains(0) ? 0 : count
  }

  /// A contiguous tensor whose elements the caller fills at once.
  ///
  /// - Throws: `Misuse` for an impossible shape, `OutsideFailure` when there is no memory.
  public static func uninitialized(_ shape: [Int], for operation: String = "tensor") throws -> Tensor {
    let count = try elementCount(of: shape, for: operation)
    return Tensor(storage: try TensorStorage(allocating: count, zeroed: false), shape: shape)
  }

  /// The shape that `first` and `second` stretch to: sizes are matched from the last axis, and 1 fits everything.
  ///
  /// - Throws: `Misuse` when two sizes differ and neither is 1.
  public static func broadcastShape(_ first: [Int], _ second: [Int], for operation: String = "broadcast") throws
    -> [Int]
  {
    if first == second { return first }
    let rank = max(first.count, second.count)
    var shape = [Int](repeating: 1, count: rank)
    for axis in 0..<rank {
      let a = axis < rank - first.count ? 1 : first[axis - (rank - first.count)]
      let b = axis < rank - second.count ? 1 : second[axis - (rank - second.count)]
      guard a == b || a == 1 || b == 1 else {
        throw Misuse(
          "\(operation): shapes do not match: \(describe(shape: first)) and \(describe(shape: second))")
      }
      shape[axis] = a == 1 ? b : a
    }
    return shape
  }

  /// The strides with which this tensor is read as `shape`, 0 along the axes where it repeats.
  ///
  /// - Precondition: `shape` is one that this tensor's shape stretches to.
  func broadcastStrides(to shape: [Int]) -> [Int] {
    let missing = shape.count - self.shape.count
    return shape.indices.map { axis in
      axis < missing || (self.shape[axis - missing] == 1 && shape[axis] != 1) ? 0 : strides[axis - missing]
    }
  }

  /// `axis` from 0, where negative ones count from the end: -1 is the last.
  ///
  /// - Throws: `Misuse` when there is no such axis.
  public func resolve(axis: Int, for operation: String) throws -> Int {
    let resolved = axis < 0 ? axis + shape.count : axis
    guard shape.indices.contains(resolved) else {
      throw Misuse(
        "\(operation): no such axis in a tensor with \(shape.count) \(shape.count == 1 ? "axis" : "axes") "
          + "(shape \(Tensor.describe(shape: shape)))")
    }
    return resolved
  }

  /// The memory that this tensor's storage takes, shared or not, in bytes.
  public var byteCount: Int { storage.byteCount }
}
