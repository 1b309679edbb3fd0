import Essentials
import Glibc
import MILP

/// One solve by a program at the other end of a pipe. The program is trusted for nothing: its points are checked, its
/// claims are looked at by `SolveRun`, and it is gone, with all that it started, when the solve returns, unless it has ended
/// well and waits for another task.
final class PipeSearch {
  /// How long a program has to end after it was told to, before it is killed.
  private static let patience = 0.3
  /// The same after the time limit, in seconds and as a share of it.
  private static let patienceAfterLimit = (seconds: 0.1, share: 0.05)
  /// How much of what a program says about itself is kept.
  private static let keptErrors = 2000

  let run: SolveRun
  let model: PipedModel
  private let program: PipeProgram

  /// The bound that was told last.
  var lastBound: Double?
  private var iterations = 0
  /// Whether a message has come.
  private var hasSpoken = false
  private var hasToldLie = false
  /// When the program is killed, on the run's clock; set when it is told to end.
  private var killTime: Double?
  private var lastErrors: [UInt8] = []

  init(run: SolveRun, program: PipeProgram) throws {
    self.run = run
    self.program = program
    model = try PipedModel(run.model)
    run.warnings += model.warnings.filter { !run.warnings.contains($0) }
  }

  func solve() throws -> Solution {
    if run.poll() { return finished(run.status(hasPoint: false)) }
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/model.mps"
    try model.write(to: path)
    if let start = run.startPoint, run.model.hasIntegers { run.offer(start) { [self] in lastBound } }
    defer { withExtendedLifetime(folder) {} }
    // One that waited may be dying already, which nothing shows before it is spoken to: the next one is asked then.
    while let waiting = IdlePrograms.take(program.command) {
      if let solution = try solve(path, with: waiting) { return solution }
    }
    let process = try ChildProcess(speaking: program.command)
    if let solution = try solve(path, with: process) { return solution }
    throw OutsideFailure("\(run.solver.name): \(program.command[0]) said nothing and \(ending(of: process))")
  }

  /// Gives the task to a program; nil where that has ended without a word, with time left to ask another one.
  private func solve(_ path: String, with process: ChildProcess) throws -> Solution? {
    // Room for a solution with duals and reduced costs, and the rest of a message.
    process.channel.lineLimit = 32 * (2 * model.columnCount + model.rowCount) + 1 << 20
    lastErrors = []
    do {
      send(task(path).json, to: process)
      return try converse(with: process)
    } catch let breach as PipeBreach {
      run.warnings.append("\(run.solver.name) broke the protocol and was ended: \(breach.text)")
      return finished(run.status(hasPoint: run.bestPoint != nil))
    }
  }

  private func task(_ path: String) -> PipeTask {
    var options = run.options
    options.timeLimit = run.wallSecondsLeft
    options.objectiveStop = options.objectiveStop.map(model.objective(inFile:))
    options.boundStop = options.boundStop.map(model.objective(inFile:))
    options.startPoint = run.startPoint
    return PipeTask(
      path: path, columnCount: model.columnCount, rowCount: model.rowCount, objectiveConstant: model.objectiveConstant,
      options: options, events: Set(SolveEventKind.allCases.filter(run.wants)), answers: run.answers)
  }

  // MARK: The conversation

  private func converse(with process: ChildProcess) throws -> Solution? {
    let channel = process.channel
    let before = process.processorSeconds
    while true {
      run.programSeconds = max(run.programSeconds, process.processorSeconds - before)
      if run.poll() { askToEnd(process) }
      if let killTime, run.clock.wallSeconds >= killTime { return finished(run.status(hasPoint: run.bestPoint != nil)) }
      readErrors(of: process)
      if let line = channel.nextLine() {
        if let solution = try take(line, from: process) { return solution }
      } else if channel.isFlooded {
        throw PipeBreach(text: "expected lines of at most \(channel.lineLimit) bytes, got a longer one")
      } else if channel.isClosed {
        guard hasSpoken || run.stopReason != nil else { return nil }
        run.warnings.append("\(run.solver.name): \(program.command[0]) gave no solution and \(ending(of: process))")
        return finished(run.status(hasPoint: run.bestPoint != nil))
      } else {
        run.offerProgress(depth: 0, bound: { [self] in lastBound })
        let open = [channel, process.errors].compactMap(\.self).filter { !$0.isClosed }
        LineChannel.wait(for: open, seconds: 0.01)
      }
    }
  }

