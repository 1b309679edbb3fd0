import Essentials
/// A neuron with output relu(z), whose preactivation z is between two bounds: the one rule that every linear bound is
/// made of.
///
/// A backward pass bounds a linear function of a layer's outputs from above by one of its preactivations: v · relu(z)
/// gives way to w · z and a constant. z ↦ v · relu(z) - w · z is linear on either side of 0, so its maximum over [l, u]
/// is attained at l, at u, or at 0 where that is between them:
///
///     v · relu(z) <= w · z + max {v · relu(t) - w · t : t ∈ {l, 0, u} ∩ [l, u]}        for any numbers v and w.
///
/// Every w gives a valid bound, so w may come from anywhere and be rounded as it likes; a good one gives a tight bound.
/// What is known by other names is a choice of it:
///
/// - the neuron itself where it is decided: v where l >= 0, 0 where u <= 0; the constant is 0;
/// - for v > 0 the chord above, v · u / (u - l), whose constant is v · u · -l / (u - l): both ends attain the maximum
///   (CROWN: Zhang et al., NeurIPS 2018; DeepPoly: Singh et al., POPL 2019);
/// - for v < 0 a line below, α · v with α in [0, 1], whose constant is 0: DeepPoly takes the α of {0, 1} that leaves the
///   smaller area, alpha-CROWN optimises it (Xu et al., "Fast and complete", ICLR 2021);
/// - β >= 0 more or less than that where a split assumes z >= 0 or z <= 0, the bounds being those under the assumption
///   (beta-CROWN: Wang et al., NeurIPS 2021, eq. 8);
/// - minus the dual of the row that defines z, from a linear program over triangles (Salman et al., "A convex relaxation
///   barrier", NeurIPS 2019).
///
/// A value that is passed on as it is, `passed`, is a neuron with w = v and the constant 0.
package struct RectifiedNeuron {
  /// A number never above the preactivation.
  package let lower: Double
  /// A number never below it.
  package let upper: Double

  /// A neuron with these bounds, the first being at most the second.
  @inline(__always)
  package init(_ lower: Double, _ upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  /// A value that is passed on as it is and is at most `reach` in size. As its bounds cross, it is in no phase but that of
  /// an active neuron, and any number but its coefficient has an infinite constant.
  @inline(__always)
  static func passed(reach: Double) -> RectifiedNeuron {
    RectifiedNeuron(.infinity, max(reach, .leastNonzeroMagnitude))
  }

  /// Whether the bounds leave the phase open.
  @inline(__always) package var isUndecided: Bool { lower < 0 && upper > 0 }

  /// The slope of the line that meets an undecided neuron's ReLU at both bounds.
  @inline(__always) package var chord: Double { upper / (upper - lower) }

  /// The slope, 0 or 1, of the line below that leaves the smaller area.
  @inline(__always) package var smallerArea: Double { upper > -lower ? 1 : 0 }

  /// How far `v` times an undecided neuron's output can be from `v` times its chord.
  @inline(__always)
  package func loss(_ v: Double) -> Double { abs(v) * upper * -lower / (upper - lower) }

  /// The number w for a coefficient v: v or 0 where the phase is decided, otherwise v times the slope of a line above
  /// the ReLU for v > 0, or of one below.
  ///
  /// - Parameters:
  ///   - chord: `chord`, which a caller may have at hand.
  ///   - slope: of the line below, in [0, 1].
  @inline(__always)
  package func number(
    _ v: Double, above chord: @autoclosure () -> Double, below slope: @autoclosure () -> Double
  ) -> Double {
    if upper <= 0 { return 0 }
    if lower >= 0 { return v }
    return v * (v > 0 ? chord() : slope())
  }

  /// The same with the line below that leaves the smaller area.
  @inline(__always)
  func number(_ v: Double, above chord: @autoclosure () -> Double) -> Double {
    number(v, above: chord(), below: smallerArea)
  }

  /// By how much v · relu(z) can exceed w · z, the maximum above: never less, and more by some units in the last place
  /// at the most. Infinite where v or w is no number.
  @inline(__always)
  package func excess(of v: Double, over w: Double) -> Double {
    // The neuron itself where it is decided; where it is not, the maximum is attained at 0 for v <= w <= 0 and no others.
    if lower >= 0 ? v == w : upper <= 0 ? w == 0 : v <= w && w <= 0 { return 0 }
    guard lower <= upper else { return .infinity }
    let first = RectifiedNeuron.excess(of: v, over: w, at: lower)
    let last = RectifiedNeuron.excess(of: v, over: w, at: upper)
    // No comparison may lose a NaN.
    return (first + last).isNaN ? .infinity : max(first, last)
  }

  /// v · relu(z) - w · z, rounded up.
  @inline(__always)
  private static func excess(of v: Double, over w: Double, at z: Double) -> Double {
    Rounding.productUp(z > 0 ? Rounding.sumUp(v, -w) : -w, z)
  }
}
