import Essentials
import MILP

/// What the program reports, and what it is answered.
extension PipeSearch {
  /// Takes note of an event and asks the callbacks about it.
  func answer(to kind: SolveEventKind, _ message: PipeMessage) -> JSON {
    var members: [String: JSON] = [:]
    let depth = message.depth ?? 0
    var rows: [SparseRow]? = []
    switch (kind, message.point) {
    case (.incumbent, let point?):
      rows = lazyRows(violatedBy: point, depth: depth)
      if rows?.isEmpty != true { members["refused"] = .boolean(true) }
    case (.relaxation, let point?): rows = show(point, depth: depth)
    default: break
    }
    if let limit = run.options.nodeLimit, run.nodes >= limit { run.stop(.nodeLimit) }
    run.checkBound(lastBound)
    run.offerProgress(depth: depth, bound: { [self] in lastBound })
    members["lazy_rows"] = PipeSearch.list(rows ?? [])
    members["cuts"] = PipeSearch.list(run.pendingCuts)
    members["points"] = takeSubmissions(depth: depth)
    if let (column, direction) = run.pendingBranch, kind == .relaxation, let point = message.point {
      members["branch"] = branch(on: column, direction, at: point)
    }
    (run.pendingCuts, run.pendingBranch) = ([], nil)
    return .object(members)
  }

  /// Shows a node's linear program's solution to the callbacks; the lazy rows that it violates.
  private func show(_ point: [Double], depth: Int) -> [SparseRow] {
    guard let objective = try? run.model.objectiveValue(at: point) else { return [] }
    return run.offerRelaxation(objective: objective, depth: depth, bound: { [self] in lastBound }) { columns in
      columns.map { $0.map { point[$0] } } ?? point
    }
  }

  /// Takes a point that the program has found: the lazy rows that it violates, none if it counts, nil if it is none.
  func lazyRows(violatedBy point: [Double], depth: Int) -> [SparseRow]? {
    let rounded = run.reformulation.rounded(point)
    let known = run.lazyRows.filter { $0.violation(at: rounded) > Model.feasibilityTolerance }
    guard known.isEmpty else { return known }
    guard run.isSound(point) else {
      distrust(point)
      return nil
    }
    let rows = run.lazyRows(violatedByCandidate: rounded, depth: depth, bound: { [self] in lastBound })
    if rows?.isEmpty == true { run.offer(rounded, depth: depth) { [self] in lastBound } }
    return rows
  }

  /// The points that callbacks have submitted. They count from now on, whatever the program makes of them.
  private func takeSubmissions(depth: Int) -> JSON? {
    var points: [JSON] = []
    while let point = run.nextSubmission(depth: depth, bound: { [self] in lastBound }) {
      run.acceptedPoints += 1
      run.offer(point, depth: depth) { [self] in lastBound }
      points.append(.array(point.map { .number($0) }))
    }
    return points.isEmpty ? nil : .array(points)
  }

  private func branch(on column: Int, _ direction: BranchDirection, at point: [Double]) -> JSON? {
    guard run.model.kinds[column].isIntegral, abs(point[column] - point[column].rounded()) > 1e-9 else {
      run.refuseBranch(on: column)
      return nil
    }
    return .object(["column": .integer(Int64(column)), "first": .string(direction.rawValue)])
  }

  /// Rows as the protocol has them; nil for none.
  private static func list(_ rows: [SparseRow]) -> JSON? {
    func bound(_ value: Double) -> JSON { value.isFinite ? .number(value) : .null }
    guard !rows.isEmpty else { return nil }
    return .array(
      rows.map { row in
        .object([
          "columns": .array(row.columns.map { .integer(Int64($0)) }), "values": .array(row.values.map { .number($0) }),
          "lower": bound(row.lower), "upper": bound(row.upper),
        ])
      })
  }
}
