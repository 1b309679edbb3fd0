import Essentials
import MILP

/// Any program as a solver: it reads a model from a file, and speaks with `PipeSearch` in lines of JSON by its standard
/// input and output. `help "pipe"` describes the protocol.
public struct PipeSolver: Solver {
  /// What it is called in options.
  public let name: String
  /// The program's version, if it is known.
  public let version: String
  /// What the program can do for callbacks.
  public let capabilities: SolverCapabilities
  let command: [String]

  /// Makes the solver; the program is not started before a solve.
  ///
  /// - Parameters:
  ///   - command: the program, looked for in `$PATH` unless there is a slash in it, and its arguments.
  ///   - events: what the program reports. Incumbents and signs of life need no help of it.
  ///   - answers: what it can follow. It is stopped whether it can or not.
  ///   - constructs: what it reads from the file beside linear rows; the rest reaches it as binaries and rows.
  /// - Throws: `Misuse` for a command that names no program.
  public init(
    name: String, command: [String], version: String = "unknown", events: Set<SolveEventKind> = [],
    answers: Set<SolveAnswerKind> = [], constructs: Set<ConstructKind> = [], usesThreads: Bool = false
  ) throws {
    guard !name.isEmpty else { throw Misuse("name: expected a name, got an empty text") }
    guard command.first?.isEmpty == false, !command.contains(where: { $0.utf8.contains(0) }) else {
      throw Misuse("command: expected a program and its arguments, got none")
    }
    self.name = name
    self.version = version
    self.command = command
    capabilities = SolverCapabilities(
      events: events.union([.incumbent, .progress]), answers: answers.union([.stop]), usesThreads: usesThreads,
      constructs: constructs)
  }

  /// Solves `model`; see `Solver`.
  ///
  /// - Throws: `OutsideFailure` for a program that cannot be started, ends without a word, or says that it cannot.
  public func solve(_ model: Model, options: SolveOptions, observer: SolveObserver?) throws -> Solution {
    try SolveRun(model: model, options: options, observer: observer, solver: self).solve { run in
      try PipeSearch(run: run, program: PipeProgram(command: command)).solve()
    }
  }
}
