import CKernels

/// Products of a convolution with parameters in Float32 that lie elsewhere than the layer's own.
extension LayerKernel {
  private var shape: UnsafePointer<Int> {
    guard case .convolution(let shape) = kind else { preconditionFailure("only convolutions are trained by example") }
    return shape
  }

  /// Writes W x + b to `target`.
  func apply(
    _ weight: UnsafePointer<Float>, _ bias: UnsafePointer<Float>, _ source: UnsafePointer<Float>,
    _ target: UnsafeMutablePointer<Float>
  ) {
    fill(target, with: bias)
    kernel_convolution_forward_float(shape, weight, source, target)
  }

  /// Overwrites `result`, of `inputCount` numbers, with Σ_n numbers[n] · W_ni.
  func multiplyTransposed(
    _ weight: UnsafePointer<Float>, _ numbers: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>
  ) {
    result.update(repeating: 0, count: inputCount)
    kernel_convolution_transposed_float(shape, weight, numbers, result)
  }

  /// Adds the gradient of Σ_n delta[n] · z_n with respect to the weights, at one input, to `gradient`.
  func addGradient(
    _ delta: UnsafePointer<Float>, _ input: UnsafePointer<Float>, to gradient: UnsafeMutablePointer<Float>
  ) {
    kernel_convolution_gradient_float(shape, delta, input, gradient)
  }
}
