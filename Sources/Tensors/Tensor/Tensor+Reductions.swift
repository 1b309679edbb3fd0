import CKernels
import Essentials

extension Tensor {
  /// The reduction of all elements.
  ///
  /// - Throws: `Misuse` for the mean, the maximum or the minimum of no elements.
  public func reduce(_ reduction: Reduction) throws -> Double {
    guard count > 0 else {
      guard reduction.hasValueOfNothing else { throw Misuse("\(reduction.rawValue): the tensor has no elements") }
      return 0
    }
    let source = inMemoryOrder().tensor
    return withExtendedLifetime(source) {
      func kernel(_ code: Int) -> Double { tensor_reduce(Int32(code), count, source.base) }
      switch reduction {
      case .sum: return kernel(Int(tensor_sum))
      case .mean: return kernel(Int(tensor_sum)) / Double(count)
      case .maximum: return kernel(Int(tensor_reduce_maximum))
      case .minimum: return kernel(Int(tensor_reduce_minimum))
      case .norm1: return kernel(Int(tensor_sum_absolute))
      case .normInfinity: return kernel(Int(tensor_reduce_maximum_absolute))
      case .norm2:
        let squares = kernel(Int(tensor_sum_squares))
        if Tensor.isSafe(sumOfSquares: squares) { return squares.squareRoot() }
        let largest = kernel(Int(tensor_reduce_maximum_absolute))
        guard largest > 0, largest.isFinite else { return largest }
        var scaled = 0.0
        for index in 0..<count {
          let part = source.base[index] / largest
          scaled += part * part
        }
        return largest * scaled.squareRoot()
      }
    }
  }

  /// The reduction along one axis, which vanishes, or stays with size 1 if `keep`.
  ///
  /// - Throws: `Misuse` when there is no such axis, or for the mean, maximum or minimum of no elements.
  public func reduce(_ reduction: Reduction, axis: Int, keep: Bool = false) throws -> Tensor {
    let axis = try resolve(axis: axis, for: reduction.rawValue)
    guard shape[axis] > 0 || reduction.hasValueOfNothing else {
      throw Misuse("\(reduction.rawValue): the axis has no elements (shape \(Tensor.describe(shape: shape)))")
    }
    let result: Tensor
    switch reduction {
    case .sum: result = try reduceRows(Int(tensor_sum), axis)
    case .mean:
      result = try reduceRows(Int(tensor_sum), axis)
      result.update(.divide, Double(shape[axis]))
    case .maximum: result = try reduceRows(Int(tensor_reduce_maximum), axis)
    case .minimum: result = try reduceRows(Int(tensor_reduce_minimum), axis)
    case .norm1: result = try reduceRows(Int(tensor_sum_absolute), axis)
    case .normInfinity: result = try reduceRows(Int(tensor_reduce_maximum_absolute), axis)
    case .norm2: result = try norm2(axis)
    }
    return keep ? try result.unsqueezed(axis: axis) : result
  }

  /// The place (from 0, in row-major order) of the first greatest element; a NaN counts as greatest.
  ///
  /// - Throws: `Misuse` when there are no elements.
  public func argumentOfMaximum() throws -> Int { try argument(least: false) }

  /// The place (from 0, in row-major order) of the first least element; a NaN counts as least.
  ///
  /// - Throws: `Misuse` when there are no elements.
  public func argumentOfMinimum() throws -> Int { try argument(least: true) }

  /// The places (from 0) of the first greatest elements along an axis.
  ///
  /// - Throws: `Misuse` when there is no such axis or it has no elements.
  public func argumentOfMaximum(axis: Int, keep: Bool = false) throws -> Tensor {
    try argument(least: false, axis: axis, keep: keep)
  }

  /// The places (from 0) of the first least elements along an axis.
  ///
  /// - Throws: `Misuse` when there is no such axis or it has no elements.
  public func argumentOfMinimum(axis: Int, keep: Bool = false) throws -> Tensor {
    try argument(least: true, axis: axis, keep: keep)
  }
}

