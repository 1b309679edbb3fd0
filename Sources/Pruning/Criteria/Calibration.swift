import Essentials
import Networks
import Tensors

/// What a network does on a batch of inputs: the data pass that data-driven criteria share.
///
/// The network is looked at, not copied: its parameters must not change while the calibration is in use.
public struct Calibration {
  /// The network that ran.
  public let network: Network
  /// What each layer reads, [batch, inputs of the layer]: the batch itself, then the values after the ReLUs of each.
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
    let values = [batch.contiguous()] + (try network.values(batch: batch))
    inputs = Array(values.dropLast())
    outputs = values[network.layers.count]
  }

  /// The number of inputs in the batch.
  public var count: Int { outputs.shape[0] }
}
