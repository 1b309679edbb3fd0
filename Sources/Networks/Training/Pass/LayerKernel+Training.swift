import CKernels

/// Products with parameters in Float32 that lie elsewhere than the layer's own, for layers that are not dense: those of
/// dense ones are products of matrices, for a whole batch.
extension LayerKernel {
  /// Writes W x + b to `target`.
  func apply(
    _ weight: UnsafePointer<Float>, _ bias: UnsafePointer<Float>, _ source: UnsafePointer<Float>,
    _ target: UnsafeMutablePointer<Float>
  ) {
    switch kind {
    case .dense: preconditionFailure("a dense layer's product is one of matrices")
    case .sparse(let starts, let columns):
      kernel_sparse_affine_float(starts, columns, weight, bias, source, target, outputCount)
    case .convolution(let shape):
      fill(target, with: bias)
      kernel_convolution_forward_float(shape, weight, source, target)
    }
  }

  /// Overwrites `result`, of `inputCount` numbers, with Σ_n numbers[n] · W_ni.
  func multiplyTransposed(
    _ weight: UnsafePointer<Float>, _ numbers: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>
  ) {
    switch kind {
    case .dense: preconditionFailure("a dense layer's product is one of matrices")
    case .sparse(let starts, let columns):
      kernel_sparse_transposed_float(starts, columns, weight, numbers, result, outputCount, inputCount)
    case .convolution(let shape):
      result.update(repeating: 0, count: inputCount)
      kernel_convolution_transposed_float(shape, weight, numbers, result)
    }
  }

  /// Adds the gradient of Σ_n delta[n] · z_n with respect to the weights, at one input, to `gradient`.
  func addGradient(
    _ delta: UnsafePointer<Float>, _ input: UnsafePointer<Float>, to gradient: UnsafeMutablePointer<Float>
  ) {
    switch kind {
    case .dense: preconditionFailure("a dense layer's gradient is a product of matrices")
    case .sparse(let starts, let columns):
      kernel_sparse_gradient_float(starts, columns, delta, input, gradient, outputCount)
    case .convolution(let shape): kernel_convolution_gradient_float(shape, delta, input, gradient)
    }
  }
}
