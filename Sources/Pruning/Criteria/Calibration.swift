import Essentials
import Networks
import Tensors

/// What a network does on a batch of inputs: the data pass that data-driven criteria share.
///
/// The network is looked at, not copied: its parameters must not change while the calibration is in use.
public struct Calibration {
  /// The network that ran.
  public let network: Network
  /// What each layer reads, [batch, inputs of the layer]: the batch itself, then the values after each ReLU.
  public let inputs: [Tensor]
  /// The outputs, [batch, outputs].
  public let outputs: Tensor

  /// Runs `network` on a batch.
  ///
  /// - Parameter batch: [batch, inputs] with at least one row.
  /// - Throws: `Misuse` for other shapes; `OutsideFailure` when OpenBLAS is missing.
  public init(_ network: Network, batch: Tensor) throws {
    guard batch.shape.count == 2, batch.shape[1] == network.inputCount, batch.shape[0] > 0 else {
      throw Misuse(
        "calibration: expected a batch of shape batch x \(network.inputCount) with at least one row, got "
          + Tensor.describe(shape: batch.shape))
    }
    self.network = network
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
}