extension Tensor {
  /// The same elements without gaps, the axes in whatever order they have in memory, if that needs no copy; else a
  /// contiguous copy. `order[i]` is the axis of this tensor that is axis i of the answer.
  private func inMemoryOrder() -> (tensor: Tensor, order: [Int]) {
    let order = Array(shape.indices)
    if isContiguous { return (self, order) }
    let sorted = order.sorted { (strides[$0], $1) > (strides[$1], $0) }
    let view = Tensor(
      storage: storage, offset: offset, shape: sorted.map { shape[$0] }, strides: sorted.map { strides[$0] })
    return view.isContiguous ? (view, sorted) : (copy(), order)
  }

  /// Cuts the elements at an axis and reduces: `body` gets the first of `rows` x `columns` numbers, which are reduced
  /// to `columns` numbers at the second address.
  private func alongRows(
    _ axis: Int, _ body: (_ rows: Int, _ columns: Int, UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void
  ) throws -> Tensor {
    let (source, order) = inMemoryOrder()
    let place = order.firstIndex(of: axis) ?? axis
    let rows = shape[axis]
    let columns = source.shape[(place + 1)...].reduce(1, *)
    let kept = order.filter { $0 != axis }
    let result = try Tensor.uninitialized(kept.map { shape[$0] })
    guard rows > 0 else {
      result.fill(0)
      return Tensor(storage: result.storage, shape: shape.indices.filter { $0 != axis }.map { shape[$0] })
    }
    withExtendedLifetime(source) {
      for outer in 0..<(columns == 0 ? 0 : result.count / columns) {
        body(rows, columns, source.base + outer * rows * columns, result.base + outer * columns)
      }
    }
    // Back to the order of the axes here.
    let wanted = shape.indices.filter { $0 != axis }.map { wanted in kept.firstIndex(of: wanted) ?? 0 }
    return try result.permuted(wanted).contiguous()
  }

  private func reduceRows(_ code: Int, _ axis: Int) throws -> Tensor {
    try alongRows(axis) { rows, columns, source, result in
      if columns == 1 {
        result.pointee = tensor_reduce(Int32(code), rows, source)
      } else {
        tensor_reduce_rows(Int32(code), rows, columns, source, columns, result)
      }
    }
  }

  private static func isSafe(sumOfSquares: Double) -> Bool {
    sumOfSquares == 0 ? false : sumOfSquares > 1e-280 && sumOfSquares < .infinity
  }

  private func norm2(_ axis: Int) throws -> Tensor {
    let squares = try reduceRows(Int(tensor_sum_squares), axis)
    let isSafe = (0..<squares.count).allSatisfy { Tensor.isSafe(sumOfSquares: squares.base[$0]) }
    if isSafe || shape[axis] == 0 {
      squares.update(.squareRoot)
      return squares
    }
    // Squares that overflow or vanish: divide by the greatest first.
    let largest = try reduceRows(Int(tensor_reduce_maximum_absolute), axis)
    let divisor = try largest.map { $0 > 0 && $0.isFinite ? $0 : 1 }
    let scaled = try Tensor.apply(.divide, self, try divisor.unsqueezed(axis: axis))
    let result = try scaled.reduceRows(Int(tensor_sum_squares), axis)
    result.update(.squareRoot)
    try result.update(.multiply, divisor)
    return result
  }

  private func argument(least: Bool) throws -> Int {
    guard count > 0 else { throw Misuse("\(least ? "argmin" : "argmax"): the tensor has no elements") }
    let source = contiguous()
    return withExtendedLifetime(source) {
      least ? tensor_argmin(count, source.base) : tensor_argmax(count, source.base)
    }
  }

  private func argument(least: Bool, axis: Int, keep: Bool) throws -> Tensor {
    let name = least ? "argmin" : "argmax"
    let axis = try resolve(axis: axis, for: name)
    guard shape[axis] > 0 else { throw Misuse("\(name): the axis has no elements") }
    let best = try Tensor.uninitialized([max(1, count / shape[axis])])
    let result = try alongRows(axis) { rows, columns, source, result in
      if columns == 1 {
        result.pointee = Double(least ? tensor_argmin(rows, source) : tensor_argmax(rows, source))
      } else {
        tensor_argmax_rows(least ? 1 : 0, rows, columns, source, columns, best.base, result)
      }
    }
    return keep ? try result.unsqueezed(axis: axis) : result
  }
}
