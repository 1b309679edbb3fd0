import CKernels
import Tensors

extension Layer {
  /// Writes W x + b to `target`; `source` holds `inputCount` numbers, `target` has room for `outputCount`.
  @inline(__always)
  package func apply(_ source: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Double>) {
    switch connections {
    case .dense: kernel_affine(weight.base, bias.base, source, target, outputCount, inputCount)
    case .sparse(let pattern):
      kernel_sparse_affine(pattern.starts, pattern.columns, weight.base, bias.base, source, target, outputCount)
    case .convolution(let convolution):
      fillBiases(target)
      kernel_convolution_forward(convolution.shape, weight.base, source, target)
    }
  }

  /// Overwrites `result`, of `inputCount` numbers, with Σ_n numbers[n] · W_ni.
  @inline(__always)
  package func multiplyTransposed(_ numbers: UnsafePointer<Double>?, into result: UnsafeMutablePointer<Double>?) {
    guard let numbers, let result else { return }
    switch connections {
    case .dense: kernel_affine_transposed(weight.base, numbers, result, outputCount, inputCount)
    case .sparse(let pattern):
      kernel_sparse_transposed(
        pattern.starts, pattern.columns, weight.base, numbers, result, outputCount, inputCount)
    case .convolution(let convolution):
      result.update(repeating: 0, count: inputCount)
      kernel_convolution_transposed(convolution.shape, weight.base, numbers, result)
    }
  }

  private func fillBiases(_ target: UnsafeMutablePointer<Double>) {
    guard biasSpan > 1 else { return target.update(from: bias.base, count: outputCount) }
    for place in 0..<bias.count { (target + place * biasSpan).update(repeating: bias.base[place], count: biasSpan) }
  }

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
      for row in 0..<rows { apply(batch.base + row * inputCount, target.base + row * outputCount) }
      return target
    }
    for row in 0..<rows { fillBiases(target.base + row * outputCount) }
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
      for row in 0..<rows { multiplyTransposed(delta.base + row * outputCount, into: result.base + row * inputCount) }
      return result
    }
    try BLAS.matrixMultiply(
      rows: rows, columns: inputCount, inner: outputCount, a: delta.base, leadingA: outputCount, b: weight.base,
      leadingB: inputCount, c: result.base, leadingC: inputCount)
    return result
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
    switch connections {
    case .dense:
      try BLAS.matrixMultiply(
        rows: outputCount, columns: inputCount, inner: rows, a: delta.base, leadingA: outputCount, transposeA: true,
        b: input.base, leadingB: inputCount, c: gradient.weight.base, leadingC: inputCount)
    case .sparse(let pattern):
      for row in 0..<rows {
        kernel_sparse_gradient(
          pattern.starts, pattern.columns, delta.base + row * outputCount, input.base + row * inputCount,
          gradient.weight.base, outputCount)
      }
    case .convolution(let convolution):
      for row in 0..<rows {
        kernel_convolution_gradient(
          convolution.shape, delta.base + row * outputCount, input.base + row * inputCount, gradient.weight.base)
      }
    }
    let (sums, source, outputs) = (gradient.bias.base, delta.base, outputCount)
    for row in 0..<rows {
      if biasSpan == 1 {
        for j in 0..<outputs { sums[j] += source[row * outputs + j] }
      } else {
        for j in 0..<outputs { sums[j / biasSpan] += source[row * outputs + j] }
      }
    }
    return gradient
  }
}
