import Tensors

/// Products with batches, by BLAS for dense layers.
extension Layer {
  /// W x + b for every row of a batch.
  ///
  /// - Parameter batch: [batch, inputs], contiguous.
  /// - Returns: [batch, outputs].
  package func apply(batch: Tensor) throws -> Tensor {
    let rows = batch.shape[0]
    let target = try Tensor.uninitialized([rows, outputCount], for: "network")
    defer { withExtendedLifetime((self, batch)) {} }
    guard rows > 0 else { return target }
    guard case .dense = connections else {
      for row in 0..<rows { kernel.apply(batch.base + row * inputCount, target.base + row * outputCount) }
      return target
    }
    let (start, biases, count) = (target.base, bias.base, outputCount)
    for row in 0..<rows { (start + row * count).initialize(from: biases, count: count) }
    try BLAS.matrixMultiply(
      rows: rows, columns: outputCount, inner: inputCount, a: batch.base, leadingA: inputCount, b: weight.base,
      leadingB: inputCount, transposeB: true, beta: 1, c: target.base, leadingC: outputCount)
    return target
  }

  /// The gradient with respect to the layer's inputs, [batch, inputs], of that with respect to its preactivations.
  ///
  /// - Parameter delta: [batch, outputs], contiguous.
  package func multiplyTransposed(batch delta: Tensor) throws -> Tensor {
    let rows = delta.shape[0]
    let result = try Tensor.uninitialized([rows, inputCount], for: "network")
    defer { withExtendedLifetime((self, delta)) {} }
    guard rows > 0 else { return result }
    guard case .dense = connections else {
      for row in 0..<rows {
        kernel.multiplyTransposed(delta.base + row * outputCount, into: result.base + row * inputCount)
      }
      return result
    }
    try BLAS.matrixMultiply(
      rows: rows, columns: inputCount, inner: outputCount, a: delta.base, leadingA: outputCount, b: weight.base,
      leadingB: inputCount, c: result.base, leadingC: inputCount)
    return result
  }

  /// Σ_n numbers[n] · W_ni for every input i.
  package func multiplyTransposed(_ numbers: [Double]) -> [Double] {
    defer { withExtendedLifetime(self) {} }
    return [Double](unsafeUninitializedCapacity: inputCount) { result, count in
      numbers.withUnsafeBufferPointer { numbers in
        if let source = numbers.baseAddress, let target = result.baseAddress {
          kernel.multiplyTransposed(source, into: target)
        }
      }
      count = inputCount
    }
  }

  /// The gradient with respect to the layer's parameters.
  ///
  /// - Parameters:
  ///   - delta: that with respect to its preactivations, [batch, outputs], contiguous.
  ///   - input: what came in, [batch, inputs], contiguous.
  package func gradient(delta: Tensor, input: Tensor) throws -> LayerGradient {
    let rows = delta.shape[0]
    let gradient = LayerGradient(weight: Tensor.zeros(weight.shape), bias: Tensor.zeros(bias.shape))
    guard rows > 0 else { return gradient }
    defer { withExtendedLifetime((self, delta, input)) {} }
    if case .dense = connections {
      try BLAS.matrixMultiply(
        rows: outputCount, columns: inputCount, inner: rows, a: delta.base, leadingA: outputCount, transposeA: true,
        b: input.base, leadingB: inputCount, c: gradient.weight.base, leadingC: inputCount)
    } else {
      for row in 0..<rows {
        kernel.addGradient(
          delta.base + row * outputCount, input.base + row * inputCount, to: gradient.weight.base)
      }
    }
    let (sums, source, outputs, span) = (gradient.bias.base, delta.base, outputCount, biasSpan)
    for row in 0..<rows {
      if span == 1 {
        for j in 0..<outputs { sums[j] += source[row * outputs + j] }
      } else {
        for j in 0..<outputs { sums[j / span] += source[row * outputs + j] }
      }
    }
    return gradient
  }
}
