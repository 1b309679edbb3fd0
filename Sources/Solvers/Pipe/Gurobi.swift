import Essentials
import Glibc
import MILP
import Synchronization

/// Gurobi, by its Python package: Gurobi's library answers to no other program. The package from PyPI brings a licence
/// for models of up to 2,000 columns and 2,000 rows.
///
/// `Stdlib/solvers/gurobi.py` is the program. Native options are Gurobi's parameters, such as `["MIPFocus": "1"]`.
enum Gurobi {
  static let name = "gurobi"

  /// The version of the package, once it was found.
  private static let found = Mutex<String?>(nil)

  /// The solver.
  ///
  /// - Throws: `OutsideFailure` where there is no Python with the package, with the command that gets it, and in a
  ///   sandbox, which starts no programs.
  static func solver() throws -> PipeSolver {
    guard !FileAccess.isRestricted else {
      throw OutsideFailure("Gurobi: runs in Python, and the sandbox starts no programs")
    }
    guard let program = try StandardLibrary.source(of: "solvers/gurobi.py") else {
      throw OutsideFailure("Gurobi: its program is missing in the standard library")
    }
    return try PipeSolver(
      name: name, command: [python, "-c", String(decoding: program, as: UTF8.self)], version: try version(),
      events: [.relaxation], answers: [.submit, .lazyRows, .cuts],
      constructs: Set(ConstructKind.allCases), usesThreads: true)
  }

  /// `$VNNLUA_PYTHON`, or `python3` on the PATH.
  private static var python: String {
    guard let value = getenv("VNNLUA_PYTHON"), value.pointee != 0 else { return "python3" }
    return String(cString: value)
  }

  /// Asks Python once; the answer takes some 20 ms.
  private static func version() throws -> String {
    try found.withLock { found in
      if let found { return found }
      let question = "import importlib.metadata as m; print(m.version('gurobipy'))"
      guard let version = ChildProcess.answer(of: [python, "-c", question]) else {
        throw OutsideFailure(
          "Gurobi: \(python) has no package gurobipy: install it with `pip install gurobipy`, or set VNNLUA_PYTHON to the "
            + "Python that has it")
      }
      found = version
      return version
    }
  }
}
