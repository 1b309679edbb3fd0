import CGLPK
import CGLPKGuard
import Essentials
import MILP

/// One solve by GLPK: the linear program, then branch and cut.
final class GLPKSearch {
  let run: SolveRun
  let problem: GLPKProblem
  private let rows: ConditionedRows
  var parameters: GLPKParameters
  let isPresolved: Bool

  /// The best bound known when the search was last looked at; bounds only tighten, so an old one is still valid.
  var lastBound: Double?
  var lastBoundSeconds = 0.0
  var startPoint: [Double]?

  /// Loads the model.
  ///
  /// - Throws: `OutsideFailure` for coefficients that GLPK cannot treat rightly.
  init(run: SolveRun, parameters: GLPKParameters) throws {
    self.run = run
    self.parameters = parameters
    isPresolved = parameters.integer.presolve == GLP_ON
    rows = try ConditionedRows(run.model)
    run.warnings += rows.warnings.filter { !run.warnings.contains($0) }
    problem = GLPKProblem(run.model, rows)
    startPoint = run.startPoint
  }

  func solve() throws -> Solution {
    if run.poll() { return finished(run.status(hasPoint: false)) }
    if run.isLinear { return try solveLinear() }
    if !isPresolved {
      switch try solveRelaxation() {
      case .optimal: lastBound = run.clamped(glp_get_obj_val(problem.pointer))
      case .unbounded: return finished(try run.unboundedOrInfeasible())
      case let status: return finished(status)
      }
    }
    return try branchAndCut()
  }

  // MARK: Linear programs

  private func solveLinear() throws -> Solution {
    var status = try solveRelaxation()
    if status == .optimal, parameters.isExact { status = try solveExactly() }
    guard status == .optimal else { return finished(status) }
    let pointer = problem.pointer
    let objective = glp_get_obj_val(pointer)
    run.offerIncumbent(objective: objective, depth: 0, bound: { objective }) { [problem] columns in
      (columns ?? Array(0..<problem.columnCount)).map { glp_get_col_prim(pointer, Int32($0 + 1)) }
    }
    var solution = finished(.optimal)
    solution.values = (0..<problem.columnCount).map { glp_get_col_prim(pointer, Int32($0 + 1)) }
    solution.objective = objective
    solution.bound = objective
    solution.rowDuals = rows.duals((0..<problem.rowCount).map { glp_get_row_dual(pointer, Int32($0 + 1)) })
    solution.reducedCosts = (0..<problem.columnCount).map { glp_get_col_dual(pointer, Int32($0 + 1)) }
    return solution
  }

  /// One of GLPK's long calls, which ends within a hundredth of a second of when the run is over. In slices that end by
  /// GLPK's own limit the simplex method would begin each with its pricing weights anew, and take up to twice as long.
  private func watched(_ call: (glpk_end) -> Int32) throws -> Int32 {
    // The run outlives the call, which does not keep the pointer.
    let code = withExtendedLifetime(run) {
      call(
        glpk_end(
          is_over: { $0.map { Unmanaged<SolveRun>.fromOpaque($0).takeUnretainedValue().poll() } ?? false },
          info: Unmanaged.passUnretained(run).toOpaque()))
    }
    if code == GLPK_FAILED_ASSERTION { throw breakdown() }
    return code
  }

  private func solveRelaxation() throws -> SolveStatus {
    let pointer = problem.pointer
    // GLPK's own choice of scaling, by geometric means, lets one entry of 1e-9 move a whole row. On models of trained
    // networks it made the first linear program up to 20 times slower, and called feasible ones infeasible.
    glp_scale_prob(pointer, GLP_SF_EQ | GLP_SF_2N)
    glp_adv_basis(pointer, 0)
    var parameters = parameters.simplex
    // The presolver is for linear programs only: branch and cut needs all columns.
    parameters.presolve = run.options.presolve == true && !run.model.hasIntegers ? GLP_ON : GLP_OFF
    var hasRestarted = false
    while true {
      let code = try watched { glpk_guarded_simplex(pointer, &parameters, $0) }
      switch code {
      case 0:
        switch glp_get_status(pointer) {
        case GLP_OPT: return .optimal
        // Believed when the model as it is has no point either, by GLPK's own method: scaling is what such answers may
        // come from.
        case GLP_NOFEAS where hasRestarted: return .infeasible
        case GLP_NOFEAS: break
        case GLP_UNBND: return .unbounded
        default: break
        }
      case GLP_ENOPFS: return .infeasible
      case GLP_ENODFS:
        // Unbounded or infeasible: only the plain method tells which.
        parameters.presolve = GLP_OFF
        continue
      default: break
      }
      if run.poll() { return run.status(hasPoint: false) }
      guard !hasRestarted else {
        run.warnings.append("glpk's simplex method gave up for numerical reasons (code \(code))")
        return .limit
      }
      hasRestarted = true
      (parameters.meth, parameters.r_test) = (GLP_PRIMAL, GLP_RT_HAR)
      glp_unscale_prob(pointer)
      glp_std_basis(pointer)
    }
  }

