import Essentials
import MILP

/// What every solver does before it starts: refuse options that make no sense, and answer by itself what solvers answer
/// badly or not at all (crossed bounds abort GLPK; models without entries need no solver).
enum SolvePreparation {
  static func check(_ model: Model, _ options: SolveOptions, _ observer: SolveObserver?, solver: any Solver) throws {
    func atLeastZero(_ name: String, _ value: Double?) throws {
      if let value, !(value >= 0) { throw Misuse("solve: \(name): expected a number of at least 0, got \(value)") }
    }
    try atLeastZero("time limit", options.timeLimit)
    try atLeastZero("node limit", options.nodeLimit.map(Double.init))
    try atLeastZero("relative gap", options.gapRelative)
    try atLeastZero("absolute gap", options.gapAbsolute)
    if !(1...1024).contains(options.threads) {
      throw Misuse("solve: threads: expected a number from 1 to 1024, got \(options.threads)")
    }
    if let seed = options.seed, seed < 0 || seed > Int(Int32.max) {
      throw Misuse("solve: seed: expected a number from 0 to \(Int32.max), got \(seed)")
    }
    for (name, value) in [("objective stop", options.objectiveStop), ("bound stop", options.boundStop)] {
      if let value, value.isNaN { throw Misuse("solve: \(name): expected a number, got NaN") }
    }
    if let startPoint = options.startPoint { try model.checkPoint(startPoint, for: "solve: start point") }
    if let observer { try solver.capabilities.check(observer, solver: solver.name) }
  }

  /// The answer to a model that is decided without a solver: crossed bounds, rows that are impossible by themselves, or
  /// no matrix entries at all. nil for all others.
  static func answer(_ run: SolveRun) throws -> Solution? {
    let model = run.model
    for column in 0..<model.columnCount where model.columnLower[column] > model.columnUpper[column] {
      return run.solution(.infeasible, iterations: 0)
    }
    for row in 0..<model.rowCount {
      if model.rowLower[row] > model.rowUpper[row] { return run.solution(.infeasible, iterations: 0) }
      let isEmpty = model.rowStarts[row] == model.rowStarts[row + 1]
      if isEmpty, max(model.rowLower[row], -model.rowUpper[row]) > Model.feasibilityTolerance {
        return run.solution(.infeasible, iterations: 0)
      }
    }
    guard model.entryCount == 0, model.constructKinds.isEmpty else { return nil }
    // With lazy rows to come, what is best for each variable alone need not be best.
    guard !run.answers.contains(.lazyRows) || model.columnCount == 0 else { return nil }
    return try withoutEntries(run)
  }

  /// Each variable goes to the bound that is best for it alone.
  private static func withoutEntries(_ run: SolveRun) throws -> Solution {
    let model = run.model
    var point: [Double] = []
    var isUnbounded = false
    for column in 0..<model.columnCount {
      let cost = model.objectiveSense == .minimize ? 1.0 : -1.0
      let weight = cost * model.objectiveCoefficients[column]
      let (lower, upper) = (model.columnLower[column], model.columnUpper[column])
      let wanted = weight > 0 ? lower : weight < 0 ? upper : min(max(0, lower), upper)
      if wanted.isInfinite { isUnbounded = true }
      point.append(wanted.isInfinite ? min(max(0, lower), upper) : wanted)
    }
    if isUnbounded { return run.solution(.unbounded, iterations: 0) }
    if run.poll() { return run.solution(run.status(hasPoint: false), iterations: 0) }
    let objective = try model.objectiveValue(at: point)
    run.offerIncumbent(objective: objective, depth: 0, bound: { objective }) { columns in
      columns.map { $0.map { point[$0] } } ?? point
    }
    if let failure = run.failure { throw failure }
    var solution = run.solution(.optimal, iterations: 0)
    solution.values = point
    solution.objective = objective
    solution.bound = objective
    if model.isLinearProgram {
      solution.rowDuals = [Double](repeating: 0, count: model.rowCount)
      solution.reducedCosts = model.objectiveCoefficients
    }
    return solution
  }
}
