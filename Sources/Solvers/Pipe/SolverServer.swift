import Essentials
import Glibc
import MILP
import Synchronization

/// The other side of the pipe: one of this program's own solvers, in a process that can be killed.
///
/// Unchecked: solvers call back on the thread of the solve, and only what they ask for a stop comes from others, which is
/// behind a lock.
public final class SolverServer: @unchecked Sendable {
  /// What has come and nobody has taken yet.
  private struct Inbox {
    var lines: [[UInt8]] = []
    var isStopped = false
  }

  private let channel = LineChannel(descriptor: STDIN_FILENO)
  /// Guards the channel's reading side as well.
  private let inbox = Mutex(Inbox())
  /// The part of the objective that messages leave out.
  private var constant = 0.0

  private init() {}

  /// Does the tasks that come on standard input, a socket, and dies when its other end closes.
  public static func run(_ solver: String) {
    ParentProcess.die(whenClosed: STDIN_FILENO)
    let server = SolverServer()
    do {
      while let line = server.nextLine() {
        try server.serve(solver, PipeTask(try JSON(parsing: line, path: "task")))
      }
    } catch let failure as OutsideFailure {
      server.tell(["failure": .string(failure.message)])
    } catch let misuse as Misuse {
      server.tell(["misuse": .string(misuse.message)])
    } catch {
      server.tell(["failure": .string("\(error)")])
    }
  }

  private func serve(_ name: String, _ task: PipeTask) throws {
    let solver = try SolverRegistry.solver(named: name)
    let model = try ModelFile.read(task.path)
    constant = task.objectiveConstant
    try model.setObjective(coefficients: model.objectiveCoefficients, constant: constant, .minimize)
    var options = task.options
    options.objectiveStop = options.objectiveStop.map { $0 + constant }
    options.boundStop = options.boundStop.map { $0 + constant }
    options.shouldStop = { [self] in isStopped }
    let events = task.events.union([.incumbent]).intersection(solver.capabilities.events)
    let answers = task.answers.union([.stop])
    let observer = SolveObserver(kinds: events, answers: answers) { [self] event in
      try heed(try ask(event), about: model, answers)
    }
    let solution = try solver.solve(model, options: options, observer: observer)
    tell(solution, about: model)
  }

  // MARK: Reading

  /// The next line, once it has come; nil when there will be none.
  private func nextLine() -> [UInt8]? {
    while true {
      let line = inbox.withLock { inbox in
        receive(&inbox)
        return inbox.lines.isEmpty ? nil : inbox.lines.removeFirst()
      }
      if let line { return line }
      guard !channel.isClosed else { return nil }
      channel.wait(seconds: 0.5)
    }
  }

  /// Looked at in the middle of the solver's work, and from any of its threads.
  private var isStopped: Bool {
    inbox.withLock { inbox in
      receive(&inbox)
      return inbox.isStopped
    }
  }

  private func receive(_ inbox: inout Inbox) {
    while let line = channel.nextLine() {
      if line == PipeTask.stop { inbox.isStopped = true }
      inbox.lines.append(line)
    }
    if channel.isClosed { inbox.isStopped = true }
  }

  private func ask(_ event: SolveEvent) throws -> JSON {
    guard !isStopped else { return .object(["stop": .boolean(true)]) }
    var members: [String: JSON] = [
      "event": .string(event.kind.rawValue), "nodes": .integer(Int64(event.nodes)),
      "depth": .integer(Int64(event.depth)),
      "bound": number(try event.bound().map { $0 - constant }),
    ]
    if event.kind != .progress { members["point"] = .array(try event.point().map { .number($0) }) }
    tell(members)
    guard let line = nextLine() else { return .object(["stop": .boolean(true)]) }
    return try JSON(parsing: line, path: "answer")
  }

  private func heed(_ answer: JSON, about model: Model, _ allowed: Set<SolveAnswerKind>) throws -> [SolveAnswer] {
    var answers: [SolveAnswer] = []
    for point in answer["points"]?.array ?? [] {
      answers.append(.submit(point: point.array?.compactMap(\.double) ?? []))
    }
    // Rows that come with a refused incumbent come again with the next relaxation that they cut off.
    if allowed.contains(.lazyRows), let rows = answer["lazy_rows"]?.array, answer["refused"] == nil {
      answers.append(.addLazyRows(rows.flatMap { SolverServer.rows($0, of: model) }))
    }
    if let cuts = answer["cuts"]?.array { answers.append(.addCuts(cuts.flatMap { SolverServer.rows($0, of: model) })) }
    if let branch = answer["branch"], let column = branch["column"]?.int {
      let first = (branch["first"]?.string).flatMap(BranchDirection.init) ?? .either
      answers.append(.branch(on: model.variable(at: column), first: first))
    }
    if answer["stop"] == .boolean(true) { answers.append(.stop) }
    return answers
  }

  /// A row of an answer, as one or two.
  private static func rows(_ row: JSON, of model: Model) -> [AddedRow] {
    let columns = row["columns"]?.array?.compactMap(\.int) ?? []
    let values = row["values"]?.array?.compactMap(\.double) ?? []
    let left = LinearExpression(values, columns.map(model.variable(at:)))
    let (lower, upper) = (row["lower"]?.double, row["upper"]?.double)
    if let lower, lower == upper { return [AddedRow(left, .equal, lower)] }
    return [
      lower.map { AddedRow(left, .greaterOrEqual, $0) }, upper.map { AddedRow(left, .lessOrEqual, $0) },
    ].compactMap(\.self)
  }

  // MARK: Writing

  private func tell(_ members: [String: JSON]) {
    guard let text = try? JSON.object(members).text() else { return }
    _ = channel.send(Array(text.utf8))
  }

  private func number(_ value: Double?) -> JSON { value.map { $0.isFinite ? .number($0) : .null } ?? .null }

  private func numbers(_ values: [Double]?) -> JSON {
    values.map { $0.allSatisfy(\.isFinite) ? .array($0.map { .number($0) }) : .null } ?? .null
  }

  private func tell(_ solution: Solution, about model: Model) {
    // The parent says by itself what it thinks of the model's numbers.
    let warnings = solution.warnings.filter { !model.magnitudeWarnings.contains($0) }
    let status = solution.status == .stopped ? SolveStatus.limit : solution.status
    tell([
      "status": .string(status.rawValue), "point": numbers(solution.values),
      "bound": number(solution.bound.map { $0 - constant }), "nodes": .integer(Int64(solution.nodes)),
      "iterations": .integer(Int64(solution.iterations)), "duals": numbers(solution.rowDuals),
      "reduced_costs": numbers(solution.reducedCosts), "warnings": .array(warnings.map { .string($0) }),
      "ready": .boolean(true),
    ])
  }
}
