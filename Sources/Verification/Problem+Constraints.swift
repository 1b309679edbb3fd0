import Essentials
import Networks

extension Problem {
  /// A point of the region near `x` that meets the constraints on inputs: `x` itself if it does so already.
  ///
  /// Projections onto the constraints and the region alternate (Bregman, "The relaxation method of finding the common
  /// point of convex sets", 1967). Where they do not arrive, as with contradictory constraints, the result is a point of
  /// the region only; the recheck then says that it is not admissible. Constraints on outputs are left to attacks and
  /// solvers.
  public func project(_ x: [Double]) -> [Double] {
    var point = region.project(x)
    let linear = constraints.filter(\.outputs.isEmpty)
    guard !linear.isEmpty else { return point }
    let lengths = linear.map { $0.inputs.reduce(0) { $0 + $1 * $1 } }
    for _ in 0..<100 {
      var hasMoved = false
      for (constraint, length) in zip(linear, lengths) {
        let excess = constraint.excess(point)
        guard excess > 1e-4 * constraint.allowance else { continue }
        for index in point.indices { point[index] -= excess / length * constraint.inputs[index] }
        hasMoved = true
      }
      if !hasMoved { break }
      point = region.project(point)
    }
    return point
  }

  /// The largest share of its allowance by which a constraint is exceeded: 0 where all are met, and up to 1 where `x`
  /// is still admissible. Infinite for NaN.
  ///
  /// - Parameter outputs: the network's outputs at `x`; without them only the constraints on inputs count.
  public func constraintViolation(of x: [Double], outputs: [Double]? = nil) -> Double {
    var worst = 0.0
    for constraint in constraints where outputs != nil || constraint.outputs.isEmpty {
      let excess = constraint.excess(x, outputs: outputs ?? [])
      guard !excess.isNaN else { return .infinity }
      worst = max(worst, excess / constraint.allowance)
    }
    return worst
  }

  /// Whether `x` is in the region up to `tolerance`, 1e-9 by default, and meets the constraints on inputs.
  public func contains(_ x: [Double], tolerance: Double = 1e-9) -> Bool {
    region.contains(x, tolerance: tolerance) && constraintViolation(of: x) <= 1
  }

  /// Whether the robustness of this problem is that of `other` too: the same inputs or more, and no rival less.
  public func covers(_ other: Problem) -> Bool {
    hasSameRegion(as: other) && classIndex == other.classIndex && (target == nil || target == other.target)
      && (constraints.isEmpty || constraints == other.constraints)
  }

  /// Whether `other` is the same question: region, classes and constraints.
  public func isSameQuestion(as other: Problem) -> Bool {
    hasSameRegion(as: other) && classIndex == other.classIndex && target == other.target
      && constraints == other.constraints
  }
}
