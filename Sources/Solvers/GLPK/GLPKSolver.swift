import CGLPK
import Essentials
import MILP

/// GLPK 5.0: the simplex method and branch and cut, one thread, always there.
///
/// GLPK is under GPL-3.0-or-later, and so is every binary linked with it. It has one environment per thread and aborts
/// the process on a bad call, so a problem object never outlives the call of `solve` that made it, and everything that
/// it could object to is checked before it gets to see it.
///
/// Presolve is off unless `SolveOptions.presolve` is true: with it, the tree has other columns than the model, and there
/// are neither relaxations nor submitted points nor rows from callbacks. Seeds make no difference, since GLPK draws no
/// random numbers.
public struct GLPKSolver: Solver {
  /// Makes the solver.
  public init() {}

  /// `glpk`.
  public var name: String { "glpk" }

  /// GLPK's version, such as `5.0`.
  public var version: String { String(cString: glp_version()) }

  /// Every event and every answer; one thread.
  public var capabilities: SolverCapabilities {
    SolverCapabilities(
      events: Set(SolveEventKind.allCases), answers: Set(SolveAnswerKind.allCases), usesThreads: false)
  }

  /// Solves `model`; see `Solver`. Native options: see `GLPKParameters`.
  public func solve(_ model: Model, options: SolveOptions, observer: SolveObserver?) throws -> Solution {
    let run = try SolveRun(model: model, options: options, observer: observer, solver: self)
    let parameters = try GLPKParameters(run)
    if options.presolve == true, let reason = GLPKSolver.obstacleToPresolve(run) {
      throw Misuse("solve: glpk's presolve hides the model's columns: expected presolve off with \(reason)")
    }
    return try run.solve { run in
      try GLPKSolver.checkSize(run.model)
      // Terminal output is a setting of the thread; an enclosing solve gets its own back.
      let outerOutput = glp_term_out(options.log ? GLP_ON : GLP_OFF)
      defer { glp_term_out(outerOutput) }
      return try search(run, parameters)
    }
  }

  /// Solves. GLPK's long-step ratio test makes branch and cut faster, and fails an assertion now and then; then the
  /// search begins once more without it, from the best point so far.
  private func search(_ run: SolveRun, _ parameters: GLPKParameters) throws -> Solution {
    var parameters = parameters
    var incumbent: [Double]?
    for attempt in 1...2 {
      do {
        let search = try GLPKSearch(run: run, parameters: parameters)
        if let incumbent, try run.isFeasible(incumbent) { search.startPoint = run.model.rounded(incumbent) }
        return try search.solve()
      } catch let breakdown as GLPKBreakdown {
        run.warnings.append(
          "glpk failed its own assertion \(breakdown.assertion)"
            + (attempt == 1 ? ": the search began once more, without long steps" : " once more"))
        // It has switched its output on.
        glp_term_out(run.options.log ? GLP_ON : GLP_OFF)
        parameters.integer.flip = GLP_OFF
        parameters.simplex.r_test = GLP_RT_HAR
        incumbent = breakdown.incumbent
        run.forgetIncumbents()
      }
    }
    return run.solution(run.status(hasPoint: false), iterations: 0)
  }

  /// GLPK aborts the process beyond these counts.
  private static func checkSize(_ model: Model) throws {
    guard model.columnCount <= 100_000_000, model.rowCount <= 100_000_000, model.entryCount <= 500_000_000 else {
      throw Misuse(
        "solve: expected at most 100,000,000 variables and rows and 500,000,000 entries for glpk, got \(model)")
    }
  }

  private static func obstacleToPresolve(_ run: SolveRun) -> String? {
    if run.wants(.relaxation) { return "relaxation events" }
    if let answer = run.answers.subtracting([.stop]).map(\.rawValue).min() { return "the answer \(answer)" }
    return run.options.startPoint == nil ? nil : "a start point"
  }

}
