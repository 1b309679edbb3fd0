import CKernels
import Tensors

/// A layer as the kernels take it: addresses and sizes, so that a walk through a network counts no references.
///
/// The addresses are valid as long as the layer that the kernel is of is alive, since its parameters, pattern and memory
/// never move.
package struct LayerKernel {
  enum Kind {
    case dense
    case sparse(starts: UnsafePointer<Int>, columns: UnsafePointer<Int32>)
    case convolution(shape: UnsafePointer<Int>)
  }

  package let inputCount: Int
  package let outputCount: Int
  let kind: Kind
  private let weight: UnsafePointer<Double>
  private let bias: UnsafePointer<Double>
  let biasSpan: Int
  /// Whether all neurons have a ReLU; where only some have, which.
  private let rectifiesAll: Bool
  private let isRectified: UnsafePointer<Bool>?

  /// What is copied for a kernel because arrays do not stay where they are.
  final class Memory {
    let shape: UnsafeMutableBufferPointer<Int>
    let isRectified: UnsafeMutableBufferPointer<Bool>

    init(shape: [Int], isRectified: [Bool]) {
      self.shape = .allocate(capacity: shape.count)
      self.isRectified = .allocate(capacity: isRectified.count)
      _ = self.shape.initialize(from: shape)
      _ = self.isRectified.initialize(from: isRectified)
    }

    deinit {
      shape.deallocate()
      isRectified.deallocate()
    }
  }

  /// The kernel of a layer with these parts, and what has to live as long as it.
  static func make(
    inputs: Int, outputs: Int, weight: Tensor, bias: Tensor, _ connections: Connections, _ rectified: NeuronSet
  ) -> (kernel: LayerKernel, memory: Memory?) {
    var shape: [Int] = []
    if case .convolution(let convolution) = connections { shape = convolution.shape }
    let isPartial = !rectified.isAll && !rectified.isEmpty
    let flags = isPartial ? (0..<outputs).map(rectified.contains) : []
    let memory = shape.isEmpty && flags.isEmpty ? nil : Memory(shape: shape, isRectified: flags)
    let kind: Kind =
      switch (connections, memory?.shape.baseAddress) {
      case (.sparse(let pattern), _): .sparse(starts: pattern.starts, columns: pattern.columns)
      case (.convolution, let shape?): .convolution(shape: shape)
      default: .dense
      }
    let kernel = LayerKernel(
      inputCount: inputs, outputCount: outputs, kind: kind, weight: weight.base, bias: bias.base,
      biasSpan: outputs / bias.count, rectifiesAll: rectified.isAll,
      isRectified: isPartial ? memory?.isRectified.baseAddress.map { UnsafePointer($0) } : nil)
    return (kernel, memory)
  }

  /// Writes W x + b to `target`; `source` holds `inputCount` numbers, `target` has room for `outputCount`.
  @inline(__always)
  package func apply(_ source: UnsafePointer<Double>, _ target: UnsafeMutablePointer<Double>) {
    switch kind {
    case .dense: kernel_affine(weight, bias, source, target, outputCount, inputCount)
    case .sparse(let starts, let columns):
      kernel_sparse_affine(starts, columns, weight, bias, source, target, outputCount)
    case .convolution(let shape):
      fill(target, with: bias)
      kernel_convolution_forward(shape, weight, source, target)
    }
  }

  /// Overwrites `result`, of `inputCount` numbers, with Σ_n numbers[n] · W_ni.
  @inline(__always)
  package func multiplyTransposed(_ numbers: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>) {
    switch kind {
    case .dense: kernel_affine_transposed(weight, numbers, result, outputCount, inputCount)
    case .sparse(let starts, let columns):
      kernel_sparse_transposed(starts, columns, weight, numbers, result, outputCount, inputCount)
    case .convolution(let shape):
      result.update(repeating: 0, count: inputCount)
      kernel_convolution_transposed(shape, weight, numbers, result)
    }
  }

  /// Adds the gradient of Σ_n delta[n] · z_n with respect to the weights, at one input, to `gradient`, which has the shape
  /// of the weights. That of a dense layer is a matrix product, which BLAS knows for a whole batch.
  func addGradient(
    _ delta: UnsafePointer<Double>, _ input: UnsafePointer<Double>, to gradient: UnsafeMutablePointer<Double>
  ) {
    switch kind {
    case .dense: preconditionFailure("a dense layer's gradient is a product of matrices")
    case .sparse(let starts, let columns):
      kernel_sparse_gradient(starts, columns, delta, input, gradient, outputCount)
    case .convolution(let shape): kernel_convolution_gradient(shape, delta, input, gradient)
    }
  }

  /// Writes every neuron's bias to `target`, where some may have one together.
  func fill<Number>(_ target: UnsafeMutablePointer<Number>, with bias: UnsafePointer<Number>) {
    guard biasSpan > 1 else { return target.update(from: bias, count: outputCount) }
    for place in 0..<outputCount / biasSpan {
      (target + place * biasSpan).update(repeating: bias[place], count: biasSpan)
    }
  }

  /// Applies the ReLUs to preactivations.
  @inline(__always)
  package func rectify(_ values: UnsafeMutablePointer<Double>) {
    if rectifiesAll {
      for k in 0..<outputCount { values[k] = max(values[k], 0) }
    } else if let isRectified {
      for k in 0..<outputCount { values[k] = isRectified[k] ? max(values[k], 0) : values[k] }
    }
  }

  /// Turns the gradient with respect to the layer's outputs into that with respect to its preactivations. At a ReLU whose
  /// preactivation is exactly zero the derivative is taken as zero.
  ///
  /// - Parameter outputs: the layer's outputs.
  @inline(__always)
  package func maskGradient(_ gradient: UnsafeMutablePointer<Double>, outputs: UnsafePointer<Double>) {
    if rectifiesAll {
      for k in 0..<outputCount where outputs[k] <= 0 { gradient[k] = 0 }
    } else if let isRectified {
      for k in 0..<outputCount where isRectified[k] && outputs[k] <= 0 { gradient[k] = 0 }
    }
  }
}
