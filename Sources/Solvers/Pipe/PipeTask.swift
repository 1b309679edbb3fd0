import Essentials
import MILP

/// The first line that a program gets: where its model is, and what is asked of it. Objectives are the file's.
struct PipeTask {
  /// The version of the protocol.
  static let version = 1
  /// The line that tells a program to end its search; the last one that it gets.
  static let stop = Array("{\"stop\":true}".utf8)

  var path: String
  var columnCount: Int
  var rowCount: Int
  /// The part of the objective that the file lacks; only relative gaps depend on it.
  var objectiveConstant: Double
  var options: SolveOptions
  /// The events and answers that callbacks are there for.
  var events: Set<SolveEventKind>
  var answers: Set<SolveAnswerKind>

  /// Makes a task.
  init(
    path: String, columnCount: Int, rowCount: Int, objectiveConstant: Double, options: SolveOptions,
    events: Set<SolveEventKind>, answers: Set<SolveAnswerKind>
  ) {
    self.path = path
    self.columnCount = columnCount
    self.rowCount = rowCount
    self.objectiveConstant = objectiveConstant
    self.options = options
    self.events = events
    self.answers = answers
  }

  /// Reads a task.
  ///
  /// - Throws: `OutsideFailure` for what is none of this version of the protocol.
  init(_ json: JSON) throws {
    guard json["protocol"]?.int == PipeTask.version, let path = json["model"]?.string,
      let columns = json["columns"]?.int, let rows = json["rows"]?.int
    else { throw OutsideFailure("expected a task of the protocol \(PipeTask.version)") }
    func names<Name: RawRepresentable>(_ key: String) -> [Name] where Name.RawValue == String {
      (json[key]?.array ?? []).compactMap(\.string).compactMap(Name.init)
    }
    let options = json["options"]
    self.init(
      path: path, columnCount: columns, rowCount: rows, objectiveConstant: json["objective_constant"]?.double ?? 0,
      options: SolveOptions(), events: Set(names("events")), answers: Set(names("answers")))
    self.options.timeLimit = options?["time_limit_s"]?.double
    self.options.nodeLimit = options?["node_limit"]?.int
    self.options.gapRelative = options?["gap_relative"]?.double ?? 0
    self.options.gapAbsolute = options?["gap_absolute"]?.double ?? 0
    self.options.objectiveStop = options?["objective_stop"]?.double
    self.options.boundStop = options?["bound_stop"]?.double
    self.options.threads = options?["threads"]?.int ?? 1
    self.options.seed = options?["seed"]?.int
    self.options.log = options?["log"] == .boolean(true)
    self.options.presolve = options?["presolve"].map { $0 == .boolean(true) }
    self.options.native = (options?["native"]?.object ?? [:]).compactMapValues(\.string)
    self.options.startPoint = json["start"]?.array?.compactMap(\.double)
    // It is in a process of its own already.
    self.options.isolate = false
  }

  var json: JSON {
    var members: [String: JSON] = [
      "protocol": .integer(Int64(PipeTask.version)), "model": .string(path), "columns": .integer(Int64(columnCount)),
      "rows": .integer(Int64(rowCount)), "objective_constant": .number(objectiveConstant),
      "options": .object(PipeTask.members(options)),
      "events": .array(events.map(\.rawValue).sorted().map { .string($0) }),
      "answers": .array(answers.map(\.rawValue).sorted().map { .string($0) }),
    ]
    if let start = options.startPoint { members["start"] = .array(start.map { .number($0) }) }
    return .object(members)
  }

  /// The options under the names that they have in scripts; those that are not set are left out.
  private static func members(_ options: SolveOptions) -> [String: JSON] {
    var members: [String: JSON] = [
      "gap_relative": .number(options.gapRelative), "gap_absolute": .number(options.gapAbsolute),
      "threads": .integer(Int64(options.threads)), "log": .boolean(options.log),
      "native": .object(options.native.mapValues { .string($0) }),
    ]
    let numbers = [
      ("time_limit_s", options.timeLimit), ("objective_stop", options.objectiveStop), ("bound_stop", options.boundStop),
    ]
    // What is infinite limits nothing, or is reached by any point, which is seen without the program.
    for (name, value) in numbers { if let value, value.isFinite { members[name] = .number(value) } }
    for (name, value) in [("node_limit", options.nodeLimit), ("seed", options.seed)] {
      if let value { members[name] = .integer(Int64(value)) }
    }
    if let presolve = options.presolve { members["presolve"] = .boolean(presolve) }
    return members
  }
}
