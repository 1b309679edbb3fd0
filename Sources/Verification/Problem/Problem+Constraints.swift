import Essentials
import Networks

extension Problem {
  /// A point of the region near `x` that meets the constraints on inputs: `x` itself if it does so already.
  ///
  /// Projections onto the constraints and the region alternate (Bregman, "The relaxation method of finding the common
  /// point of convex sets", 1967). Where they do not arrive, as with contradictory constraints, the result is a point of
  /// the region only; the recheck then says that it is not admissible.
  public func project(_ x: [Double]) -> [Double] {
    approach(x, constraints.filter(\.outputs.isEmpty)) { constraint, _ in ([], constraint.inputs) }
  }

  /// The same with the constraints on outputs, which are followed along the gradient of `network`: far from a point
  /// that meets them this may lead nowhere, but what a solver leaves of them is made good.
  ///
  /// - Throws: `Misuse` when the network does not fit.
  public func project(_ x: [Double], for network: Network) throws -> [Double] {
    try approach(x, constraints) { constraint, point in
      guard !constraint.outputs.isEmpty else { return ([], constraint.inputs) }
      var slope = try network.inputGradient(point, outputWeights: constraint.outputs).gradient
      for index in constraint.inputs.indices { slope[index] += constraint.inputs[index] }
      return (try network.forward(point), slope)
    }
  }

  /// - Parameter linearize: the outputs that the constraint needs at a point, and the gradient of its left side there.
  private func approach(
    _ x: [Double], _ constraints: [LinearConstraint],
    _ linearize: (LinearConstraint, [Double]) throws -> (outputs: [Double], slope: [Double])
  ) rethrows -> [Double] {
    var point = region.project(x)
    guard !constraints.isEmpty else { return point }
    var worstBefore = Double.infinity
    for round in 1...1000 {
      var worst = 0.0
      for constraint in constraints {
        let (outputs, slope) = try linearize(constraint, point)
        let excess = constraint.excess(point, outputs: outputs)
        let allowance = constraint.allowance(inputSizes: point.map(abs), outputSizes: outputs.map(abs))
        // Half of it, so that another order of summation agrees.
        guard excess > 0.5 * allowance else { continue }
        worst = max(worst, excess / constraint.scale)
        // What is at the end of its range cannot give way: without it the step is as long as it has to be.
        let free = point.indices.filter {
          slope[$0] > 0 ? point[$0] > region.lower[$0] : slope[$0] < 0 && point[$0] < region.upper[$0]
        }
        let length = free.reduce(0) { $0 + slope[$1] * slope[$1] }
        guard length > 0, length.isFinite else { continue }
        for index in free { point[index] -= excess / length * slope[index] }
      }
      if worst == 0 { break }
      point = region.project(point)
      // Alternating projections converge linearly where they do.
      if round.isMultiple(of: 50) {
        guard worst <= 0.5 * worstBefore else { break }
        worstBefore = worst
      }
    }
    return point
  }

  /// The largest excess over a constraint relative to its largest coefficient: 0 where all are met, infinite for NaN.
  ///
  /// - Parameter outputs: the network's outputs at `x`; without them only the constraints on inputs count.
  public func constraintViolation(of x: [Double], outputs: [Double]? = nil) -> Double {
    constraints.reduce(0) { worst, constraint in
      guard outputs != nil || constraint.outputs.isEmpty else { return worst }
      let excess = constraint.excess(x, outputs: outputs ?? [])
      return excess.isNaN ? .infinity : max(worst, excess / constraint.scale)
    }
  }

  /// Whether `x` exceeds no constraint by more than its allowance; see `LinearConstraint.allowance`.
  ///
  /// - Parameter outputs: the network's outputs at `x`; without them only the constraints on inputs count.
  public func isAdmissible(_ x: [Double], outputs: [Double]? = nil) -> Bool {
    constraints.allSatisfy { constraint in
      guard outputs != nil || constraint.outputs.isEmpty else { return true }
      let y = outputs ?? []
      return constraint.excess(x, outputs: y)
        <= constraint.allowance(inputSizes: x.map(abs), outputSizes: y.map(abs))
    }
  }

  /// Whether `x` is in the region up to `tolerance`, 1e-9 by default, and meets the constraints on inputs.
  public func contains(_ x: [Double], tolerance: Double = 1e-9) -> Bool {
    region.contains(x, tolerance: tolerance) && isAdmissible(x)
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
