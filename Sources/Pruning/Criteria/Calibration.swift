import Essentials
import Networks
import Tensors

/// What a network does on a batch of inputs: the data pass that data-driven criteria share.
///
/// The network is looked at, not copied: its parameters must not change while the calibration is in use.
public final class Calibration {
  /// The network that ran.
  public let network: Network
  /// What each layer reads, [batch, inputs of the layer]: the batch itself, then the values after each ReLU.
  public let inputs: [Tensor]
  /// The outputs, [batch, outputs].
  public let outputs: Tensor
  private let labels: [Int]?
  private var knownGradients: [LayerGradient]?

  /// Runs `network` on a batch.
  ///
  /// - Parameters:
  ///   - batch: [batch, inputs] with at least one row.
  ///   - labels: the class of every row, 0-based; nil where there are none, and then there are no gradients.
  /// - Throws: `Misuse` for other shapes and labels; `OutsideFailure` when OpenBLAS is missing.
  public init(_ network: Network, batch: Tensor, labels: [Int]? = nil) throws {
    guard batch.shape.count == 2, batch.shape[1] == network.inputCount, batch.shape[0] > 0 else {
      throw Misuse(
        "calibration: expected a batch of shape batch x \(network.inputCount) with at least one row, got "
          + Tensor.describe(shape: batch.shape))
    }
    if let labels {
      guard labels.count == batch.shape[0] else {
        throw Misuse("calibration: expected one label for each of \(batch.shape[0]) rows, got \(labels.count)")
      }
      if let wrong = labels.first(where: { !(0..<network.outputCount).contains($0) }) {
        throw Misuse("calibration: expected classes from 1 to \(network.outputCount), got \(wrong + 1)")
      }
    }
    self.network = network
    self.labels = labels
    let rows = batch.shape[0]
    var values = [batch.contiguous()]
    for (index, layer) in network.layers.enumerated() {
      let source = values[index]
      let width = layer.outputCount
      let target = try Tensor.uninitialized([rows, width], for: "calibration")
      for row in 0..<rows { (target.base + row * width).update(from: layer.bias.base, count: width) }
      try BLAS.matrixMultiply(
        rows: rows, columns: width, inner: layer.inputCount, a: source.base, leadingA: layer.inputCount,
        b: layer.weight.base, leadingB: layer.inputCount, transposeB: true, beta: 1, c: target.base, leadingC: width)
      if index < network.layers.count - 1 {
        for place in 0..<target.count { target.base[place] = max(target.base[place], 0) }
      }
      values.append(target)
    }
    inputs = Array(values.dropLast())
    outputs = values[network.layers.count]
  }

  /// The number of inputs in the batch.
  public var count: Int { outputs.shape[0] }

  /// The gradient of the mean cross-entropy over the batch; computed once.
  ///
  /// - Throws: `Misuse` when there are no labels.
  public func gradients() throws -> [LayerGradient] {
    if let knownGradients { return knownGradients }
    guard let labels else { throw Misuse("calibration: gradients need the classes of the inputs") }
    let gradients = try network.crossEntropy(batch: inputs[0], labels: labels).gradients
    knownGradients = gradients
    return gradients
  }

  /// The Euclidean norm over the batch of each input of layer `index`.
  public func inputNorms(ofLayer index: Int) -> [Double] {
    let values = inputs[index]
    let width = values.shape[1]
    var sums = [Double](repeating: 0, count: width)
    withExtendedLifetime(values) {
      for row in 0..<values.shape[0] {
        let place = values.base + row * width
        for input in 0..<width { sums[input] += place[input] * place[input] }
      }
    }
    return sums.map { $0.squareRoot() }
  }
}
