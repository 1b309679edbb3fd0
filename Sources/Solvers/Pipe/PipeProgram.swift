import Essentials

/// A program that speaks the protocol.
struct PipeProgram {
  /// The program and its arguments.
  let command: [String]
  /// Whether it is this program itself, whose messages need no name before them.
  var isOurs = false

  /// This program with the solver of `run`, where that is to work in a process of its own; nil where it isn't.
  ///
  /// - Throws: where that is asked for and cannot be: `Misuse` in a sandbox, `OutsideFailure` without a program.
  static func isolating(_ run: SolveRun, mayHang: Bool) throws -> PipeProgram? {
    guard !(run.solver is PipeSolver), run.options.isolate ?? mayHang else { return nil }
    if run.options.isolate == nil, FileAccess.isRestricted || OwnProgram.path == nil { return nil }
    guard let path = OwnProgram.path else {
      throw OutsideFailure("solve: isolate: there is no program vnnlua beside this one")
    }
    return PipeProgram(command: [path, "--serve-solver", run.solver.name], isOurs: true)
  }
}
