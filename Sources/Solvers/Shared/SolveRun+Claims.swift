import MILP

/// What solvers claim about a model is looked at again: claims that a known point, or the model, refutes fall.
extension SolveRun {
  /// `given` as far as it is consistent with itself, with the model and with every point that is known to be one of it:
  /// start points, submitted ones, and the solver's own. A model that has a point is not infeasible, one with a bounded
  /// objective is not unbounded, nothing is optimal without a point or with a gap left, and no bound is better than what
  /// was attained. What is refuted is taken out, and a warning tells.
  func reconciled(_ given: Solution) throws -> Solution {
    var solution = try checked(given)
    let isRepaired = solution.values != given.values.map(reformulation.rounded)
    dropNumbersThatAreNone(&solution)
    if let values = solution.values { try remember(values) }
    try keepBestPoint(&solution)
    refuteStatus(&solution)
    refuteBound(&solution, isRepaired: isRepaired)
    solution.warnings += reformulation.original.blockWarnings(at: solution.values.map(reformulation.restricted))
    return solution
  }

  /// How a solve ended that has no point to show, whatever the solver says.
  var statusWithoutPoint: SolveStatus {
    let status = status(hasPoint: false)
    return status == .stopped ? .stopped : .limit
  }

  /// The best objective of a point that is one of the model, and of the lazy rows, beyond doubt.
  private var known: (point: [Double], objective: Double)? {
    guard let knownPoint, lazyRows.allSatisfy({ $0.violation(at: knownPoint.point) <= 1e-9 }) else { return nil }
    return knownPoint
  }

  /// A search that ends early may not have taken the start point or a submitted one yet: they are points all the same.
  private func keepBestPoint(_ solution: inout Solution) throws {
    guard solution.status == .limit || solution.status == .stopped else { return }
    var points = known.map { [$0] } ?? []
    if let start = startPoint, lazyRows.allSatisfy({ $0.violation(at: start) <= Model.feasibilityTolerance }) {
      points.append((start, try model.objectiveValue(at: start)))
    }
    for (point, objective) in points
    where solution.objective.map({ model.objectiveSense.prefers(objective, over: $0) }) ?? true {
      (solution.values, solution.objective) = (point, objective)
    }
  }

  private func dropNumbersThatAreNone(_ solution: inout Solution) {
    func distrust(_ what: String) { solution.warnings.append("\(solver.name) gave \(what): left out") }
    if let bound = solution.bound, bound.isNaN {
      solution.bound = nil
      distrust("a bound that is not a number")
    }
    if let duals = solution.rowDuals, duals.count != model.rowCount || !duals.allSatisfy(\.isFinite) {
      solution.rowDuals = nil
      distrust("duals that are no numbers, or not one per row")
    }
    if let costs = solution.reducedCosts, costs.count != model.columnCount || !costs.allSatisfy(\.isFinite) {
      solution.reducedCosts = nil
      distrust("reduced costs that are no numbers, or not one per column")
    }
  }

  private func refuteStatus(_ solution: inout Solution) {
    let claimed = solution.status.rawValue
    func refute(_ reason: String) {
      solution.warnings.append(
        "\(solver.name) called the model \(claimed), but \(reason): the answer of the solver is not to be trusted")
      solution.bound = nil
      if let known, !solution.hasPoint { (solution.values, solution.objective) = (known.point, known.objective) }
      solution.status = solution.hasPoint ? .feasible : statusWithoutPoint
    }
    switch solution.status {
    case .optimal, .feasible:
      if !solution.hasPoint { refute("has no point to show") }
    case .infeasible:
      solution.bound = nil
      if let objective = known?.objective ?? solution.objective { refute("a known point attains \(objective)") }
    case .unbounded:
      solution.bound = nil
      if isObjectiveBounded { refute("its variables' bounds bound the objective") }
    case .limit, .stopped: break
    }
  }

  /// Whether the bounds of the variables keep the objective from growing without end.
  private var isObjectiveBounded: Bool {
    model.objectiveCoefficients.indices.allSatisfy { column in
      let coefficient = model.objectiveCoefficients[column]
      guard coefficient != 0 else { return true }
      let end = (coefficient > 0) == (model.objectiveSense == .minimize) ? model.columnLower : model.columnUpper
      return end[column].isFinite
    }
  }

  private func refuteBound(_ solution: inout Solution, isRepaired: Bool) {
    let sense = model.objectiveSense
    func lead(of objective: Double, over other: Double) -> Double {
      sense.prefers(objective, over: other) ? abs(objective - other) : 0
    }
    func margin(_ objective: Double) -> Double { 1e-6 * max(1, abs(objective)) }
    let gap = max(options.gapAbsolute, options.gapRelative * abs(solution.objective ?? 0))
    let attained = [known?.objective, solution.objective].compactMap(\.self).max { sense.prefers($1, over: $0) }
    if let attained {
      // What is optimal is itself a bound, up to the gap.
      let claims = [(solution.bound, 0), (solution.status == .optimal ? solution.objective : nil, gap)]
      if claims.contains(where: { $0.0.map { lead(of: attained, over: $0) } ?? 0 > $0.1 + margin(attained) }) {
        solution.warnings.append(
          "\(solver.name) called the model \(solution.status.rawValue)"
            + (solution.bound.map { " with the bound \($0)" } ?? "")
            + ", but a known point attains \(attained): the answer of the solver is not to be trusted")
        solution.bound = nil
        if let known, solution.objective.map({ sense.prefers(known.objective, over: $0) }) ?? true {
          (solution.values, solution.objective) = (known.point, known.objective)
        }
        solution.status = .feasible
      }
    }
    // A point beside the solver's is as much worse as that one was allowed to violate the model. Options in the solver's
    // own names may ask for another gap.
    let tolerance = isRepaired ? SolveRun.pointTolerance : Model.feasibilityTolerance
    if solution.status == .optimal, options.native.isEmpty, let objective = solution.objective,
      let bound = solution.bound, lead(of: bound, over: objective) > gap + tolerance * max(1, abs(objective))
    {
      solution.warnings.append("\(solver.name) called \(objective) optimal, but its bound is \(bound)")
      solution.status = .feasible
    }
  }
}
