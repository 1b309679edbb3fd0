import MILP

/// What the bound of a MILP solver is trusted for.
///
/// Bounds of `PreactivationBounds` are rounded outward, so a negative one proves robustness as it stands. A solver
/// computes in Float64 on a copy of the model that it has scaled and reduced, and what it calls a bound holds there, up
/// to its tolerances: reduced costs may have the wrong sign by 1e-7, which each column can turn into at most its range
/// times as much, and the objective's own row may be missed by 1e-6 (the defaults of GLPK and HiGHS, the latter with
/// reserve). What rounding does is in proportion to the numbers that are added up, however small their sum, and whoever
/// knows where they come from says how much that can be. `tolerance` covers these three, and bounds nearer to zero than
/// that decide nothing. Two more are not covered, since nothing outside of a solver could: rows inside the network that
/// are missed by a tolerance, which the weights after them may enlarge, and branches that were closed by mistake. That
/// is why answers with a symptom of either, a point beside the model or a bound that some point refutes, prove nothing,
/// and why proofs by bounds come first.
public enum SolverTrust {
  private static let dualTolerance = 1e-7
  private static let primalTolerance = 1e-6

  /// By how much a solver's bound can be wrong: 1e-6 + 1e-7 · Σ ranges of the columns + `rounding`. Infinite when a
  /// column has no finite range: then the bound tells nothing.
  ///
  /// - Parameter rounding: by how much the objective can change when its terms, and theirs in turn, are rounded.
  public static func tolerance(for model: Model, rounding: Double = 0) -> Double {
    var ranges = 0.0
    for (lower, upper) in zip(model.columnLower, model.columnUpper) { ranges += upper - lower }
    return primalTolerance + dualTolerance * ranges + rounding
  }

  /// What no point of `model` has a better objective than, the solver's tolerances included; nil where the solution
  /// does not tell. An infeasible model does not: the region is never empty, so infeasibility comes from elsewhere.
  ///
  /// - Parameters:
  ///   - rounding: as for `tolerance`.
  ///   - attained: the best objective that some input is known to have. A worse bound shows that the solver went wrong
  ///     numerically.
  public static func bound(
    _ solution: Solution, of model: Model, rounding: Double = 0, attained: Double? = nil
  ) -> Double? {
    guard solution.status != .infeasible, solution.status != .unbounded, !solution.hasPointViolation,
      let bound = solution.bound, !bound.isNaN
    else { return nil }
    let sense = model.objectiveSense
    let tolerance = tolerance(for: model, rounding: rounding)
    let trusted = sense == .maximize ? bound + tolerance : bound - tolerance
    for known in [attained, solution.objective].compactMap(\.self) {
      if known.isNaN || sense.prefers(known, over: trusted) { return nil }
    }
    return trusted
  }
}
