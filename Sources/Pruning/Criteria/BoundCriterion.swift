import Essentials
import Networks
import Tensors

/// What can matter inside a region: |w_ij| times the largest magnitude of input j there, and zero for the weights of a
/// neuron that never fires, which are exact to remove.
///
/// The product is the weight's term in interval arithmetic (S. Gowal et al., "On the Effectiveness of Interval Bound
/// Propagation for Training Verifiably Robust Models", 2018, eq. 6); that stably inactive neurons may go is from
/// T. Serra, A. Kumar, S. Ramalingam, "Lossless Compression of Deep Neural Networks", CPAIOR 2020, section 4.
public struct BoundCriterion: Criterion {
  private let ranges: RegionRanges

  /// A criterion for a region.
  public init(_ ranges: RegionRanges) { self.ranges = ranges }

  /// `bound_aware`.
  public var name: String { "bound_aware" }

  /// |w| times the reach of the input, or 0.
  public func scores(of index: Int, in network: Network, using random: inout RandomSource) throws -> Tensor {
    try ranges.check(network)
    let reach = ranges.reach(ofLayer: index)
    return scores(of: index, in: network) { weight, neuron, input in
      ranges.isInactive(neuron, ofLayer: index) ? 0 : abs(weight) * reach[input]
    }
  }
}