  /// Solves the linear program in fractions, from the basis that the simplex method has left.
  private func solveExactly() throws -> SolveStatus {
    if run.poll() { return run.status(hasPoint: false) }
    let code = try watched { glpk_guarded_exact(problem.pointer, &parameters.simplex, $0) }
    switch code {
    case GLP_ETMLIM: return run.status(hasPoint: false)
    case 0:
      switch glp_get_status(problem.pointer) {
      case GLP_OPT: return .optimal
      case GLP_NOFEAS: return .infeasible
      default: return .unbounded
      }
    default:
      run.warnings.append("glpk's exact simplex method gave up (code \(code))")
      return .limit
    }
  }

  // MARK: Branch and cut

  private func branchAndCut() throws -> Solution {
    // Heuristics know nothing of rows that have not been written down.
    if run.answers.contains(.lazyRows) {
      parameters.integer.sr_heur = GLP_OFF
      parameters.integer.fp_heur = GLP_OFF
      parameters.integer.ps_heur = GLP_OFF
    }
    parameters.integer.cb_func = { tree, information in
      guard let tree, let information else { return }
      Unmanaged<GLPKSearch>.fromOpaque(information).takeUnretainedValue().handle(tree)
    }
    // The search outlives glp_intopt, which does not keep the pointer.
    parameters.integer.cb_info = Unmanaged.passUnretained(self).toOpaque()
    let code = try withExtendedLifetime(self) {
      try watched { glpk_guarded_intopt(problem.pointer, &parameters.integer, $0) }
    }
    // The last point may have come after the last callback.
    detectIncumbent(depth: 0, bound: { [self] in lastBound })
    if run.failure != nil { return finished(.stopped) }
    return try conclude(code)
  }

  /// What is left of the search after a failed assertion.
  private func breakdown() -> GLPKBreakdown {
    problem.isBroken = true
    let pointer = problem.pointer
    let point = run.bestObjective.map { _ in (0..<problem.columnCount).map { glp_mip_col_val(pointer, Int32($0 + 1)) } }
    return GLPKBreakdown(assertion: String(cString: glpk_failed_assertion()), incumbent: point.map(run.model.rounded))
  }

  private func conclude(_ code: Int32) throws -> Solution {
    let hasPoint = run.bestObjective != nil
    var status: SolveStatus
    var bound = lastBound
    switch code {
    case 0:
      status = hasPoint ? .optimal : .infeasible
      bound = hasPoint ? run.bestObjective : nil
    case GLP_ENOPFS: status = .infeasible
    case GLP_ENODFS: return finished(try run.unboundedOrInfeasible())
    case GLP_EMIPGAP:
      status = .optimal
      bound = boundFromGap()
    case GLP_ETMLIM:
      run.stop(.timeLimit)
      status = run.status(hasPoint: hasPoint)
    case GLP_ESTOP: status = run.status(hasPoint: hasPoint)
    default:
      run.warnings.append("glpk gave up for numerical reasons (code \(code))")
      status = run.status(hasPoint: hasPoint)
    }
    if status == .infeasible { bound = nil }
    var solution = finished(status)
    solution.bound = bound.flatMap(run.clamped)
    if hasPoint {
      let pointer = problem.pointer
      solution.objective = run.bestObjective
      solution.values = run.model.rounded(
        (0..<problem.columnCount).map { glp_mip_col_val(pointer, Int32($0 + 1)) })
    }
    return solution
  }

  /// The bound that GLPK must have had when its relative gap was small enough.
  private func boundFromGap() -> Double? {
    guard let objective = run.bestObjective else { return lastBound }
    let distance = parameters.integer.mip_gap * (abs(objective) + Double.ulpOfOne)
    return run.model.objectiveSense == .minimize
      ? max(objective - distance, lastBound ?? -.infinity) : min(objective + distance, lastBound ?? .infinity)
  }

  private func finished(_ status: SolveStatus) -> Solution {
    run.solution(status, iterations: Int(glp_get_it_cnt(problem.pointer)))
  }
}
