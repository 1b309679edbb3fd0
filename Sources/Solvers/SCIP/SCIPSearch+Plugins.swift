import CSCIP
import MILP

/// Where SCIP calls back. Nothing there may throw: errors wait in `run` until SCIP has returned.
extension SCIPSearch {
  private static let name = "vnnlua"
  /// Before SCIP's own, whatever their priorities are.
  private static let first: Int32 = 536_870_911

  /// Tells SCIP what to call, and only what the observer asks for.
  func includePlugins() throws {
    let context = Unmanaged.passUnretained(self).toOpaque()
    try include(events: context, in: problem.scip)
    try library.check(
      library.includeHeurBasic(
        problem.scip, nil, SCIPSearch.name, "", 33, SCIPSearch.first, 1, 0, -1,
        CSCIP_DURING_LP_LOOP | CSCIP_AFTER_LP_LOOP | CSCIP_AFTER_LP_NODE | CSCIP_AFTER_PSEUDO_NODE
          | CSCIP_DURING_PRESOLVE, 0,
        { _, heuristic, timing, _, result in
          SCIPSearch.called(result, default: CSCIP_DIDNOTFIND, by: { $0.heurGetData(heuristic) }) {
            try $0.runHeuristic(heuristic, isAfterLinearProgram: timing & CSCIP_DURING_LP_LOOP != 0)
          }
        }, context))
    if run.answers.contains(.cuts) {
      try library.check(
        library.includeSepaBasic(
          problem.scip, nil, SCIPSearch.name, "", SCIPSearch.first, 1, 1, 0, 0,
          { _, separator, result, _, _ in
            SCIPSearch.called(result, default: CSCIP_DIDNOTFIND, by: { $0.sepaGetData(separator) }) {
              try $0.addCuts(separator)
            }
          }, nil, context))
    }
    if run.answers.contains(.branch) { try include(branching: context) }
    if run.answers.contains(.lazyRows) { try include(lazyRows: context) }
  }

  /// Looks at the clock wherever something happens, in the problems that SCIP's heuristics make for themselves too.
  private func include(events context: UnsafeMutableRawPointer?, in scip: OpaquePointer?) throws {
    var handler: OpaquePointer?
    try library.check(
      library.includeEventhdlrBasic(
        scip, &handler, SCIPSearch.name, "",
        { scip, handler, event, _ in
          SCIPSearch.called(nil, default: CSCIP_DIDNOTRUN, by: { $0.eventhdlrGetData(handler) }) { search in
            search.handle(scip, isBetter: search.library.eventGetType(event) == CSCIP_EVENT_BESTSOLFOUND)
            return CSCIP_DIDNOTRUN
          }
        }, context))
    try library.check(
      library.setEventhdlrCopy(scip, handler) { scip, handler in
        SCIPSearch.called(nil, default: CSCIP_DIDNOTRUN, by: { $0.eventhdlrGetData(handler) }) { search in
          try search.include(events: Unmanaged.passUnretained(search).toOpaque(), in: scip)
          return CSCIP_DIDNOTRUN
        }
      })
    try library.check(
      library.setEventhdlrInit(scip, handler) { scip, handler in
        SCIPSearch.called(nil, default: CSCIP_DIDNOTRUN, by: { $0.eventhdlrGetData(handler) }) { search in
          let kinds =
            CSCIP_EVENT_PRESOLVEROUND | CSCIP_EVENT_NODEFOCUSED | CSCIP_EVENT_FIRSTLPSOLVED | CSCIP_EVENT_LPSOLVED
            | CSCIP_EVENT_BESTSOLFOUND
          try search.library.check(search.library.catchEvent(scip, kinds, handler, nil, nil))
          return CSCIP_DIDNOTRUN
        }
      })
  }

  private func include(branching context: UnsafeMutableRawPointer?) throws {
    var rule: OpaquePointer?
    try library.check(
      library.includeBranchruleBasic(problem.scip, &rule, SCIPSearch.name, "", SCIPSearch.first, -1, 1, context))
    try library.check(
      library.setBranchruleExecLp(problem.scip, rule) { _, rule, _, result in
        SCIPSearch.called(result, default: CSCIP_DIDNOTRUN, by: { $0.branchruleGetData(rule) }) { try $0.branch() }
      })
  }

  /// A constraint handler without constraints. What it checks comes after everything else has been checked.
  private func include(lazyRows context: UnsafeMutableRawPointer?) throws {
    var handler: OpaquePointer?
    try library.check(
      library.includeConshdlrBasic(
        problem.scip, &handler, SCIPSearch.name, "", -SCIPSearch.first, -SCIPSearch.first, -1, 0,
        { _, handler, _, _, _, isInfeasible, result in
          SCIPSearch.called(result, default: CSCIP_INFEASIBLE, by: { $0.conshdlrGetData(handler) }) {
            try $0.enforceLazyRows(isInfeasible: isInfeasible != 0)
          }
        },
        { _, handler, _, _, _, isInfeasible, isTooBad, result in
          guard isTooBad == 0 else {
            result?.pointee = CSCIP_DIDNOTRUN
            return CSCIP_OKAY
          }
          return SCIPSearch.called(result, default: CSCIP_INFEASIBLE, by: { $0.conshdlrGetData(handler) }) {
            try $0.enforceLazyRows(isInfeasible: isInfeasible != 0)
          }
        },
        { _, handler, _, _, solution, _, _, _, _, result in
          SCIPSearch.called(result, default: CSCIP_INFEASIBLE, by: { $0.conshdlrGetData(handler) }) {
            $0.admits(solution) ? CSCIP_FEASIBLE : CSCIP_INFEASIBLE
          }
        },
        { _, handler, _, type, positive, negative in
          SCIPSearch.called(nil, default: CSCIP_DIDNOTRUN, by: { $0.conshdlrGetData(handler) }) {
            try $0.lockVariables(type, positive + negative)
            return CSCIP_DIDNOTRUN
          }
        }, context))
    try library.check(
      library.setConshdlrSepa(
        problem.scip, handler,
        { _, handler, _, _, _, result in
          SCIPSearch.called(result, default: CSCIP_DIDNOTFIND, by: { $0.conshdlrGetData(handler) }) {
            try $0.addLazyRows() ? CSCIP_CONSADDED : CSCIP_DIDNOTFIND
          }
        }, nil, 1, SCIPSearch.first, 0))
  }

  /// Does what one of the functions above is for. An error ends the search, and is kept until SCIP has returned.
  ///
  /// - Parameters:
  ///   - result: where SCIP wants to be told what came of it.
  ///   - standard: what to tell it after an error.
  ///   - context: how to get at what was given to SCIP along with the function.
  private static func called(
    _ result: UnsafeMutablePointer<Int32>?, default standard: Int32,
    by context: (SCIPLibrary) -> UnsafeMutableRawPointer?, _ body: (SCIPSearch) throws -> Int32
  ) -> CSCIPCode {
    result?.pointee = standard
    guard let library = try? SCIPLibrary.load(asksPython: false), let pointer = context(library) else {
      return CSCIP_ERROR
    }
    let search = Unmanaged<SCIPSearch>.fromOpaque(pointer).takeUnretainedValue()
    do {
      let outcome = try body(search)
      result?.pointee = outcome
    } catch {
      search.run.fail(error)
    }
    if search.run.stopReason != nil { _ = library.interruptSolve(search.problem.scip) }
    return CSCIP_OKAY
  }
}
