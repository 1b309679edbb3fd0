import Essentials
import Networks
import Tensors

/// The absolute value of a weight (Janowsky, Physical Review A 39, 1989; Han et al., NeurIPS 2015); for a neuron the
/// L1 norm of its incoming weights (Li et al., ICLR 2017).
public struct MagnitudeCriterion: Criterion {
  /// Makes the criterion.
  public init() {}

  /// `magnitude`.
  public var name: String { "magnitude" }

  /// |w| for every weight.
  public func scores(of index: Int, in network: Network, using random: inout RandomSource) -> Tensor {
    let scores = network.layers[index].weight.copy()
    for place in 0..<scores.count { scores.base[place] = abs(scores.base[place]) }
    return scores
  }
}
