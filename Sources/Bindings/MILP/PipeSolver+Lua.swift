import Essentials
import LuaHost
import MILP
import Solvers

extension PipeSolver {
  /// The solver that a table describes: `{ name = "mine", command = { "python3", "mine.py" }, … }`.
  init(reading table: TableReader) throws {
    try self.init(
      name: try table.string("name"), command: try table.required("command") { try $0.strings(1) },
      version: try table.string("version", default: "unknown"),
      events: try table.optional("events") { try SolveEventKind.set($0) } ?? [],
      answers: try table.optional("answers") { try SolveAnswerKind.set($0) } ?? [],
      constructs: try table.optional("constructs") { try ConstructKind.set($0) } ?? [],
      usesThreads: try table.bool("uses_threads", default: false))
  }
}
