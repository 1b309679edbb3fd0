import Essentials

// Products through OpenBLAS.
extension Tensor {
  /// The matrix product. Vectors count as a row on the left and as a column on the right, and their axis vanishes from
  /// the result; axes before the last two are batches that stretch to each other.
  ///
  /// - Throws: `Misuse` when the inner sizes differ, the batches do not match or an operand is a scalar;
  ///   `OutsideFailure` when OpenBLAS is missing.
  public static func matrixProduct(_ first: Tensor, _ second: Tensor) throws -> Tensor {
    guard !first.shape.isEmpty, !second.shape.isEmpty else {
      throw Misuse("matmul: expected vectors or matrices, got a scalar")
    }
    var left = first.shape.count == 1 ? try first.unsqueezed(axis: 0) : first
    let right = second.shape.count == 1 ? try second.unsqueezed(axis: 1) : second
    let inner = left.shape[left.shape.count - 1]
    guard inner == right.shape[right.shape.count - 2] else {
      throw Misuse(
        "matmul: inner sizes differ: \(describe(shape: first.shape)) times \(describe(shape: second.shape))")
    }
    let batches = try broadcastShape(Array(left.shape.dropLast(2)), Array(right.shape.dropLast(2)), for: "matmul")
    let columns = right.shape[right.shape.count - 1]
    var shape = batches + [left.shape[left.shape.count - 2], columns]
    let result = try uninitialized(shape, for: "matmul")
    // Many matrices times the same one are one tall matrix.
    if right.shape.count == 2, left.shape.count > 2 { left = try left.reshaped([-1, max(inner, 1)]) }
    try multiply(left, right, into: right.shape.count == 2 ? try result.reshaped([-1, max(columns, 1)]) : result)
    if second.shape.count == 1 { shape.removeLast() }
    if first.shape.count == 1 { shape.remove(at: shape.count - (second.shape.count == 1 ? 1 : 2)) }
    return try result.reshaped(shape)
  }

  /// The sum of the products of the elements of two vectors.
  ///
  /// - Throws: `Misuse` unless both are vectors of the same size; `OutsideFailure` when OpenBLAS is missing.
  public static func dot(_ first: Tensor, _ second: Tensor) throws -> Double {
    guard first.shape.count == 1, first.shape == second.shape else {
      throw Misuse(
        "dot: expected two vectors of the same size, got \(describe(shape: first.shape)) and "
          + describe(shape: second.shape))
    }
    guard first.count > 0 else { return 0 }
    let (a, b) = (first.strides[0] > 0 ? first : first.copy(), second.strides[0] > 0 ? second : second.copy())
    try requireFitting(first.count, first.count == 1 ? 1 : a.strides[0], first.count == 1 ? 1 : b.strides[0])
    return try withExtendedLifetime((a, b)) {
      try BLAS.dot(count: a.count, x: a.base, strideX: a.strides[0], y: b.base, strideY: b.strides[0])
    }
  }

  /// The matrix of the products of every element of the first vector with every element of the second.
  ///
  /// - Throws: `Misuse` unless both are vectors.
  public static func outer(_ first: Tensor, _ second: Tensor) throws -> Tensor {
    guard first.shape.count == 1, second.shape.count == 1 else {
      throw Misuse(
        "outer: expected two vectors, got \(describe(shape: first.shape)) and \(describe(shape: second.shape))")
    }
    return try apply(.multiply, try first.unsqueezed(axis: 1), second)
  }

  /// result = left right, batch by batch; the batch axes of the result are those that both stretch to.
  private static func multiply(_ left: Tensor, _ right: Tensor, into result: Tensor) throws {
    guard result.count > 0 else { return }
    let (rows, columns) = (result.shape[result.shape.count - 2], result.shape[result.shape.count - 1])
    let inner = left.shape[left.shape.count - 1]
    guard inner > 0 else { return result.fill(0) }
    let (a, b) = (Operand(left), Operand(right))
    try requireFitting(rows, columns, inner, a.leading, b.leading)
    let batches = Array(result.shape.dropLast(2))
    let strides = [a.tensor, b.tensor].map { operand in
      Array(operand.broadcastStrides(to: batches + operand.shape.suffix(2)).dropLast(2))
    }
    var failure: (any Error)?
    ElementLoop.run(batches, strides + [Array(result.strides.dropLast(2))]) { count, offsets, steps in
      for index in 0..<count where failure == nil {
        let x = a.tensor.base + offsets[0] + index * steps[0]
        let y = b.tensor.base + offsets[1] + index * steps[1]
        let target = result.base + offsets[2] + index * steps[2]
        do {
          if columns == 1, b.isPlain, b.leading == 1 || inner == 1 {
            try BLAS.matrixVector(
              rows: a.isPlain ? rows : inner, columns: a.isPlain ? inner : rows, a: x, leadingA: a.leading,
              transpose: !a.isPlain, x: y, y: target)
          } else if rows == 1, a.isPlain {
            try BLAS.matrixVector(
              rows: b.isPlain ? inner : columns, columns: b.isPlain ? columns : inner, a: y, leadingA: b.leading,
              transpose: b.isPlain, x: x, y: target)
          } else {
            try BLAS.matrixMultiply(
              rows: rows, columns: columns, inner: inner, a: x, leadingA: a.leading, transposeA: !a.isPlain, b: y,
              leadingB: b.leading, transposeB: !b.isPlain, c: target, leadingC: columns)
          }
        } catch { failure = error }
      }
    }
    if let failure { throw failure }
  }

  /// A matrix as BLAS wants it: stored by rows, or by columns, with a distance between them.
  private struct Operand {
    let tensor: Tensor
    let isPlain: Bool
    let leading: Int

    init(_ tensor: Tensor) {
      let (rows, columns) = (tensor.shape[tensor.shape.count - 2], tensor.shape[tensor.shape.count - 1])
      let (down, across) = (tensor.strides[tensor.strides.count - 2], tensor.strides[tensor.strides.count - 1])
      if across == 1 || columns == 1, down >= max(columns, 1) || rows == 1 {
        (self.tensor, isPlain, leading) = (tensor, true, max(rows == 1 ? 0 : down, columns, 1))
      } else if down == 1 || rows == 1, across >= max(rows, 1) || columns == 1 {
        (self.tensor, isPlain, leading) = (tensor, false, max(columns == 1 ? 0 : across, rows, 1))
      } else {
        (self.tensor, isPlain, leading) = (tensor.copy(), true, max(columns, 1))
      }
    }
  }

  private static func requireFitting(_ sizes: Int...) throws {
    guard sizes.allSatisfy({ $0 <= Int(Int32.max) }) else {
      throw Misuse("matmul: a size or a distance between rows is above 2147483647, too large for BLAS")
    }
  }
}
