import Essentials
import Networks
import Tensors

extension ONNXLowering {
  /// The matrix product by NumPy's rules, one side of which must be constant.
  func matrixProduct(_ first: LoweredValue, _ second: LoweredValue, at index: Int) throws -> LoweredValue {
    guard first.isConstant || second.isConstant else {
      throw model.failure(at: index, "both factors depend on the network's input; that is not affine")
    }
    // Vectors are a row on the left and a column on the right, for as long as it takes.
    let left = first.shape.count == 1 ? first.reshaped([1] + first.shape) : first
    let right = second.shape.count == 1 ? second.reshaped(second.shape + [1]) : second
    guard left.shape.count >= 2, right.shape.count >= 2, let inner = left.shape.last,
      inner == right.shape[right.shape.count - 2],
      let batch = Shape.broadcast(Array(left.shape.dropLast(2)), Array(right.shape.dropLast(2)))
    else {
      throw model.failure(
        at: index,
        "the shapes \(Tensor.describe(shape: first.shape)) and \(Tensor.describe(shape: second.shape)) do not fit")
    }
    let (height, width) = (left.shape[left.shape.count - 2], right.shape[right.shape.count - 1])
    let full = batch + [height, width]
    let count = try elementCount(full, at: index)
    guard Shape.count([count, max(inner, 1)], limit: ONNXLowering.sparseLimit) != nil else {
      throw model.failure(at: index, "its matrix has more than \(ONNXLowering.sparseLimit) entries")
    }

    let leftBatches = Shape.stretch(Array(left.shape.dropLast(2)), to: batch)
    let rightBatches = Shape.stretch(Array(right.shape.dropLast(2)), to: batch)
    let (value, constants) = left.isConstant ? (right, left.constants) : (left, right.constants)
    var weights = SparseMatrix(columnCount: value.count)
    for (leftBatch, rightBatch) in zip(leftBatches, rightBatches) {
      for row in 0..<height {
        for column in 0..<width {
          for middle in 0..<inner {
            let leftElement = (leftBatch * height + row) * inner + middle
            let rightElement = (rightBatch * inner + middle) * width + column
            let (element, weight) =
              left.isConstant ? (rightElement, constants[leftElement]) : (leftElement, constants[rightElement])
            if weight != 0 { weights.append(element, weight) }
          }
          weights.endRow()
        }
      }
    }
    var shape = full
    if second.shape.count == 1 { shape.removeLast() }
    if first.shape.count == 1 { shape.remove(at: shape.count - (second.shape.count == 1 ? 1 : 2)) }
    return try apply(weights, to: value, shape: shape, at: index)
  }

  /// Gemm: alpha A' B' + beta C, with either of A and B transposed first.
  func generalProduct(_ node: Onnx_NodeProto, at index: Int) throws -> LoweredValue {
    func factor(_ position: Int, _ flag: String) throws -> LoweredValue {
      let value = try operand(position, of: index)
      guard value.shape.count == 2 else {
        throw model.failure(at: index, "expected a matrix, got \(Tensor.describe(shape: value.shape))")
      }
      return node.integer(flag, default: 0) == 0 ? value : transposed(value, [1, 0])
    }
    var result = try matrixProduct(try factor(0, "transA"), try factor(1, "transB"), at: index)
    let alpha = node.number("alpha", default: 1)
    if alpha != 1 { result = result.scaled(by: [Double](repeating: alpha, count: result.count)) }
    guard let offset = try optionalOperand(2, of: index) else { return result }
    guard Shape.broadcast(result.shape, offset.shape) == result.shape else {
      throw model.failure(at: index, "a C of shape \(Tensor.describe(shape: offset.shape)) does not fit")
    }
    let beta = node.number("beta", default: 1)
    return try sum(
      result, offset.scaled(by: [Double](repeating: beta, count: offset.count)), sign: 1, at: index)
  }

  /// The axes in a new order: axis k of the result is axis `order[k]` of `value`.
  func transposed(_ value: LoweredValue, _ order: [Int]) -> LoweredValue {
    let strides = Shape.strides(value.shape)
    let shape = order.map { value.shape[$0] }
    return value.selecting(Shape.offsets(shape, strides: order.map { strides[$0] }), shape: shape)
  }
}
