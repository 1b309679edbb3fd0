import Essentials
import MILP

/// What callbacks answer.
extension SolveRun {
  /// Takes note of an answer to an event.
  func file(_ answer: SolveAnswer, to event: SolveEventKind) throws {
    if let kind = answer.kind, !answers.contains(kind) {
      throw Misuse(
        "solve: a callback answered \(kind.rawValue), which was not announced: expected some of "
          + answers.map(\.rawValue).sorted().joined(separator: ", "))
    }
    if event != .relaxation, let kind = answer.kind, [.lazyRows, .cuts, .branch].contains(kind) {
      throw Misuse(
        "solve: expected the answer \(kind.rawValue) to a relaxation event only, got it to \(event.rawValue)")
    }
    switch answer {
    case .continue: break
    case .stop: stop(.callback)
    case .submit(let point): try submit(point)
    case .complete(let partial): try complete(partial)
    case .addLazyRows(let rows):
      addedRows += rows.count
      for row in rows { lazyRows.append(try SparseRow(row, of: reformulation.original)) }
    case .addCuts(let rows):
      addedRows += rows.count
      for row in rows { pendingCuts.append(try SparseRow(row, of: reformulation.original)) }
    case .branch(let variable, let direction):
      pendingBranch = (try reformulation.original.column(of: variable, for: "branch"), direction)
    }
  }

  /// Ends the solve: a callback chose a variable that nothing can be branched on.
  func refuseBranch(on column: Int) {
    let name = model.columnName(column)
    fail(Misuse("branch: expected an integer variable with a fractional value at the node, got \(name)"))
  }

  /// Puts `point` in line for the solver, completed where it leaves variables open.
  private func submit(_ point: [Double]) throws {
    if let partial = reformulation.original.partial(point) { return try complete(partial) }
    try reformulation.original.checkPoint(point, for: "submit")
    try enqueue(reformulation.lifted(point))
  }

  /// Solves for the variables that `partial` leaves open, on a copy, and submits the result.
  private func complete(_ partial: [Variable: Double]) throws {
    guard let copy = try reformulation.original.completion(of: partial) else {
      rejectedPoints += 1
      return
    }
    for row in lazyRows {
      try copy.addRow(indices: row.columns, values: row.values, lower: row.lower, upper: row.upper)
    }
    var completion = SolveOptions()
    limit(&completion)
    guard let point = try solver.solve(copy, options: completion).values else {
      rejectedPoints += 1
      return
    }
    try submit(point)
  }
}
