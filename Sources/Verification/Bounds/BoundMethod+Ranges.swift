import Embedding
import Essentials
import Networks

extension BoundMethod {
  /// Ranges of the preactivations of a network whose inputs lie in a box, for its embedding.
  ///
  /// - Throws: `Misuse` when network and box do not fit, `OutsideFailure` when the bounds overflow.
  public func ranges(
    _ network: Network, lower: [Double], upper: [Double], shouldStop: () -> Bool = { false }
  ) throws -> PreactivationRanges {
    let center = zip(lower, upper).map { min(max($0 + 0.5 * ($1 - $0), $0), $1) }
    let bounds = try compute(network, BoxRegion(lower: lower, upper: upper, center: center), nil, shouldStop)
    return bounds.ranges
  }
}

extension PreactivationBounds {
  /// The bounds as plain ranges.
  public var ranges: PreactivationRanges {
    PreactivationRanges(lower: layers.map(\.lower), upper: layers.map(\.upper))
  }
}
