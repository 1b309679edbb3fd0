import Essentials
import MILP

/// What solvers say is looked at again: points against the model, claims against points.
extension SolveRun {
  /// Whether `point`, its integers rounded, satisfies the model and the lazy rows known so far; solvers take points on
  /// trust.
  func isFeasible(_ point: [Double]) throws -> Bool {
    guard try model.violation(at: point).largest <= Model.feasibilityTolerance else { return false }
    let point = model.rounded(point)
    guard try model.violation(at: point).largest <= Model.feasibilityTolerance else { return false }
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
    guard try model.violation(at: point).largest <= 1e-9 else { return }
    let objective = try model.objectiveValue(at: point)
    if let known = knownPoint, !model.objectiveSense.prefers(objective, over: known.objective) { return }
    knownPoint = (point, objective)
  }

  /// The violation up to which a solver's own points are let pass: solvers keep `Model.feasibilityTolerance` on a scaled
  /// copy of the model, where it may be worth somewhat more.
  private static let pointTolerance = 10 * Model.feasibilityTolerance

  /// Whether a solver's point is a point of the model.
  func isSound(_ point: [Double]) -> Bool {
    guard let violation = try? model.violation(at: point).largest else { return false }
    return violation <= SolveRun.pointTolerance
  }

  /// `solution`, unless its point violates the model: GLPK 5.0 was seen to return optimal points of models that miss a
  /// row by 0.01. With the integers kept and the rest solved for again there may be a point beside it. It takes the
  /// place of the first one, and what was claimed about that falls unless it is as good; without one, all claims fall.
  private func checked(_ solution: Solution) throws -> Solution {
    guard let point = solution.values, !isSound(point) else { return solution }
    var corrected = solution
    corrected.hasPointViolation = true
    let violation = (try? model.violation(at: point).largest).map { "by \($0)" } ?? "by numbers that are not finite"
    corrected.warnings.append("\(solver.name)'s point violates the model \(violation)")
    (corrected.values, corrected.objective) = (try neighbour(of: point), nil)
    guard let values = corrected.values else {
      (corrected.status, corrected.bound) = (stopReason.map { _ in status(hasPoint: false) } ?? .limit, nil)
      (corrected.rowDuals, corrected.reducedCosts) = (nil, nil)
      return corrected
    }
    let objective = try model.objectiveValue(at: values)
    corrected.objective = objective
    if let claimed = solution.objective, abs(objective - claimed) > SolveRun.pointTolerance * max(1, abs(claimed)) {
      corrected.bound = nil
      if corrected.status == .optimal { corrected.status = .feasible }
    }
    return corrected
  }

  /// A point of the model with the whole numbers of `point`, if the solver finds one.
  private func neighbour(of point: [Double]) throws -> [Double]? {
    let free = (0..<model.columnCount).filter {
      model.kinds[$0].isIntegral && model.columnLower[$0] < model.columnUpper[$0]
    }
    guard !free.isEmpty, point.allSatisfy(\.isFinite) else { return nil }
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

  /// `solution`, unless a point from outside contradicts it: a model that has a point is not infeasible, and no bound is
  /// better than what was attained. Then the point stands, the claim falls, and a warning tells.
  func reconciled(_ given: Solution) throws -> Solution {
    let solution = try checked(given)
    guard let known = knownPoint, lazyRows.allSatisfy({ $0.violation(at: known.point) <= 1e-9 }) else {
      return solution
    }
    let margin = 1e-6 * max(1, abs(known.objective))
    let isRefuted =
      solution.bound.map {
        model.objectiveSense.prefers(known.objective, over: $0) && abs(known.objective - $0) > margin
      } ?? (solution.status == .infeasible)
    guard isRefuted else { return solution }
    var corrected = solution
    corrected.warnings.append(
      "\(solver.name) called the model \(solution.status.rawValue)\(solution.bound.map { " with the bound \($0)" } ?? ""), "
        + "but a given point attains \(known.objective): the answer of the solver is not to be trusted")
    corrected.status = .feasible
    corrected.bound = nil
    if corrected.objective.map({ model.objectiveSense.prefers(known.objective, over: $0) }) ?? true {
      (corrected.values, corrected.objective) = (known.point, known.objective)
    }
    return corrected
  }
}
