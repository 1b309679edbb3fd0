import Essentials
import Networks
import Tensors

/// Fewest binaries: strip the neurons that are nearly stable, so that they become stable, and leave the others alone.
///
/// The score is |w_ij| times the reach of input j times d_i, where d_i in [0, 1/2] is how undecided the ReLU is,
/// min(u, -l) / (u - l) for bounds l < 0 < u, 0 for a neuron that never fires and 1 for one that always does: nothing
/// is gained there. That few undecided ReLUs are what makes a network easy to verify is from K. Xiao, V. Tjeng,
/// N. Shafiullah, A. Madry, "Training for Faster Adversarial Robustness Verification via Inducing ReLU Stability", ICLR
/// 2019, section 4, whose loss -tanh(1 + l u) pulls at the same neurons.
public struct StabilityCriterion: Criterion {
  private let ranges: RegionRanges

  /// A criterion for a region.
  public init(_ ranges: RegionRanges) { self.ranges = ranges }

  /// `stability`.
  public var name: String { "stability" }

  /// |w| times the reach of the input times how undecided the neuron is.
  public func scores(of index: Int, in network: Network, using random: inout RandomSource) throws -> Tensor {
    try ranges.check(network)
    let reach = ranges.reach(ofLayer: index)
    let undecided = undecidedness(ofLayer: index)
    return scores(of: index, in: network) { weight, neuron, input in abs(weight) * reach[input] * undecided[neuron] }
  }

  private func undecidedness(ofLayer index: Int) -> [Double] {
    guard index < ranges.lower.count - 1 else { return ranges.lower[index].map { _ in 1 } }
    return zip(ranges.lower[index], ranges.upper[index]).map { lower, upper in
      upper <= 0 ? 0 : lower >= 0 ? 1 : min(upper, -lower) / (upper - lower)
    }
  }
}
