import Essentials
import Tensors

/// A feedforward network: a chain of affine layers, each with ReLUs behind some of its neurons and the last with none.
///
/// A network that ends in ReLUs is one whose last layer passes their values on (`Layer.identity`), which costs nothing:
/// so the outputs are always the last layer's preactivations.
public final class Network {
  /// The layers, first to last; the last one gives the logits.
  public let layers: [Layer]
  /// The layers for walks that allocate nothing and count no references.
  package let kernels: [LayerKernel]
  /// Facts that travel with the network: seed, training, pruning. Written to and read from its file.
  public var metadata: [String: String]

  /// A network of `layers`. Where they do not say which neurons are rectified, all are, and none of the last layer.
  ///
  /// - Throws: `Misuse` when there is no layer, two neighbours do not fit, or the last layer is said to be rectified.
  public init(layers: [Layer], metadata: [String: String] = [:]) throws {
    guard !layers.isEmpty else { throw Misuse("network: expected at least one layer") }
    for (index, pair) in zip(layers, layers.dropFirst()).enumerated() where pair.0.outputCount != pair.1.inputCount {
      throw Misuse(
        "network: layer \(index + 1) has \(pair.0.outputCount) outputs but layer \(index + 2) takes \(pair.1.inputCount) inputs"
      )
    }
    let last = layers[layers.count - 1]
    guard !last.saysRectified || last.rectified.isEmpty else {
      throw Misuse(
        "network: expected a last layer without rectified neurons, got \(last.rectified.count): a network that ends in "
          + "ReLUs has a last layer that passes their values on")
    }
    self.layers = layers.enumerated().map { index, layer in
      if layer.saysRectified { return layer }
      return layer.rectifying(index == layers.count - 1 ? .none(of: layer.outputCount) : layer.rectified)
    }
    kernels = self.layers.map(\.kernel)
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
  public var hiddenCount: Int { layers.reduce(0) { $0 + $1.rectified.count } }
  /// Whether it is the plain kind: dense layers with a ReLU behind every hidden neuron.
  public var isPlain: Bool {
    layers.dropLast().allSatisfy(\.rectified.isAll) && layers.allSatisfy { $0.connections == .dense }
  }

  /// A network with parameters of its own.
  public func copy() throws -> Network { try Network(layers: layers.map { $0.copy() }, metadata: metadata) }

  /// The network of the first `count` layers, whose outputs are the preactivations of the last of them.
  package func prefix(_ count: Int) throws -> Network {
    let last = layers[count - 1]
    return try Network(layers: layers[..<(count - 1)] + [last.rectifying(.none(of: last.outputCount))])
  }
}
