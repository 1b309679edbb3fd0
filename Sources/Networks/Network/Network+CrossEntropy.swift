import Essentials
import Glibc
import Tensors

/// The gradient of a number with respect to one layer's parameters.
public struct LayerGradient {
  /// In the shape of the weight.
  public let weight: Tensor
  /// In the shape of the bias.
  public let bias: Tensor

  /// A gradient made elsewhere; `ParameterOptimizer` checks its shapes.
  public init(weight: Tensor, bias: Tensor) {
    self.weight = weight
    self.bias = bias
  }
}

extension Network {
  /// The mean cross-entropy of softmax over a batch, and its gradient with respect to every parameter, in Float64.
  ///
  /// - Parameters:
  ///   - batch: [batch, inputs] with at least one row.
  ///   - labels: the class of every row, 0-based.
  /// - Throws: `Misuse` when shapes, labels and network do not fit; `OutsideFailure` when OpenBLAS is missing.
  public func crossEntropy(batch: Tensor, labels: [Int]) throws -> (loss: Double, gradients: [LayerGradient]) {
    let values = try values(batch: batch)
    let rows = batch.shape[0]
    guard rows > 0 else { throw Misuse("cross entropy: the batch is empty") }
    guard labels.count == rows else {
      throw Misuse("cross entropy: expected one label for each of \(rows) rows, got \(labels.count)")
    }
    if let wrong = labels.firstIndex(where: { $0 < 0 || $0 >= outputCount }) {
      throw Misuse(
        "cross entropy: expected classes from 1 to \(outputCount), got \(labels[wrong] + 1) in row \(wrong + 1)")
    }
    let logits = values[layers.count - 1]
    let loss = softmax(logits, labels)
    return (loss, try parameterGradients(batch: batch, values: values, outputGradient: logits).gradients)
  }

  /// Turns logits into the gradient of the mean cross-entropy and returns that.
  private func softmax(_ logits: Tensor, _ labels: [Int]) -> Double {
    let share = 1 / Double(labels.count)
    var total = 0.0
    defer { withExtendedLifetime(logits) {} }
    for (row, label) in labels.enumerated() {
      let place = UnsafeMutableBufferPointer(start: logits.base + row * outputCount, count: outputCount)
      let largest = place.reduce(-Double.infinity) { max($0, $1) }
      let own = place[label]
      var sum = 0.0
      for j in place.indices {
        place[j] = exp(place[j] - largest)
        sum += place[j]
      }
      total += largest - own + log(sum)
      for j in place.indices { place[j] *= share / sum }
      place[label] -= share
    }
    return total * share
  }
}
