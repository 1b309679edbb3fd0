import CSCIP
import Essentials
import MILP

/// A linear program as such, by the simplex method that SCIP has in it (SoPlex), reached through SCIP's interface to
/// such methods: there are duals of the model's own rows, and the clock is looked at in the middle of it.
final class SCIPLinearProgram {
  /// How long the simplex method runs before the interrupt and the clock are looked at again.
  private static let slice = 0.1
  /// More than any clock will count.
  private static let forever = 1e20

  private let run: SolveRun
  private let library: SCIPLibrary
  private let rows: ConditionedRows
  private var program: OpaquePointer?
  private var iterations = 0

  /// Loads the model.
  ///
  /// - Throws: `OutsideFailure` for finite numbers that are taken for infinite.
  init(run: SolveRun, problem: SCIPProblem, rows: ConditionedRows) throws {
    self.run = run
    self.rows = rows
    library = problem.library
    // Always minimised.
    try library.check(library.lpiCreate(&program, nil, "", 1))
    try setParameters(as: problem)
    try load()
  }

  deinit {
    if program != nil { _ = library.lpiFree(&program) }
  }

  private func setParameters(as problem: SCIPProblem) throws {
    let tolerances = [
      (CSCIP_LP_FEASIBILITY_TOLERANCE, "numerics/feastol"), (CSCIP_LP_DUAL_TOLERANCE, "numerics/dualfeastol"),
    ]
    for (parameter, name) in tolerances {
      var value = 0.0
      try library.check(library.getRealParam(problem.scip, name, &value))
      try library.check(library.lpiSetRealpar(program, parameter, value))
    }
    try library.check(library.lpiSetIntpar(program, CSCIP_LP_INFO, 0))
    try library.check(library.lpiSetIntpar(program, CSCIP_LP_TIMING, SCIPParameters.clock(run.options)))
    try library.check(library.lpiSetIntpar(program, CSCIP_LP_SCALING, 1))
    try library.check(library.lpiSetIntpar(program, CSCIP_LP_PRESOLVING, isPresolved ? 1 : 0))
    if let seed = run.options.seed { try library.check(library.lpiSetIntpar(program, CSCIP_LP_SEED, Int32(seed))) }
  }

  private var isPresolved: Bool { run.options.presolve == true }

  private var sign: Double { run.model.objectiveSense == .minimize ? 1 : -1 }

  private func load() throws {
    let model = run.model
    let infinity = library.lpiInfinity(program)
    func bounded(_ values: [Double]) -> [Double] { values.map { min(max($0, -infinity), infinity) } }
    try library.check(
      library.lpiAddCols(
        program, Int32(model.columnCount), model.objectiveCoefficients.map { sign * $0 }, bounded(model.columnLower),
        bounded(model.columnUpper), nil, 0, nil, nil, nil))
    try library.check(
      library.lpiAddRows(
        program, Int32(model.rowCount), bounded(rows.lower), bounded(rows.upper), nil, Int32(rows.values.count),
        rows.starts.map { Int32($0) }, rows.columns, rows.values))
  }

  func solve() throws -> Solution {
    switch try simplex() {
    case .optimal: return try optimum()
    case .unbounded: return run.solution(try run.unboundedOrInfeasible(), iterations: iterations)
    case let status: return run.solution(status, iterations: iterations)
    }
  }

  /// Solves in slices; where the dual simplex method fails, the primal one begins anew.
  private func simplex() throws -> SolveStatus {
    var isSecondTry = false
    while !run.poll() {
      let seconds = isPresolved ? run.secondsLeft : min(run.secondsLeft, SCIPLinearProgram.slice)
      let limit = min(max(seconds, 1e-3), SCIPLinearProgram.forever)
      try library.check(library.lpiSetRealpar(program, CSCIP_LP_TIME_LIMIT, limit))
      let code = isSecondTry ? library.lpiSolvePrimal(program) : library.lpiSolveDual(program)
      if code == CSCIP_OKAY {
        var count: Int32 = 0
        try library.check(library.lpiGetIterations(program, &count))
        iterations += Int(count)
        if library.lpiIsOptimal(program) != 0 { return .optimal }
        if library.lpiIsPrimalInfeasible(program) != 0 { return .infeasible }
        if library.lpiIsPrimalUnbounded(program) != 0 { return .unbounded }
        if library.lpiIsTimelimExc(program) != 0 {
          run.offerProgress(depth: 0, bound: { nil })
          continue
        }
      }
      guard !isSecondTry else {
        run.warnings.append("scip's simplex method gave up for numerical reasons")
        return .limit
      }
      isSecondTry = true
      try library.check(library.lpiSetIntpar(program, CSCIP_LP_FROM_SCRATCH, 1))
    }
    return run.status(hasPoint: false)
  }

  private func optimum() throws -> Solution {
    var point = [Double](repeating: 0, count: run.model.columnCount)
    var reducedCosts = point
    var duals = [Double](repeating: 0, count: run.model.rowCount)
    try library.check(library.lpiGetSol(program, nil, &point, &duals, nil, &reducedCosts))
    run.offer(point) { [run, point] in try? run.model.objectiveValue(at: point) }
    var solution = run.solution(.optimal, iterations: iterations)
    solution.values = point
    solution.objective = run.bestObjective
    solution.bound = run.bestObjective
    solution.rowDuals = rows.duals(duals.map { sign * $0 })
    solution.reducedCosts = reducedCosts.map { sign * $0 }
    return solution
  }
}
