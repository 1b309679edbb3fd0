import Essentials
import Glibc
import Tensors

extension Network {
  /// The mean loss over a batch with real targets, and its gradient with respect to every parameter, in Float64.
  ///
  /// Where |r| has a kink, at 0, its derivative is taken as 0.
  ///
  /// - Parameters:
  ///   - loss: any but cross-entropy; see `crossEntropy(batch:labels:)`.
  ///   - batch: [batch, inputs] with at least one row.
  ///   - targets: [batch, outputs], or [batch] for one output.
  /// - Throws: `Misuse` when shapes, targets and network do not fit; `OutsideFailure` when OpenBLAS is missing.
  public func loss(
    _ loss: Loss, batch: Tensor, targets: Tensor
  ) throws -> (loss: Double, gradients: [LayerGradient]) {
    try loss.validate()
    let values = try values(batch: batch)
    let outputs = values[layers.count - 1]
    guard batch.shape[0] > 0 else { throw Misuse("loss: the batch is empty") }
    guard targets.shape == outputs.shape || outputCount == 1 && targets.shape == [batch.shape[0]] else {
      throw Misuse(
        "loss: expected targets of shape \(Tensor.describe(shape: outputs.shape)), "
          + "got \(Tensor.describe(shape: targets.shape))")
    }
    var total = 0.0
    for (place, target) in targets.array.enumerated() {
      guard target.isFinite else { throw Misuse("loss: expected finite targets, got \(target)") }
      let (value, slope) = try loss.value(outputs.base[place], target)
      total += value
      outputs.base[place] = slope / Double(outputs.count)
    }
    return (
      total / Double(outputs.count),
      try parameterGradients(batch: batch, values: values, outputGradient: outputs).gradients
    )
  }
}

extension Loss {
  /// The loss of one output and its derivative.
  ///
  /// - Throws: `Misuse` for cross-entropy, which is of all outputs together, and for targets that the loss does not take.
  func value(_ output: Double, _ target: Double) throws -> (value: Double, slope: Double) {
    let residual = output - target
    switch self {
    case .squares: return (residual * residual, 2 * residual)
    case .absolute: return (abs(residual), residual == 0 ? 0 : residual > 0 ? 1 : -1)
    case .huber(let delta):
      guard abs(residual) > delta else { return (residual * residual / 2, residual) }
      return (delta * (abs(residual) - delta / 2), residual > 0 ? delta : -delta)
    case .logistic:
      guard (0...1).contains(target) else { throw Misuse("loss: expected targets from 0 to 1, got \(target)") }
      // e to a power that is not positive cannot overflow.
      let small = exp(-abs(output))
      return (max(output, 0) - target * output + log1p(small), (output >= 0 ? 1 : small) / (1 + small) - target)
    case .crossEntropy: throw Misuse("loss: cross-entropy takes classes, not real targets")
    }
  }
}
