import CKernels
import Essentials

// New tensors, element by element.
extension Tensor {
  /// `first operation second`, both stretched to a common shape.
  ///
  /// - Throws: `Misuse` when the shapes do not match.
  public static func apply(_ operation: BinaryOperation, _ first: Tensor, _ second: Tensor) throws -> Tensor {
    let shape = try broadcastShape(first.shape, second.shape, for: operation.rawValue)
    let isAlike = first.shape == second.shape && first.strides == second.strides
    let result = isAlike ? try first.uninitializedAlike() : try uninitialized(shape, for: operation.rawValue)
    combine(operation, first, second, into: result)
    return result
  }

  /// `first operation second` with the same number for every element.
  public static func apply(_ operation: BinaryOperation, _ first: Tensor, _ second: Double) throws -> Tensor {
    let result = try first.uninitializedAlike()
    combine(operation, first, scalar(second), into: result)
    return result
  }

  /// `first operation second` with the same number for every element.
  public static func apply(_ operation: BinaryOperation, _ first: Double, _ second: Tensor) throws -> Tensor {
    let result = try second.uninitializedAlike()
    combine(operation, scalar(first), second, into: result)
    return result
  }

  /// The operation on every element.
  public func map(_ operation: UnaryOperation) throws -> Tensor {
    let result = try uninitializedAlike()
    transform(operation.code, into: result)
    return result
  }

  /// A new tensor of `body(element)`, called in row-major order.
  public func map(_ body: (Double) throws -> Double) throws -> Tensor {
    let source = contiguous()
    let result = try Tensor.uninitialized(shape)
    try withExtendedLifetime(source) {
      try StopRequest.forEach(below: count) { result.base[$0] = try body(source.base[$0]) }
    }
    return result
  }

  /// The elements limited to `lower ... upper`; NaN stays.
  ///
  /// - Throws: `Misuse` when `lower` is above `upper` or one of them is NaN.
  public func clamped(_ lower: Double, _ upper: Double) throws -> Tensor {
    let result = try uninitializedAlike()
    try clamp(lower, upper, into: result)
    return result
  }

  /// `first` where `condition` is not 0 and `second` where it is, all three stretched to a common shape.
  ///
  /// - Throws: `Misuse` when the shapes do not match.
  public static func choose(where condition: Tensor, _ first: Tensor, _ second: Tensor) throws -> Tensor {
    let shape = try broadcastShape(
      condition.shape, try broadcastShape(first.shape, second.shape, for: "where"), for: "where")
    let result = try uninitialized(shape, for: "where")
    let strides = [condition, first, second].map { $0.broadcastStrides(to: shape) } + [result.strides]
    ElementLoop.run(shape, strides) { count, offsets, steps in
      tensor_where(
        count, condition.base + offsets[0], steps[0], first.base + offsets[1], steps[1], second.base + offsets[2],
        steps[2], result.base + offsets[3], steps[3])
    }
    return result
  }

  /// Element by element, with stretching; throws `Misuse` when the shapes do not match.
  public static func + (first: Tensor, second: Tensor) throws -> Tensor { try apply(.add, first, second) }
  /// Element by element, with stretching; throws `Misuse` when the shapes do not match.
  public static func - (first: Tensor, second: Tensor) throws -> Tensor { try apply(.subtract, first, second) }
  /// Element by element, with stretching; throws `Misuse` when the shapes do not match.
  public static func * (first: Tensor, second: Tensor) throws -> Tensor { try apply(.multiply, first, second) }
  /// Element by element, with stretching; throws `Misuse` when the shapes do not match.
  public static func / (first: Tensor, second: Tensor) throws -> Tensor { try apply(.divide, first, second) }
}

// In place.
extension Tensor {
  /// Replaces every element by `element operation other`, with `other` stretched to this shape.
  ///
  /// - Throws: `Misuse` when the other tensor does not fit this shape.
  public func update(_ operation: BinaryOperation, _ other: Tensor) throws {
    try requireStretching(other, for: operation.rawValue)
    let other = other.separated(from: self)
    Tensor.combine(operation, self, other, into: self)
  }

  /// Replaces every element by `element operation other`.
  public func update(_ operation: BinaryOperation, _ other: Double) {
    Tensor.combine(operation, self, Tensor.scalar(other), into: self)
  }

  /// Replaces every element by the operation's result.
  public func update(_ operation: UnaryOperation) { transform(operation.code, into: self) }

  /// Limits every element to `lower ... upper`; NaN stays.
  ///
  /// - Throws: `Misuse` when `lower` is above `upper` or one of them is NaN.
  public func clamp(_ lower: Double, _ upper: Double) throws { try clamp(lower, upper, into: self) }

