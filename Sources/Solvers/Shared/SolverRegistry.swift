import Essentials
import MILP
import Synchronization

/// Solvers by name.
public enum SolverRegistry {
  /// What programs have added: their own solvers, and those that tests pretend to have.
  private static let added = Mutex<[String: any Solver]>([:])

  /// The names that `solver(named:)` knows, whether the solver is on this machine or not.
  public static var names: [String] { ["glpk", "highs"] + added.withLock { $0.keys.sorted() } }

  /// The solver called `name`.
  ///
  /// - Throws: `Misuse` for an unknown name; `OutsideFailure` for a solver that is not on this machine, with the command
  ///   that gets it.
  public static func solver(named name: String) throws -> any Solver {
    switch name {
    case "glpk": return GLPKSolver()
    case "highs": return try HiGHSSolver()
    default:
      if let solver = added.withLock({ $0[name] }) { return solver }
      throw Misuse("solver: expected one of \(names.joined(separator: ", ")), got \"\(name)\"")
    }
  }

  /// Makes `solver` known under its own name, for this process; it replaces an earlier one of that name.
  ///
  /// - Throws: `Misuse` for the names of the solvers that are always known.
  public static func add(_ solver: any Solver) throws {
    guard !["glpk", "highs"].contains(solver.name) else {
      throw Misuse("solver: expected another name than those of the built-in solvers, got \(solver.name)")
    }
    added.withLock { $0[solver.name] = solver }
  }

  /// The solvers on this machine. HiGHS is looked for without asking `python3`, which `solver(named:)` does.
  public static var available: [any Solver] {
    var solvers: [any Solver] = [GLPKSolver()]
    if let library = try? HiGHSLibrary.load(asksPython: false) { solvers.append(HiGHSSolver(library)) }
    return solvers + added.withLock { $0.sorted { $0.key < $1.key }.map(\.value) }
  }
}
