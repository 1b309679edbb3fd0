import Essentials
import Tensors

/// An affine map `x -> W x + b`: weight [outputs, inputs] and bias [outputs], both contiguous Float64.
public struct DenseLayer {
  /// The weights, [outputs, inputs].
  public let weight: Tensor
  /// The biases, [outputs].
  public let bias: Tensor

  /// The number of neurons.
  public var outputCount: Int { weight.shape[0] }
  /// The number of values that come in.
  public var inputCount: Int { weight.shape[1] }

  /// A layer that looks at `weight` and `bias` where they are contiguous, and at contiguous copies where not.
  ///
  /// - Throws: `Misuse` unless the shapes are [outputs, inputs] and [outputs] with at least one of each.
  public init(weight: Tensor, bias: Tensor) throws {
    guard weight.shape.count == 2, weight.count > 0 else {
      throw Misuse("layer: expected a weight of shape outputs x inputs, got \(Tensor.describe(shape: weight.shape))")
    }
    guard bias.shape == [weight.shape[0]] else {
      throw Misuse(
        "layer: expected a bias of shape \(weight.shape[0]) for a weight of \(Tensor.describe(shape: weight.shape)), "
          + "got \(Tensor.describe(shape: bias.shape))")
    }
    self.weight = weight.contiguous()
    self.bias = bias.contiguous()
  }

  /// A layer with parameters of its own.
  public func copy() throws -> DenseLayer { try DenseLayer(weight: weight.copy(), bias: bias.copy()) }
}
