import Essentials

/// The box and centre that every region starts from, checked once.
public struct RegionBox: Sendable {
  /// The point that distances are measured from.
  public let center: [Double]
  /// The box's lower bounds.
  public let lower: [Double]
  /// The box's upper bounds.
  public let upper: [Double]

  /// Checks that the centre is a point of a finite box.
  ///
  /// - Throws: `Misuse` naming the first input that is wrong (1-based).
  init(center: [Double], lower: [Double], upper: [Double]) throws {
    guard !center.isEmpty else { throw Misuse("region: expected at least one input") }
    guard lower.count == center.count, upper.count == center.count else {
      throw Misuse(
        "region: expected \(center.count) lower and upper bounds, got \(lower.count) and \(upper.count)")
    }
    for index in center.indices {
      guard center[index].isFinite else {
        throw Misuse("region: expected finite inputs, got \(center[index]) at input \(index + 1)")
      }
      guard lower[index].isFinite, upper[index].isFinite, lower[index] <= upper[index] else {
        throw Misuse(
          "region: expected finite bounds with lower <= upper, got [\(lower[index]), \(upper[index])] at input "
            + "\(index + 1)")
      }
      guard lower[index] <= center[index], center[index] <= upper[index] else {
        throw Misuse(
          "region: input \(index + 1) is \(center[index]), outside its bounds [\(lower[index]), \(upper[index])]")
      }
    }
    self.center = center
    self.lower = lower
    self.upper = upper
  }

  /// Checks a norm's budget.
  static func check(epsilon: Double) throws {
    guard epsilon.isFinite, epsilon >= 0 else {
      throw Misuse("region: expected a finite epsilon >= 0, got \(epsilon)")
    }
  }

  /// The largest size of each number of a box.
  static func reach(_ lower: [Double], _ upper: [Double]) -> [Double] {
    zip(lower, upper).map { max(abs($0), abs($1)) }
  }

  /// The box cut with the box of half-width `epsilon` around the centre, rounded outward.
  func cut(_ epsilon: Double) -> (lower: [Double], upper: [Double]) {
    (
      center.indices.map { max(lower[$0], Rounding.differenceDown(center[$0], epsilon)) },
      center.indices.map { min(upper[$0], Rounding.sumUp(center[$0], epsilon)) }
    )
  }

  /// `x` moved into the box; NaN becomes the centre.
  func clamp(_ x: [Double]) -> [Double] {
    x.indices.map { x[$0].isNaN ? center[$0] : min(max(x[$0], lower[$0]), upper[$0]) }
  }
}
