import Essentials
import MILP

/// A line that a program sends: an event, its solution, or why there will be none.
struct PipeMessage {
  /// How a program says that its search has ended.
  enum Ending: String, CaseIterable {
    case optimal, infeasible, unbounded
    case infeasibleOrUnbounded = "infeasible_or_unbounded"
    /// A limit that it was given, or it was told to stop.
    case limit
    /// It gave up.
    case feasible
  }

  /// What the line is about.
  enum Content {
    case event(SolveEventKind)
    case solution(Ending)
    /// It cannot: a library or a licence is missing.
    case failure(String)
    /// It was asked for something that makes no sense, such as an option that it does not have.
    case misuse(String)
  }

  let content: Content
  var point: [Double]?
  var bound: Double?
  var nodes: Int?
  var iterations: Int?
  var depth: Int?
  var duals: [Double]?
  var reducedCosts: [Double]?
  var warnings: [String] = []
  /// Whether the program waits for another task.
  var isReady: Bool

  /// Reads a line.
  ///
  /// - Throws: `PipeBreach` for what is no message about a model of so many columns and rows.
  init(_ line: [UInt8], columns: Int, rows: Int) throws {
    let json: JSON
    do { json = try JSON(parsing: line, path: "line") } catch {
      let hint = ["NaN", "Infinity"].contains { String(decoding: line, as: UTF8.self).contains($0) }
      throw PipeBreach(
        text: "expected a line of JSON, got \(PipeMessage.excerpt(line))"
          + (hint ? "; JSON has neither NaN nor Infinity: null, or nothing, stands for what is not known" : ""))
    }
    func member(_ name: String) -> JSON? { json[name].flatMap { $0 == .null ? nil : $0 } }
    func read<Value>(_ name: String, _ expected: String, _ convert: (JSON) -> Value?) throws -> Value? {
      guard let value = member(name) else { return nil }
      guard let converted = convert(value) else {
        throw PipeBreach(text: "\(name): expected \(expected), got \(PipeMessage.excerpt(line))")
      }
      return converted
    }
    func numbers(_ name: String, _ count: Int) throws -> [Double]? {
      guard let list = try read(name, "\(count) numbers", { $0.array }) else { return nil }
      let numbers = list.compactMap(\.double)
      guard numbers.count == list.count, list.count == count else {
        throw PipeBreach(
          text: "\(name): expected \(count) numbers, got \(list.count) values"
            + (numbers.count == list.count ? "" : ", not all of them numbers"))
      }
      return numbers
    }
    content = try PipeMessage.content(json, line)
    point = try numbers("point", columns)
    bound = try read("bound", "a number") { $0.double }
    nodes = try read("nodes", "a whole number") { $0.int }
    iterations = try read("iterations", "a whole number") { $0.int }
    depth = try read("depth", "a whole number") { $0.int }
    duals = try numbers("duals", rows)
    reducedCosts = try numbers("reduced_costs", columns)
    warnings = try read("warnings", "a list of texts") { $0.array?.compactMap(\.string) } ?? []
    isReady = json["ready"] == .boolean(true)
    if case .event(let kind) = content, kind != .progress, point == nil {
      throw PipeBreach(text: "\(kind.rawValue): expected a point, got none")
    }
  }

  private static func content(_ json: JSON, _ line: [UInt8]) throws -> Content {
    if let text = json["failure"]?.string { return .failure(text) }
    if let text = json["misuse"]?.string { return .misuse(text) }
    if let kind = (json["event"]?.string).flatMap(SolveEventKind.init) { return .event(kind) }
    if let ending = (json["status"]?.string).flatMap(Ending.init) { return .solution(ending) }
    let kinds = SolveEventKind.allCases.map(\.rawValue).joined(separator: ", ")
    let endings = Ending.allCases.map(\.rawValue).joined(separator: ", ")
    throw PipeBreach(text: "expected an event (\(kinds)) or a status (\(endings)), got \(excerpt(line))")
  }

  /// The beginning of a line, for messages.
  static func excerpt(_ line: [UInt8]) -> String {
    let text = String(decoding: line.prefix(120), as: UTF8.self).filter { !$0.isNewline }
    return line.count > 120 ? text + "…" : text
  }
}
