import Essentials
import Networks
import Tensors

/// A judgement of what matters: the lowest scores are pruned first.
public protocol Criterion {
  /// The name that errors and reports use.
  var name: String { get }

  /// One score per weight of layer `index`, shaped like the weight: [outputs, inputs].
  func scores(of index: Int, in network: Network, using random: inout RandomSource) throws -> Tensor

  /// One score per neuron of layer `index`. The sum of the scores of the neuron's incoming weights unless a criterion
  /// knows better.
  func neuronScores(of index: Int, in network: Network, using random: inout RandomSource) throws -> [Double]
}

extension Criterion {
  /// The sum of the scores of each neuron's incoming weights.
  public func neuronScores(
    of index: Int, in network: Network, using random: inout RandomSource
  ) throws -> [Double] {
    let scores = try scores(of: index, in: network, using: &random).contiguous()
    let layer = network.layers[index]
    guard scores.shape == layer.weight.shape else {
      throw Misuse(
        "\(name): expected scores of shape \(Tensor.describe(shape: layer.weight.shape)) for layer \(index + 1), got "
          + Tensor.describe(shape: scores.shape))
    }
    return withExtendedLifetime(scores) {
      (0..<layer.outputCount).map { neuron in
        (0..<layer.inputCount).reduce(0) { $0 + scores.base[neuron * layer.inputCount + $1] }
      }
    }
  }
}
