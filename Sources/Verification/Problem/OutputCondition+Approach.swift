import Essentials
import Networks

extension OutputCondition {
  /// A point of `region` near `x` where the condition holds, as far as gradients lead to one: points to try, for what
  /// holds on a line or in a corner only, as equations do, and is never met by a search that asks for more.
  ///
  /// The alternative that holds best at `x` is followed: steps onto its inequalities, each as far as its gradient says,
  /// alternate with projections onto the region (Bregman, "The relaxation method of finding the common point of convex
  /// sets", 1967).
  ///
  /// - Parameter shouldStop: asked before every step; true ends them.
  /// - Returns: the point with the largest margin that was met.
  /// - Throws: `Misuse` when network, region, condition and point do not fit.
  public func approach(
    _ x: [Double], in region: any InputRegion, by network: Network, shouldStop: () -> Bool = { false }
  ) throws -> [Double] {
    try check(network)
    try NetworkCheck.check(network, region: region)
    guard x.count == region.inputCount else {
      throw Misuse("condition: expected a point of \(region.inputCount) inputs, got \(x.count)")
    }
    var point = region.project(x)
    var outputs = try network.forward(point)
    var best = (point: point, margin: margin(of: outputs))
    let margins = alternatives.map { $0.reduce(.infinity) { min($0, $1.value(of: outputs)) } }
    guard let largest = margins.max(), let followed = margins.firstIndex(of: largest) else { return point }
    for _ in 0..<100 where best.margin < 0 {
      for inequality in alternatives[followed] {
        let lack = -inequality.value(of: outputs)
        guard lack > 0 else { continue }
        if shouldStop() { return best.point }
        let slope = try network.inputGradient(point, outputWeights: inequality.coefficients).gradient
        // What is at the end of its range cannot give way.
        let free = point.indices.filter {
          slope[$0] > 0 ? point[$0] < region.upper[$0] : slope[$0] < 0 && point[$0] > region.lower[$0]
        }
        let length = free.reduce(0) { $0 + slope[$1] * slope[$1] }
        guard length > 0, (lack / length).isFinite else { continue }
        for index in free { point[index] += lack / length * slope[index] }
        point = region.project(point)
        outputs = try network.forward(point)
        let margin = margin(of: outputs)
        if margin > best.margin { best = (point, margin) }
      }
    }
    return best.point
  }
}
