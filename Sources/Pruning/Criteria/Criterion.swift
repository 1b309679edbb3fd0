import Essentials
import Networks
import Tensors

/// A judgement of what matters: the lowest scores are pruned first.
public protocol Criterion {
  /// The name that errors and reports use.
  var name: String { get }

  /// Where the criterion's paper compares scores; `layerwise` unless it says otherwise.
  var usualScope: PruningOptions.Scope { get }

  /// One score per weight of layer `index`, shaped like the weight: [outputs, inputs] of a dense layer.
  func scores(of index: Int, in network: Network) throws -> Tensor

  /// One score per unit of layer `index`: per neuron, or per filter of a convolution. The sum of the scores of the unit's
  /// incoming weights unless a criterion knows better.
  func neuronScores(of index: Int, in network: Network) throws -> [Double]

  /// A new network that keeps what `mask` keeps. What is pruned is exactly 0.0; the rest is untouched unless the
  /// criterion makes up for the loss.
  func pruned(_ network: Network, keeping mask: Mask) throws -> Network
}

extension Criterion {
  /// `layerwise`.
  public var usualScope: PruningOptions.Scope { .layerwise }

  /// The mask applied, nothing else.
  public func pruned(_ network: Network, keeping mask: Mask) throws -> Network { try mask.apply(to: network) }

  /// The sum of the scores of each unit's incoming weights.
  public func neuronScores(of index: Int, in network: Network) throws -> [Double] {
    try summedScores(of: index, in: network)
  }

  /// The sum of the scores of each unit's incoming weights.
  public func summedScores(of index: Int, in network: Network) throws -> [Double] {
    let scores = try checked(scores(of: index, in: network), index, network)
    let layer = network.layers[index]
    return withExtendedLifetime(scores) {
      (0..<layer.unitCount).map { unit in layer.places(ofUnit: unit).reduce(0) { $0 + scores.base[$1] } }
    }
  }

  /// `scores`, contiguous, if they are shaped like the weight of layer `index`.
  ///
  /// - Throws: `Misuse` when not.
  func checked(_ scores: Tensor, _ index: Int, _ network: Network) throws -> Tensor {
    let shape = network.layers[index].weight.shape
    guard scores.shape == shape else {
      throw Misuse(
        "\(name): expected scores of shape \(Tensor.describe(shape: shape)) for layer \(index + 1), got "
          + Tensor.describe(shape: scores.shape))
    }
    return scores.contiguous()
  }

  /// A score for every weight from the weight and its place in the layer's tensor.
  func scores(of index: Int, in network: Network, _ rule: (_ weight: Double, _ place: Int) -> Double) -> Tensor {
    let weight = network.layers[index].weight
    let scores = Tensor(storage: TensorStorage(uninitialized: weight.count), shape: weight.shape)
    withExtendedLifetime(weight) {
      for place in 0..<weight.count { scores.base[place] = rule(weight.base[place], place) }
    }
    return scores
  }
}
