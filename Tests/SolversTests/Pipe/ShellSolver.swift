import Essentials
import Glibc
import MILP
import Solvers

/// A program in the shell's language as a solver; the first line that it reads is the task.
func shellSolver(
  _ script: String, events: Set<SolveEventKind> = [], answers: Set<SolveAnswerKind> = []
) throws -> PipeSolver {
  try PipeSolver(name: "child", command: ["/bin/sh", "-c", script], events: events, answers: answers)
}

extension PipeSolver {
  /// Solves with the options that `adjust` sets.
  func solve(
    _ model: Model, observer: SolveObserver? = nil, _ adjust: (inout SolveOptions) -> Void
  ) throws -> Solution {
    var options = SolveOptions()
    adjust(&options)
    return try solve(model, options: options, observer: observer)
  }
}

/// Whether a process runs; one that has ended and waits to be noticed does not.
func isRunning(_ process: pid_t) -> Bool {
  guard let bytes = try? FileAccess.read("/proc/\(process)/stat") else { return false }
  // The state stands behind the name, which is in parentheses.
  let state = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ").first
  return state != "Z" && state != "X"
}
