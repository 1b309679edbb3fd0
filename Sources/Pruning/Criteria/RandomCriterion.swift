import Essentials
import Networks
import Tensors

/// Chance: the baseline that every other criterion has to beat.
public struct RandomCriterion: Criterion {
  /// Makes the criterion.
  public init() {}

  /// `random`.
  public var name: String { "random" }

  /// A uniform number for every weight.
  public func scores(of index: Int, in network: Network, using random: inout RandomSource) -> Tensor {
    let scores = Tensor.zeros(network.layers[index].weight.shape)
    for place in 0..<scores.count { scores.base[place] = random.uniform() }
    return scores
  }

  /// A uniform number for every neuron; the sum over its weights would be nearly the same for all.
  public func neuronScores(of index: Int, in network: Network, using random: inout RandomSource) -> [Double] {
    (0..<network.layers[index].outputCount).map { _ in random.uniform() }
  }
}
