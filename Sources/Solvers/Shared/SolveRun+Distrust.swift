import Essentials
import MILP

/// What solvers say of points is looked at again: they are taken on trust for nothing.
extension SolveRun {
  /// Whether `point`, its integers rounded, satisfies the model and the lazy rows known so far; solvers take points on
  /// trust.
  func isFeasible(_ point: [Double]) throws -> Bool {
    guard try reformulation.violation(at: point) <= Model.feasibilityTolerance else { return false }
    let point = reformulation.rounded(point)
    guard try reformulation.violation(at: point) <= Model.feasibilityTolerance else { return false }
    return lazyRows.allSatisfy { $0.violation(at: point) <= Model.feasibilityTolerance }
  }

  /// Tells whether a model with an unbounded relaxation has a point at all, by solving it without its objective.
  func unboundedOrInfeasible() throws -> SolveStatus {
    let copy = model.copy()
    try copy.setObjective(LinearExpression(), .minimize)
    var options = SolveOptions()
    options.timeLimit = secondsLeft.isFinite ? max(0, secondsLeft) : nil
    options.nodeLimit = self.options.nodeLimit
    options.threads = self.options.threads
    options.shouldStop = self.options.shouldStop
    let answer = try solver.solve(copy, options: options)
    nodes += answer.nodes
    switch answer.status {
    case .optimal, .feasible: return .unbounded
    case let other: return other
    }
  }

  /// Keeps the best of the points that are feasible beyond doubt, for `reconciled`.
  func remember(_ point: [Double]) throws {
    guard try reformulation.violation(at: point) <= 1e-9 else { return }
    let objective = try model.objectiveValue(at: point)
    if let known = knownPoint, !model.objectiveSense.prefers(objective, over: known.objective) { return }
    knownPoint = (point, objective)
  }

  /// The violation up to which a solver's own points are let pass: solvers keep `Model.feasibilityTolerance` on a scaled
  /// copy of the model, where it may be worth somewhat more.
  private static let pointTolerance = 10 * Model.feasibilityTolerance

  /// Whether a solver's point, and the same with its integers rounded, is a point of the model and of the lazy rows.
  func isSound(_ point: [Double]) -> Bool {
    [point, reformulation.rounded(point)].allSatisfy { point in
      guard let violation = try? reformulation.violation(at: point) else { return false }
      return violation <= SolveRun.pointTolerance
        && lazyRows.allSatisfy { $0.violation(at: point) <= SolveRun.pointTolerance }
    }
  }

  /// The objective that a solver gave a point, or the point's own where that is another number.
  func honest(_ claimed: Double, at point: [Double]) -> Double {
    guard let objective = try? model.objectiveValue(at: point) else { return claimed }
    return agree(claimed, objective, at: point) ? claimed : objective
  }

  /// Whether two objectives of a point are the same up to rounding and the tolerances of solvers; NaN is never.
  private func agree(_ claimed: Double, _ objective: Double, at point: [Double]) -> Bool {
    let size = zip(model.objectiveCoefficients, point).reduce(0) { $0 + abs($1.0 * $1.1) }
    return abs(claimed - objective) <= SolveRun.pointTolerance * max(1, abs(objective)) + 1e-12 * size
  }

  /// `given` with a point of the model, if it has one: GLPK 5.0 was seen to return optimal points of models that miss a
  /// row by 0.01. With the integers kept and the rest solved for again there may be a point beside it. It takes the
  /// place of the first one, and what was claimed about that falls unless it is as good; without one, all claims fall.
  func checked(_ given: Solution) throws -> Solution {
    var solution = given
    solution.objective = nil
    guard let point = given.values else { return solution }
    let isSound = isSound(point)
    solution.values = isSound ? reformulation.rounded(point) : try repaired(point)
    if !isSound {
      solution.hasPointViolation = true
      let violation = (try? reformulation.violation(at: point)).map { "by \($0)" } ?? "by numbers that are not finite"
      solution.warnings.append(
        "\(solver.name)'s point violates the model \(violation): "
          + (solution.hasPoint ? "a point of the model beside it is given instead" : "it is left out"))
    }
    guard let values = solution.values else {
      (solution.status, solution.bound) = (statusWithoutPoint, nil)
      (solution.rowDuals, solution.reducedCosts) = (nil, nil)
      return solution
    }
    let objective = try model.objectiveValue(at: values)
    solution.objective = objective
    guard let claimed = given.objective else { return solution }
    if agree(claimed, objective, at: values) {
      if isSound { solution.objective = claimed }
      return solution
    }
    if isSound { solution.warnings.append("\(solver.name) took its point's objective \(objective) for \(claimed)") }
    solution.bound = nil
    if solution.status == .optimal { solution.status = .feasible }
    return solution
  }

  /// A point of the model near one that is none: the better of those with its whole numbers, and with those that its
  /// blocks have at the inputs that it gives them.
  private func repaired(_ point: [Double]) throws -> [Double]? {
    guard point.count == model.columnCount, point.allSatisfy(\.isFinite) else { return nil }
    var candidates = [point]
    if !model.blocks.isEmpty { candidates.append(try model.completed(point)) }
    return try candidates.compactMap { try neighbour(of: $0) }
      .map { (point: $0, objective: try model.objectiveValue(at: $0)) }
      .max { model.objectiveSense.prefers($1.objective, over: $0.objective) }?.point
  }

  /// A point of the model with the whole numbers of `point`, if the solver finds one.
  private func neighbour(of point: [Double]) throws -> [Double]? {
    let free = (0..<model.columnCount).filter {
      model.kinds[$0].isIntegral && model.columnLower[$0] < model.columnUpper[$0]
    }
    guard !free.isEmpty else { return nil }
    let copy = model.copy()
    for column in free {
      let value = min(max(point[column].rounded(), model.columnLower[column]), model.columnUpper[column])
      try copy.setBounds(of: Variable(index: column, modelIdentity: copy.identity), lower: value, upper: value)
    }
    for row in lazyRows {
      try copy.addRow(indices: row.columns, values: row.values, lower: row.lower, upper: row.upper)
    }
    var options = SolveOptions()
    options.timeLimit = max(1, secondsLeft.isFinite ? secondsLeft : 10)
    options.shouldStop = self.options.shouldStop
    // Its point has been checked in the same way, and its integers have no freedom left to be changed once more.
    return try solver.solve(copy, options: options).values
  }
}
