import CSCIP
import Essentials
import MILP

/// One solve by SCIP: branch and cut, or the simplex method for a linear program.
final class SCIPSearch {
  let run: SolveRun
  let library: SCIPLibrary
  let problem: SCIPProblem
  /// What SCIP takes for satisfied.
  let feasibilityTolerance: Double
  private let rows: ConditionedRows

  /// The best bound known when the search was last looked at; bounds only tighten, so an old one is still valid.
  var lastBound: Double?
  /// How many of the lazy rows SCIP has.
  var addedLazyRows = 0

  /// Prepares a search.
  ///
  /// - Throws: `Misuse` for parameters that SCIP does not have; `OutsideFailure` for coefficients that it cannot treat
  ///   rightly.
  init(run: SolveRun, library: SCIPLibrary, feasibilityTolerance: Double = SCIPParameters.strictTolerance) throws {
    self.run = run
    self.library = library
    self.feasibilityTolerance = feasibilityTolerance
    rows = try ConditionedRows(run.model)
    run.warnings += rows.warnings.filter { !run.warnings.contains($0) }
    problem = try SCIPProblem(library, showsLog: run.options.log)
    try SCIPParameters.set(
      run.options, answers: run.answers, feasibilityTolerance: feasibilityTolerance, of: problem)
  }

  func solve() throws -> Solution {
    defer { problem.close() }
    if run.poll() { return run.solution(run.status(hasPoint: false), iterations: 0) }
    if run.isLinear { return try SCIPLinearProgram(run: run, problem: problem, rows: rows).solve() }
    try problem.load(run.model, rows)
    try includePlugins()
    if run.secondsLeft.isFinite {
      try library.check(library.setRealParam(problem.scip, "limits/time", max(0, run.secondsLeft)))
    }
    do {
      try library.check(library.transformProb(problem.scip))
      if let point = run.startPoint { _ = try problem.submit(point) }
      let watch = run.options.shouldStop.map { SCIPWatch(library, problem.scip, shouldStop: $0) }
      defer { watch?.end() }
      try library.check(library.solve(problem.scip))
    } catch let failure as OutsideFailure {
      run.warnings.append("scip gave up: \(failure.message)")
      return finished(run.status(hasPoint: run.bestPoint != nil))
    }
    return try conclude()
  }

  private func conclude() throws -> Solution {
    noteProgress()
    // It may be better than the last one that an event told of.
    takeIncumbent()
    guard run.stopReason == nil else { return finished(run.status(hasPoint: run.bestPoint != nil)) }
    switch library.getStatus(problem.scip) {
    case CSCIP_STATUS_OPTIMAL: return finished(.optimal)
    case CSCIP_STATUS_INFEASIBLE: return finished(.infeasible)
    case CSCIP_STATUS_UNBOUNDED, CSCIP_STATUS_INFORUNBD:
      let status = try run.unboundedOrInfeasible()
      run.forgetIncumbents()
      return finished(status)
    case CSCIP_STATUS_TIMELIMIT: run.stop(.timeLimit)
    case CSCIP_STATUS_NODELIMIT, CSCIP_STATUS_TOTALNODELIMIT: run.stop(.nodeLimit)
    case CSCIP_STATUS_GAPLIMIT: run.stop(.gap)
    case CSCIP_STATUS_USERINTERRUPT: run.stop(.interrupt)
    // Limits in SCIP's own names.
    case let status: run.warnings.append("scip ended the search early (status \(status))")
    }
    return finished(run.status(hasPoint: run.bestPoint != nil))
  }

  // MARK: What the search knows

  /// The best bound now.
  var bound: Double? {
    let bound = library.getDualbound(problem.scip)
    return bound.magnitude < library.infinity(problem.scip) ? run.clamped(bound) : nil
  }

  var depth: Int {
    library.getStage(problem.scip) == CSCIP_STAGE_SOLVING ? max(0, Int(library.getDepth(problem.scip))) : 0
  }

  func noteProgress() {
    run.nodes = Int(library.getNTotalNodes(problem.scip))
    run.iterations = Int(library.getNLPIterations(problem.scip))
    // After a stop, SCIP may leave out what it could not ask about.
    if run.stopReason == nil || !run.answers.contains(.lazyRows) { lastBound = bound ?? lastBound }
  }

  /// Takes note of SCIP's best point, if it is better than those before.
  func takeIncumbent() {
    guard run.failure == nil, let best = library.getBestSol(problem.scip) else { return }
    run.offer(run.model.rounded(problem.values(nil, at: best)), depth: depth) { [self] in bound }
  }

  private func finished(_ status: SolveStatus) -> Solution {
    var solution = run.solution(status, iterations: Int(library.getNLPIterations(problem.scip)))
    guard status != .infeasible, status != .unbounded else { return solution }
    solution.bound = lastBound.flatMap(run.clamped)
    solution.values = run.bestPoint
    if run.bestPoint != nil { solution.objective = run.bestObjective }
    return solution
  }
}
