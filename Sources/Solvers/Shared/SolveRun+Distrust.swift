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
  ///
  /// - Throws: `Misuse` where lazy rows may come: those that are not written yet may bound the model.
  func unboundedOrInfeasible() throws -> SolveStatus {
    let copy = model.copy()
    try copy.setObjective(LinearExpression(), .minimize)
    var options = SolveOptions()
    limit(&options)
    options.nodeLimit = self.options.nodeLimit
    let answer = try solver.solve(copy, options: options)
    nodes += answer.nodes
    switch answer.status {
    case .optimal, .feasible:
      guard !answers.contains(.lazyRows) else {
        throw Misuse("solve: \(solver.name) needs a bounded relaxation to add lazy rows to: expected finite bounds")
      }
      return .unbounded
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

  /// The violation up to which a solver's own points are taken for what it means: solvers keep
  /// `Model.feasibilityTolerance` on a scaled copy of the model, where it may be worth somewhat more.
  static let pointTolerance = 10 * Model.feasibilityTolerance

  /// The largest violation of the model and of the lazy rows at a solver's point and at the same with its integers
  /// rounded; nil for what is no point at all: numbers from `Model.infinity` on are infinite, and solvers give them where
  /// a model is unbounded.
  private func violation(at point: [Double]) -> Double? {
    guard point.allSatisfy({ $0.magnitude < Model.infinity }) else { return nil }
    let violations = [point, reformulation.rounded(point)].map { point -> Double? in
      guard let violation = try? reformulation.violation(at: point) else { return nil }
      return lazyRows.reduce(violation) { max($0, $1.violation(at: point)) }
    }
    return violations.contains(nil) ? nil : violations.compactMap(\.self).max()
  }

  /// Whether a solver's point is one of the model and of the lazy rows within what scaling makes of its tolerances.
  func isSound(_ point: [Double]) -> Bool { violation(at: point).map { $0 <= SolveRun.pointTolerance } ?? false }

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
  /// place of the first one, and what was claimed about that falls unless it is as good. Without one, a point that scaling
  /// may have brought beside the model stays, and a warning says by how much; of another one all claims fall.
  func checked(_ given: Solution) throws -> Solution {
    var solution = given
    solution.objective = nil
    guard let point = given.values else { return solution }
    let violation = violation(at: point)
    let isKept = violation.map { $0 <= Model.feasibilityTolerance } ?? false
    let isSound = isSound(point)
    let repaired = isKept ? nil : try repaired(point)
    solution.values = repaired ?? (isSound ? reformulation.rounded(point) : nil)
    solution.hasPointViolation = !isSound
    func warn(_ what: String) {
      let size = violation.map { "by \($0)" } ?? "by numbers that are not finite"
      solution.warnings.append("\(solver.name)'s point violates the model \(size): \(what)")
    }
    if !isKept, repaired == nil {
      warn(isSound ? "none was found beside it that does so less" : "it is left out")
    } else if !isSound {
      warn("a point of the model beside it is given instead")
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
      if repaired == nil { solution.objective = claimed }
      return solution
    }
    if repaired == nil {
      solution.warnings.append("\(solver.name) took its point's objective \(objective) for \(claimed)")
    } else if isSound {
      warn("a point of the model beside it, which is not as good, is given instead")
    }
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
      .filter { admits($0) }
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
    limit(&options)
    options.timeLimit = max(0.1, options.timeLimit ?? 10)
    // Its integers have no freedom left to be changed once more.
    guard let values = try solver.solve(copy, options: options).values, try isFeasible(values) else { return nil }
    return values
  }
}
