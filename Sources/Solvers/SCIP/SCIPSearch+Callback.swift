import CSCIP
import Essentials
import MILP

extension SCIPSearch {
  /// Something happened in the search, or in one that a heuristic of SCIP has begun.
  func handle(_ scip: OpaquePointer?, isBetter: Bool) {
    let isOwn = scip == problem.scip
    if isOwn {
      noteProgress()
      if isBetter { takeIncumbent() }
    }
    if !run.poll() {
      run.checkBound(lastBound)
      run.offerProgress(depth: depth) { [self] in lastBound }
    }
    if run.stopReason != nil, !isOwn { _ = library.interruptSolve(scip) }
  }

  /// Shows a node's linear program to the observer, and hands over the points in line.
  func runHeuristic(_ heuristic: OpaquePointer?, isAfterLinearProgram: Bool) throws -> Int32 {
    if isAfterLinearProgram {
      let objective = library.retransformObj(problem.scip, library.getLPObjval(problem.scip))
      _ = run.offerRelaxation(objective: objective, depth: depth, bound: { [self] in bound }) { [problem] in
        problem.values($0)
      }
    }
    var result = CSCIP_DIDNOTFIND
    // An incumbent's callback may submit another point.
    while let point = run.nextSubmission(depth: depth, bound: { [self] in bound }) {
      guard try problem.submit(point, from: heuristic) else { continue }
      run.acceptedPoints += 1
      result = CSCIP_FOUNDSOL
    }
    return result
  }

  /// Adds the cuts that cut the linear program's solution off.
  func addCuts(_ separator: OpaquePointer?) throws -> Int32 {
    let cuts = run.pendingCuts
    guard !cuts.isEmpty else { return CSCIP_DIDNOTFIND }
    run.pendingCuts = []
    let point = problem.values(nil)
    var result = CSCIP_DIDNOTFIND
    for cut in cuts where cut.violation(at: point) > Model.feasibilityTolerance {
      if try problem.add(cut: cut, from: separator) { return CSCIP_CUTOFF }
      result = CSCIP_SEPARATED
    }
    return result
  }

  func branch() throws -> Int32 {
    guard let (column, direction) = run.pendingBranch else { return CSCIP_DIDNOTRUN }
    run.pendingBranch = nil
    let value = problem.values([column])[0]
    let isFractional = abs(value - value.rounded()) > feasibilityTolerance
    guard run.model.kinds[column].isIntegral, isFractional else {
      run.refuseBranch(on: column)
      return CSCIP_DIDNOTRUN
    }
    try problem.branch(on: column, direction)
    return CSCIP_BRANCHED
  }
}

/// Lazy rows. What SCIP has of them are constraints like those of the model.
extension SCIPSearch {
  /// Asks about the current solution of a node. Where no other constraint is violated it is a candidate.
  func enforceLazyRows(isInfeasible: Bool) throws -> Int32 {
    if isInfeasible { return try addLazyRows() ? CSCIP_CONSADDED : CSCIP_INFEASIBLE }
    let violated = run.lazyRows(violatedByCandidate: problem.values(nil), depth: depth) { [self] in bound }
    if violated?.isEmpty == true { return CSCIP_FEASIBLE }
    return try addLazyRows() ? CSCIP_CONSADDED : CSCIP_INFEASIBLE
  }

  /// Asks about a point that somebody has found; rows that come of it are added when a linear program is solved next.
  func admits(_ solution: OpaquePointer?) -> Bool {
    run.lazyRows(violatedByCandidate: problem.values(nil, at: solution), depth: depth) { [self] in bound }?.isEmpty
      == true
  }

  /// Adds what SCIP does not have yet; false if there is nothing.
  func addLazyRows() throws -> Bool {
    let rows = run.lazyRows[addedLazyRows...]
    addedLazyRows = run.lazyRows.count
    for row in rows { try problem.add(row) }
    return !rows.isEmpty
  }

  /// Any variable may be kept from going up or down by a row that is still to come.
  func lockVariables(_ type: Int32, _ count: Int32) throws {
    for column in 0..<run.model.columnCount { try problem.lock(column, type, count) }
  }
}