  /// Looks at a line; the solution if it is one.
  private func take(_ line: [UInt8], from process: ChildProcess) throws -> Solution? {
    // Whatever else a program prints is not meant for us.
    guard line.first == UInt8(ascii: "{") else {
      if run.options.log { PipeSearch.show(line + [UInt8(ascii: "\n")]) }
      return nil
    }
    let message = try PipeMessage(line, columns: model.columnCount, rows: model.rowCount)
    hasSpoken = true
    note(message)
    switch message.content {
    case .failure(let text): throw OutsideFailure(program.isOurs ? text : "\(run.solver.name): \(text)")
    case .misuse(let text): throw Misuse(program.isOurs ? text : "solve: \(run.solver.name): \(text)")
    case .solution(let ending):
      // One that was told to end may not have heard it yet.
      if message.isReady, killTime == nil { IdlePrograms.keep(process, of: program.command) }
      return try conclude(message, ending)
    case .event(let kind):
      let answer = answer(to: kind, message)
      if killTime == nil, run.stopReason == nil { send(answer, to: process) }
      return nil
    }
  }

  private func note(_ message: PipeMessage) {
    if let nodes = message.nodes { run.nodes = max(run.nodes, nodes) }
    if let count = message.iterations { iterations = max(iterations, count) }
    // As it was told: a bound that a known point refutes must not look like a proof.
    if let bound = message.bound, bound.magnitude < Model.infinity { lastBound = model.objective(fromFile: bound) }
  }

  /// Tells the program to end, once. It hears nothing more after that.
  private func askToEnd(_ process: ChildProcess) {
    guard killTime == nil else { return }
    let limit = run.options.timeLimit ?? 0
    let isLate = run.stopReason == .timeLimit && run.options.limitClock == .wall
    killTime =
      isLate
      ? limit * (1 + PipeSearch.patienceAfterLimit.share) + PipeSearch.patienceAfterLimit.seconds
      : run.clock.wallSeconds + PipeSearch.patience
    // Nobody is interested in what it has found when a callback has failed.
    if run.stopReason == .failure { killTime = 0 }
    _ = process.channel.send(PipeTask.stop) { true }
  }

  private func send(_ message: JSON, to process: ChildProcess) {
    guard let text = try? message.text() else { return }
    // A program that does not listen is seen by the clock, one that is gone by its silence.
    _ = process.channel.send(Array(text.utf8)) { [run] in run.poll() }
  }

  /// Keeps the last words of the program's standard error, for the message should it fail.
  private func readErrors(of process: ChildProcess) {
    guard let bytes = process.errors?.nextBytes(), !bytes.isEmpty else { return }
    if run.options.log { PipeSearch.show(bytes) }
    lastErrors = Array((lastErrors + bytes).suffix(PipeSearch.keptErrors))
  }

  private static func show(_ bytes: [UInt8]) {
    // The log is a courtesy; there is nowhere to complain.
    bytes.withUnsafeBytes { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  // MARK: The end

  /// How a program ended that has closed its output without a solution, and its last words.
  private func ending(of process: ChildProcess) -> String {
    let deadline = run.clock.wallSeconds + 0.2
    while process.ending == nil, run.clock.wallSeconds < deadline { usleep(1000) }
    readErrors(of: process)
    let words = String(decoding: lastErrors, as: UTF8.self).split(separator: "\n").suffix(3).joined(separator: "; ")
    return (process.ending ?? "closed its output") + (words.isEmpty ? "" : ": \(words)")
  }

  private func conclude(_ message: PipeMessage, _ ending: PipeMessage.Ending) throws -> Solution {
    run.warnings += message.warnings.map { program.isOurs ? $0 : "\(run.solver.name): \($0)" }
    if let point = message.point { _ = lazyRows(violatedBy: point, depth: 0) }
    if run.failure != nil { return finished(.stopped) }
    let hasPoint = run.bestPoint != nil
    switch ending {
    case .optimal:
      var solution = finished(.optimal)
      if !run.model.hasIntegers {
        solution.rowDuals = message.duals.map(model.rowDuals)
        solution.reducedCosts = message.reducedCosts.map(model.reducedCosts)
      }
      let isExact = run.options.gapRelative == 0 && run.options.gapAbsolute == 0
      if message.bound == nil, isExact { solution.bound = solution.objective }
      return solution
    case .infeasible: return finished(.infeasible)
    case .unbounded where !run.answers.contains(.lazyRows): return finished(.unbounded)
    case .unbounded, .infeasibleOrUnbounded: return finished(try run.unboundedOrInfeasible())
    case .limit: run.stop(run.secondsLeft <= 0 ? .timeLimit : .nodeLimit)
    case .feasible: break
    }
    return finished(run.status(hasPoint: hasPoint))
  }

  private func finished(_ status: SolveStatus) -> Solution {
    var solution = run.solution(status, iterations: iterations)
    guard status != .infeasible, status != .unbounded else { return solution }
    solution.bound = lastBound
    solution.values = run.bestPoint
    if run.bestPoint != nil { solution.objective = run.bestObjective }
    return solution
  }

  /// Warns, once, that the program has given a point that is none.
  func distrust(_ point: [Double]) {
    guard !hasToldLie else { return }
    hasToldLie = true
    let violation = (try? run.model.violation(at: point).largest).map { "\($0)" } ?? "numbers that are none"
    run.warnings.append("\(run.solver.name) gave a point that violates the model by \(violation): left out")
  }
}
