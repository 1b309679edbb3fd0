import Essentials
import LuaHost
import MILP
import Solvers
import Tensors

/// `model:solve{…}`: options in, callbacks out and back, a solution at the end.
enum ModelSolve {
  /// The functions of one solve. They are arguments of that call and never stored in the model.
  private struct Handlers {
    var functions: [SolveEventKind: LuaFunction] = [:]
    var answers: Set<SolveAnswerKind>?

    init() {}

    init(reading table: TableReader) throws {
      for kind in SolveEventKind.allCases {
        functions[kind] = try table.optionalFunction("on_\(kind.rawValue)")
      }
      answers = try table.optional("answers") { try SolveAnswerKind.set($0) }
    }
  }

  static func run(_ model: Model, _ call: Call) throws -> Int {
    var handlers: Handlers?
    var solverName = ""
    var start: StartPoint?
    var options = try call.options(1) { table in
      start = try table.optional("start") { try StartPoint(reading: $0) }
      solverName = try table.string("solver", default: "glpk")
      handlers = try Handlers(reading: table)
      return try SolveOptions(reading: table)
    }
    let solver = try SolverRegistry.solver(named: solverName)
    options.shouldStop = { Interrupt.isRequested }
    let observer = observe(handlers ?? Handlers(), solver, showing: try SolveDisplay.function(call))
    let solution = try call.answeringInterrupts {
      var isRejected = false
      if let start {
        options.startPoint = try start.point(for: model, solver: solver, options: options)
        isRejected = options.startPoint == nil
      }
      var solution = try solver.solve(model, options: options, observer: observer)
      if isRejected { solution.startPointUsed = false }
      return solution
    }
    if solution.status == .stopped { call.acknowledgeInterrupt() }
    return call.push(boxed: solution)
  }

  /// What a solver tells its events to; progress that no function of the script wants goes to `display`.
  private static func observe(
    _ handlers: Handlers, _ solver: any Solver, showing display: LuaFunction?
  ) -> SolveObserver? {
    var functions = handlers.functions
    let shown = functions[.progress] == nil ? display : nil
    if shown != nil { functions[.progress] = shown }
    guard !functions.isEmpty else { return nil }
    // Stopping and submitting cost nothing; what changes how a solver works must be asked for by name.
    let answers = handlers.answers ?? solver.capabilities.answers.intersection([.stop, .submit])
    return SolveObserver(kinds: Set(functions.keys), answers: answers) { event in
      guard let function = functions[event.kind] else { return [.continue] }
      do {
        return try function.call {
          $0.push(event)
        } read: {
          try [SolveAnswer](reading: $0)
        }
      } catch let failure as LuaFailure where failure.isInterrupt {
        // The solver sees the request itself: Ctrl-C ends the solve and keeps the incumbent, wherever it comes.
        return [.continue]
      }
    }
  }
}

extension SolveOptions {
  fileprivate init(reading table: TableReader) throws {
    self.init()
    timeLimit = try table.optionalDouble("time_limit_s")
    let clocks = Stopwatch.Clock.allCases.map(\.rawValue)
    limitClock =
      Stopwatch.Clock(rawValue: try table.string("limit_in", oneOf: clocks, default: limitClock.rawValue)) ?? .wall
    nodeLimit = try table.optionalInt("node_limit")
    gapRelative = try table.double("gap_relative", default: 0)
    gapAbsolute = try table.double("gap_absolute", default: 0)
    objectiveStop = try table.optionalDouble("objective_stop")
    boundStop = try table.optionalDouble("bound_stop")
    threads = try table.int("threads", default: 1)
    seed = try table.optionalInt("seed")
    log = try table.bool("log", default: false)
    presolve = try table.optional("presolve") { try $0.bool(1) }
    isolate = try table.optional("isolate") { try $0.bool(1) }
    native =
      try table.optional("options") { call in
        let reader = try call.table(1)
        guard reader.count == 0 else { throw Misuse("expected the solver's own names with values, got a sequence") }
        return Dictionary(uniqueKeysWithValues: try reader.names.map { ($0, try reader.value($0).optionText($0)) })
      } ?? [:]
  }
}

extension LuaValue {
  fileprivate func optionText(_ name: String) throws -> String {
    switch self {
    case .boolean(let value): return value ? "true" : "false"
    case .integer(let value): return String(value)
    case .number(let value): return String(value)
    case .string(let value): return value
    default: throw Misuse("\(name): expected a string, number or boolean")
    }
  }
}

extension [SolveAnswer] {
  /// What a callback answered: nothing, `"stop"`, or a table with any of `stop`, `submit`, `lazy_rows`, `cuts`, `branch`.
  fileprivate init(reading call: Call) throws {
    self = []
    switch call.kind(1) {
    case .none, .nil: return
    case .string:
      _ = try call.string(1, oneOf: ["stop"])
      append(.stop)
    case .table:
      let table = try call.table(1)
      if let point = try table.optional("submit", { try SolveAnswer.submission($0) }) { append(point) }
      if let rows = try table.optional("lazy_rows", AddedRow.read) { append(.addLazyRows(rows)) }
      if let rows = try table.optional("cuts", AddedRow.read) { append(.addCuts(rows)) }
      if let variable = try table.optional("branch", { try $0.boxed(1, as: Variable.self) }) {
        let first = try table.string("first", oneOf: BranchDirection.allCases.map(\.rawValue), default: "either")
        append(.branch(on: variable, first: BranchDirection(rawValue: first) ?? .either))
      }
      // Last, so that a point which came along is kept.
      if try table.bool("stop", default: false) { append(.stop) }
      try table.rejectOthers()
    default: throw call.mismatch(1, expected: "nothing, \"stop\" or a table of answers")
    }
  }
}

extension SolveAnswer {
  /// A full point as numbers, or a partial one as `{ variables = …, values = … }`.
  fileprivate static func submission(_ call: Call) throws -> SolveAnswer {
    switch try StartPoint(reading: call) {
    case .full(let point): .submit(point: point)
    case .partial(let partial): .complete(partial: partial)
    }
  }
}

extension AddedRow {
  private enum Part {
    case relation(Relation)
    case expression(LinearExpression)
  }

  /// Rows as `{ { expression, "<=", 3 }, … }`.
  fileprivate static func read(_ call: Call) throws -> [AddedRow] {
    let expected = "a row { expression, relation, number }"
    return try call.elements(1, of: "rows", expected: expected) { row in
      guard row.kind(1) == .table else { return nil }
      let parts = try row.elements(1, of: "row parts", expected: "an expression or a relation") { part -> Part in
        part.kind(1) == .string ? .relation(try part.relation(1)) : .expression(try part.expression(1))
      }
      guard parts.count == 3, case .expression(let left) = parts[0], case .relation(let relation) = parts[1],
        case .expression(let right) = parts[2]
      else { return nil }
      return AddedRow(left - right, relation, 0)
    }
  }
}
