import MILP

/// When a bound counts as a proof.
///
/// Bounds of `PreactivationBounds` are rounded outward, so a negative one proves robustness as it stands. A MILP
/// solver's bound holds up to its tolerances only: reduced costs may have the wrong sign by `dualTolerance`, and each
/// column can turn that into at most its range times the tolerance; rows and bounds may be violated by
/// `primalTolerance`. The tolerance below covers both with a floor, and what is nearer to zero than that is unknown.
public struct VerdictRule: Sendable {
  /// The solver's tolerance on reduced costs: 1e-7 by default, as in GLPK and HiGHS.
  public var dualTolerance: Double
  /// The solver's tolerance on rows and bounds: 1e-6 by default, the larger of those of GLPK and HiGHS, with reserve.
  public var primalTolerance: Double

  /// A rule for a solver with these tolerances.
  public init(dualTolerance: Double = 1e-7, primalTolerance: Double = 1e-6) {
    self.dualTolerance = dualTolerance
    self.primalTolerance = primalTolerance
  }

  /// How far below zero a solver's bound must be: `primalTolerance` + `dualTolerance` · Σ ranges of the columns.
  ///
  /// Infinite when a column has no finite range: then nothing can be concluded from a bound near zero.
  public func tolerance(for model: Model) -> Double {
    var ranges = 0.0
    for (lower, upper) in zip(model.columnLower, model.columnUpper) { ranges += upper - lower }
    return primalTolerance + dualTolerance * ranges
  }

  /// `robust` when outward-rounded bounds of the dense network keep the margin negative, else `unknown`.
  public static func verdict(marginUpperBound: Double) -> Verdict { marginUpperBound < 0 ? .robust : .unknown }

  /// The verdict of a solved model that maximises the margin, when no witness was found.
  ///
  /// - Parameters:
  ///   - solution: how the solve ended.
  ///   - model: the model that was solved.
  ///   - isDense: whether the model embeds the dense network itself; a pruned one proves nothing.
  ///   - attainedMargin: see `upperBound`.
  /// - Returns: `robust` when the solver's bound is below zero by more than the tolerance, else `unknown`.
  public func verdict(
    _ solution: Solution, of model: Model, isDense: Bool, attainedMargin: Double? = nil
  ) -> Verdict {
    guard isDense, let bound = upperBound(solution, of: model, attained: attainedMargin) else { return .unknown }
    return VerdictRule.verdict(marginUpperBound: bound)
  }

  /// What the objective of a model that is maximised can be at the most, the solver's tolerances included; nil where the
  /// solution does not tell. An infeasible model does not: the region is never empty, so infeasibility comes from
  /// elsewhere.
  ///
  /// - Parameter attained: the largest objective that some input is known to have. A bound below it shows that the solver
  ///   went wrong numerically, and then proves nothing.
  public func upperBound(_ solution: Solution, of model: Model, attained: Double? = nil) -> Double? {
    guard solution.status != .infeasible, solution.status != .unbounded, let bound = solution.bound else { return nil }
    let upper = bound + tolerance(for: model)
    for known in [attained, solution.objective].compactMap(\.self) where !(known <= upper) { return nil }
    return upper
  }
}
