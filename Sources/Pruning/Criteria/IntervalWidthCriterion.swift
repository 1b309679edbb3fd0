import Essentials
import Networks
import Tensors

/// How much a weight widens its neuron's bounds over a region: |w_ij| times the width of input j, its term in the
/// radius of interval arithmetic (S. Gowal et al., "On the Effectiveness of Interval Bound Propagation for Training
/// Verifiably Robust Models", 2018, eq. 6).
///
/// With `wide`, the weights that widen the bounds most go first: the tightest model. With `narrow` those go that vary
/// least, and a neuron keeps what moves it inside the region.
public struct IntervalWidthCriterion: Criterion {
  /// Which weights go first.
  public enum Order: String, Sendable, CaseIterable {
    /// Those that widen the bounds most.
    case wide
    /// Those that widen the bounds least.
    case narrow
  }

  private let ranges: RegionRanges
  private let order: Order

  /// A criterion for a region.
  public init(_ ranges: RegionRanges, order: Order = .wide) {
    self.ranges = ranges
    self.order = order
  }

  /// `interval_width`.
  public var name: String { "interval_width" }

  /// |w| times the width of the input, negative when the widest go first.
  public func scores(of index: Int, in network: Network, using random: inout RandomSource) throws -> Tensor {
    try ranges.check(network)
    let sign: Double = order == .wide ? -1 : 1
    let width = ranges.width(ofLayer: index)
    return scores(of: index, in: network) { weight, _, input in sign * abs(weight) * width[input] }
  }
}