  /// Replaces every element by `value`.
  public func fill(_ value: Double) {
    ElementLoop.run(shape, [strides]) { count, offsets, steps in
      tensor_fill(count, value, base + offsets[0], steps[0])
    }
  }

  /// Replaces the elements by those of `source`, stretched to this shape. The two may share storage.
  ///
  /// - Throws: `Misuse` when the source does not fit this shape.
  public func assign(_ source: Tensor) throws {
    try requireStretching(source, for: "assign")
    source.separated(from: self).transform(Int32(tensor_copy), into: self)
  }
}

extension Tensor {
  static func scalar(_ value: Double) -> Tensor {
    let storage = TensorStorage(uninitialized: 1)
    storage.base.pointee = value
    return Tensor(storage: storage, shape: [])
  }

  /// Writes this tensor, stretched to the result's shape, through a unary kernel.
  func transform(_ code: Int32, into result: Tensor) {
    if fills(result) {
      tensor_unary(code, count, base, 1, result.base, 1)
      return
    }
    ElementLoop.run(result.shape, [broadcastStrides(to: result.shape), result.strides]) { count, offsets, steps in
      tensor_unary(code, count, base + offsets[0], steps[0], result.base + offsets[1], steps[1])
    }
  }

  private static func combine(_ operation: BinaryOperation, _ first: Tensor, _ second: Tensor, into result: Tensor) {
    let code = operation.code
    if first.count == 1 || first.fills(result), second.count == 1 || second.fills(result),
      first.count > 1 || result.hasNoGaps, second.count > 1 || result.hasNoGaps
    {
      tensor_binary(
        code, result.count, first.base, first.count == 1 ? 0 : 1, second.base, second.count == 1 ? 0 : 1, result.base,
        1)
      return
    }
    let shape = result.shape
    let strides = [first.broadcastStrides(to: shape), second.broadcastStrides(to: shape), result.strides]
    ElementLoop.run(shape, strides) { count, offsets, steps in
      tensor_binary(
        code, count, first.base + offsets[0], steps[0], second.base + offsets[1], steps[1], result.base + offsets[2],
        steps[2])
    }
  }

  /// Whether this has the result's shape and both lie in memory without gaps and in the same order.
  private func fills(_ result: Tensor) -> Bool {
    shape == result.shape && hasNoGaps && (isContiguous && result.isContiguous || strides == result.strides)
  }

  /// Whether the elements, in whatever order, fill memory from the first one on.
  private var hasNoGaps: Bool { isContiguous || isTransposition }

  /// Whether the axes in another order make a contiguous tensor.
  private var isTransposition: Bool {
    let order = shape.indices.filter { shape[$0] != 1 }.sorted { strides[$0] > strides[$1] }
    var expected = 1
    for axis in order.reversed() {
      guard strides[axis] == expected else { return false }
      expected *= shape[axis]
    }
    return true
  }

  /// A tensor of this shape for the caller to fill, whose elements lie in the same order as here where this one has no
  /// gaps: one pass through both is fastest.
  private func uninitializedAlike() throws -> Tensor {
    let result = try Tensor.uninitialized(shape)
    guard !isContiguous, isTransposition else { return result }
    return Tensor(storage: result.storage, offset: 0, shape: shape, strides: strides)
  }

  private func clamp(_ lower: Double, _ upper: Double, into result: Tensor) throws {
    guard lower <= upper else { throw Misuse("clamp: expected lower <= upper, got \(lower) and \(upper)") }
    if fills(result) { return tensor_clamp(count, base, 1, lower, upper, result.base, 1) }
    ElementLoop.run(shape, [strides, result.strides]) { count, offsets, steps in
      tensor_clamp(count, base + offsets[0], steps[0], lower, upper, result.base + offsets[1], steps[1])
    }
  }

  private func requireStretching(_ other: Tensor, for operation: String) throws {
    guard try Tensor.broadcastShape(shape, other.shape, for: operation) == shape else {
      throw Misuse(
        "\(operation): \(Tensor.describe(shape: other.shape)) does not fit into "
          + "\(Tensor.describe(shape: shape)), which is changed in place")
    }
  }

  /// This tensor, or a copy where writing to `target` would change elements that are still to be read.
  private func separated(from target: Tensor) -> Tensor {
    guard storage === target.storage, count > 0, target.count > 0 else { return self }
    if offset == target.offset, shape == target.shape, strides == target.strides { return self }
    return extent.overlaps(target.extent) ? copy() : self
  }

  /// The places in the storage from the first to the last element.
  private var extent: ClosedRange<Int> {
    var low = offset
    var high = offset
    for (size, stride) in zip(shape, strides) {
      if stride < 0 { low += (size - 1) * stride } else { high += (size - 1) * stride }
    }
    return low...high
  }
}
