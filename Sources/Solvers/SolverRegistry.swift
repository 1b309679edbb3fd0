import Essentials
import MILP

/// Solvers by name.
public enum SolverRegistry {
  /// The names that `solver(named:)` knows, whether the solver is on this machine or not.
  public static let names = ["glpk", "highs"]

  /// The solver called `name`.
  ///
  /// - Throws: `Misuse` for an unknown name; `OutsideFailure` for a solver that is not on this machine, with the command
  ///   that gets it.
  public static func solver(named name: String) throws -> any Solver {
    switch name {
    case "glpk": return GLPKSolver()
    case "highs": return try HiGHSSolver()
    default:
      throw Misuse("solver: expected one of \(names.joined(separator: ", ")), got \"\(name)\"")
    }
  }

  /// The solvers on this machine. HiGHS is looked for without asking `python3`, which `solver(named:)` does.
  public static var available: [any Solver] {
    var solvers: [any Solver] = [GLPKSolver()]
    if let library = try? HiGHSLibrary.load(asksPython: false) { solvers.append(HiGHSSolver(library)) }
    return solvers
  }
}
