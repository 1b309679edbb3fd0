import Essentials
import MILP
import Synchronization

/// Solvers by name.
public enum SolverRegistry {
  /// A solver that vnnlua knows, whether it is on this machine or not.
  private struct Entry {
    let name: String
    /// Makes it; throws where it is not there.
    let make: @Sendable () throws -> any Solver
  }

  /// Every solver, in the order in which messages name them.
  private static let known = [
    Entry(name: "glpk", make: { GLPKSolver() }),
    Entry(name: "highs", make: { try HiGHSSolver() }),
    Entry(name: "scip", make: { try SCIPSolver() }),
    Entry(name: Gurobi.name, make: { try Gurobi.solver() }),
  ]

  /// What programs have added: their own solvers, and those that tests pretend to have.
  private static let added = Mutex<[String: any Solver]>([:])

  /// The names that `solver(named:)` knows, whether the solver is on this machine or not; the last is that of
  /// `BestSolver`.
  public static var names: [String] { known.map(\.name) + added.withLock { $0.keys.sorted() } + [BestSolver.name] }

  /// The solver called `name`.
  ///
  /// - Throws: `Misuse` for an unknown name; `OutsideFailure` for a solver that is not on this machine, with the command
  ///   that gets it.
  public static func solver(named name: String) throws -> any Solver {
    if let entry = known.first(where: { $0.name == name }) { return try entry.make() }
    if name == BestSolver.name { return BestSolver() }
    if let solver = added.withLock({ $0[name] }) { return solver }
    throw Misuse("solver: expected one of \(names.joined(separator: ", ")), got \"\(name)\"")
  }

  /// Makes `solver` known under its own name, for this process; it replaces an earlier one of that name.
  ///
  /// - Throws: `Misuse` for the names of the solvers that are always known.
  public static func add(_ solver: any Solver) throws {
    guard !known.contains(where: { $0.name == solver.name }), solver.name != BestSolver.name else {
      throw Misuse("solver: expected another name than those of the built-in solvers, got \(solver.name)")
    }
    if let solver = solver as? PipeSolver { IdlePrograms.end(solver.command) }
    added.withLock { $0[solver.name] = solver }
  }

  /// Every solver, whether it is on this machine or not.
  public static var reports: [SolverReport] {
    known.map { entry in SolverReport(name: entry.name, solver: Result { try entry.make() }) }
      + added.withLock { $0.sorted { $0.key < $1.key }.map { SolverReport(name: $0.key, solver: .success($0.value)) } }
  }

  /// The folders that solvers' libraries would be opened from now; see `LibrarySearch.folders`.
  public static var libraryFolders: [String] { HiGHSLibrary.folders + SCIPLibrary.folders }
}
