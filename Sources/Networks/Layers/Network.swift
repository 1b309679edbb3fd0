import Essentials
import Tensors

/// A dense feedforward network: affine layers with ReLU between them and none after the last.
public final class Network {
  /// The layers, first to last; the last one gives the logits.
  public let layers: [DenseLayer]
  /// Facts that travel with the network: seed, training, pruning. Written to and read from its file.
  public var metadata: [String: String]

  /// A network of `layers`.
  ///
  /// - Throws: `Misuse` when there is no layer or two neighbours do not fit.
  public init(layers: [DenseLayer], metadata: [String: String] = [:]) throws {
    guard !layers.isEmpty else { throw Misuse("network: expected at least one layer") }
    for (index, pair) in zip(layers, layers.dropFirst()).enumerated() where pair.0.outputCount != pair.1.inputCount {
      throw Misuse(
        "network: layer \(index + 1) has \(pair.0.outputCount) outputs but layer \(index + 2) takes \(pair.1.inputCount) inputs"
      )
    }
    self.layers = layers
    self.metadata = metadata
    assert(violatedInvariants.isEmpty, violatedInvariants.joined(separator: "; "))
  }

  /// Inputs, widths of the hidden layers, outputs: [784, 64, 64, 10].
  public var widths: [Int] { [layers[0].inputCount] + layers.map(\.outputCount) }
  /// The number of inputs.
  public var inputCount: Int { layers[0].inputCount }
  /// The number of outputs (classes).
  public var outputCount: Int { layers[layers.count - 1].outputCount }
  /// The number of ReLU neurons.
  public var hiddenCount: Int { layers.dropLast().reduce(0) { $0 + $1.outputCount } }

  /// A network with parameters of its own.
  public func copy() throws -> Network { try Network(layers: layers.map { try $0.copy() }, metadata: metadata) }
}
