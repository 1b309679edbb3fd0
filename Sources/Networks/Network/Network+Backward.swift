import Essentials
import Tensors

extension Network {
  /// The sum over the rows of a batch of sum_k w_k y_k, and its gradients, in Float64.
  ///
  /// At a ReLU whose preactivation is exactly zero the derivative is taken as zero.
  ///
  /// - Parameters:
  ///   - batch: [batch, inputs].
  ///   - outputWeights: w, [outputs] for every row alike, or [batch, outputs].
  /// - Returns: the sum; its gradient with respect to every layer's parameters; its gradient with respect to the
  ///   inputs, [batch, inputs].
  /// - Throws: `Misuse` when shapes do not fit; `OutsideFailure` when OpenBLAS is missing.
  public func gradients(batch: Tensor, outputWeights: Tensor) throws -> (
    value: Double, parameters: [LayerGradient], input: Tensor
  ) {
    let values = try values(batch: batch)
    let logits = values[layers.count - 1]
    guard outputWeights.shape == logits.shape || outputWeights.shape == [outputCount] else {
      throw Misuse(
        "gradients: expected output weights of shape \(outputCount) or \(Tensor.describe(shape: logits.shape)), "
          + "got \(Tensor.describe(shape: outputWeights.shape))")
    }
    let weights = try outputWeights.broadcast(to: logits.shape)
    let value = try Tensor.apply(.multiply, weights, logits).reduce(.sum)
    let parameters = try parameterGradients(batch: batch, values: values, outputGradient: weights)
    let input = try layers[0].multiplyTransposed(batch: parameters.firstDelta)
    return (value, parameters.gradients, input)
  }

  /// The gradients of a number with respect to the parameters, given that with respect to the outputs.
  ///
  /// - Parameters:
  ///   - values: what `values(batch:)` gives for the batch.
  ///   - outputGradient: [batch, outputs].
  /// - Returns: the gradients, first layer first, and the gradient with respect to the first layer's preactivations.
  func parameterGradients(batch: Tensor, values: [Tensor], outputGradient: Tensor) throws -> (
    gradients: [LayerGradient], firstDelta: Tensor
  ) {
    var delta = outputGradient.contiguous()
    var gradients: [LayerGradient] = []
    for index in layers.indices.reversed() {
      let below = index == 0 ? batch.contiguous() : values[index - 1]
      gradients.append(try layers[index].gradient(delta: delta, input: below))
      guard index > 0 else { break }
      delta = try layers[index].multiplyTransposed(batch: delta)
      let kernel = layers[index - 1].kernel
      for place in stride(from: 0, to: delta.count, by: kernel.outputCount) {
        kernel.maskGradient(delta.base + place, outputs: below.base + place)
      }
    }
    return (gradients.reversed(), delta)
  }
}
