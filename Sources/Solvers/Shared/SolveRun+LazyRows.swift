import MILP

/// Lazy rows belong to the model although nobody has written them down: whatever point a solver finds may violate one
/// that has not come yet. So where they are announced, the observer sees every candidate as a relaxation before it
/// counts, whoever found it, and what it answers is looked at at once.
extension SolveRun {
  /// Whether some rows of the model may be known to the observer only.
  private var mayHideRows: Bool { answers.contains(.lazyRows) && wants(.relaxation) }

  /// Shows a node's linear program to the observer. What it asked for at an earlier one is forgotten.
  ///
  /// - Returns: the lazy rows that the program's solution violates.
  func offerRelaxation(
    objective: Double, depth: Int, bound: @escaping () -> Double?, values: @escaping ([Int]?) -> [Double]
  ) -> [SparseRow] {
    guard wants(.relaxation) else { return [] }
    pendingBranch = nil
    pendingCuts = []
    if answers.contains(.lazyRows) {
      return lazyRows(violatedBy: values(nil), objective: objective, depth: depth, bound: bound) ?? []
    }
    deliver(.relaxation, objective: objective, depth: depth, bound: bound, values: values)
    return []
  }

  /// The lazy rows that `point` violates: known ones, or else those that the observer answers with when it is shown the
  /// point. nil where it could not be shown any more; then nothing is known about the point.
  func lazyRows(
    violatedBy point: [Double], objective: Double?, depth: Int, bound: @escaping () -> Double?
  ) -> [SparseRow]? {
    let known = lazyRows.filter { $0.violation(at: point) > Model.feasibilityTolerance }
    guard known.isEmpty, mayHideRows, point != lastShown else { return known }
    let count = lazyRows.count
    let isShown = deliver(.relaxation, objective: objective, depth: depth, bound: bound) { columns in
      columns.map { $0.map { point[$0] } } ?? point
    }
    guard isShown, failure == nil else { return nil }
    lastShown = point
    return lazyRows[count...].filter { $0.violation(at: point) > Model.feasibilityTolerance }
  }

  /// The same of a candidate: a point that satisfies the written rows and could become the best one. Each solver asks
  /// this before it takes one, from wherever it comes. What the observer wants to branch on is about nodes only.
  func lazyRows(
    violatedByCandidate point: [Double], depth: Int = 0, bound: @escaping () -> Double? = { nil }
  ) -> [SparseRow]? {
    let branch = pendingBranch
    defer { pendingBranch = branch }
    let objective = try? model.objectiveValue(at: point)
    return lazyRows(violatedBy: point, objective: objective, depth: depth, bound: bound)
  }

  /// Whether a candidate violates no lazy row, as far as the observer knows.
  func admits(_ candidate: [Double]) -> Bool { lazyRows(violatedByCandidate: candidate)?.isEmpty == true }

  /// Puts `point` in line for the solver, if it satisfies the model and the lazy rows known so far.
  func enqueue(_ point: [Double]) throws {
    guard try isFeasible(point) else {
      rejectedPoints += 1
      return
    }
    let point = reformulation.rounded(point)
    pendingPoints.append(point)
    if !mayHideRows { try remember(point) }
  }

  /// The next submitted point that is of use: one that is better than the best so far, and a point of the model still.
  /// The solver says by `acceptedPoints` whether it took it.
  func nextSubmission(depth: Int = 0, bound: @escaping () -> Double? = { nil }) -> [Double]? {
    while failure == nil, !pendingPoints.isEmpty {
      let point = pendingPoints.removeFirst()
      guard let objective = try? model.objectiveValue(at: point) else { continue }
      if let best = bestObjective, !model.objectiveSense.prefers(objective, over: best) { continue }
      guard let violated = lazyRows(violatedByCandidate: point, depth: depth, bound: bound) else { continue }
      if violated.isEmpty {
        try? remember(point)
        return point
      }
      rejectedPoints += 1
    }
    return nil
  }
}
