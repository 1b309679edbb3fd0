import Essentials
import MILP
import Networks

extension Encoding {
  /// What no admissible input has a better objective than, going by the solution of this model; nil where the solution
  /// does not tell: it must be one of this very model, unchanged since it was made and without rows that a callback
  /// added, and neither its own point nor an input that is easily found may refute it. See `SolverTrust`.
  ///
  /// - Parameter scope: which inputs the bounds in the model hold for.
  public func objectiveBound(_ solution: Solution, scope: BoundsScope = .region) throws -> Double? {
    guard solution.isAbout(model, revision: revision) else { return nil }
    return SolverTrust.bound(
      solution, of: model, rounding: record.rounding, attained: try attainedObjective(solution, scope))
  }

  /// The largest objective that is easily had: a bound below it unmasks a solver that went wrong numerically. None
  /// where distances are minimised.
  private func attainedObjective(_ solution: Solution, _ scope: BoundsScope) throws -> Double? {
    guard objective != .distance else { return nil }
    var points = [problem.project(problem.input)]
    if let values = solution.values { points.append(try problem.project(try input(of: values), for: network)) }
    if objective == .margin {
      var random = RandomSource(seed: 0)
      points.append(try Attack(network, problem: problem).run(using: &random).point)
    }
    return try points.compactMap { point -> Double? in
      let outputs = try network.forward(point)
      if objective == .admissibility { return -problem.constraintViolation(of: point, outputs: outputs) }
      // Only points of the model count.
      guard problem.isAdmissible(point, outputs: outputs) else { return nil }
      let margin = problem.margin(of: outputs)
      return scope == .counterexamples && margin < 0 ? nil : margin
    }.max()
  }
}
