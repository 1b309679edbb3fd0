import Essentials
import MILP

/// `best`: for every solve, the first of the solvers on this machine that can do what is asked.
///
/// The order is HiGHS, SCIP, GLPK, then what the program has added, by name, and last Gurobi, since it needs a licence.
/// Suitable is a solver that reports all events and follows all answers that the observer wants, and that knows the
/// model's constructs or can be given them as binaries and rows. So it is HiGHS for models without callbacks, and SCIP or
/// GLPK for relaxations, rows from callbacks and branching. The same question gets the same solver on the same machine;
/// `Solution.solver` says which.
public struct BestSolver: Solver {
  private static let first = ["highs", "scip", "glpk"]
  private static let last = [Gurobi.name]

  /// `best`.
  public static let name = "best"

  /// Makes the choice, which is only made when it comes to solve.
  public init() {}

  /// `best`.
  public var name: String { BestSolver.name }

  /// The solvers in their order, such as `highs, glpk`.
  public var version: String { candidates.map(\.name).joined(separator: ", ") }

  /// What one of them or another can do.
  public var capabilities: SolverCapabilities {
    let all = candidates.map(\.capabilities)
    return SolverCapabilities(
      events: all.reduce([]) { $0.union($1.events) }, answers: all.reduce([]) { $0.union($1.answers) },
      usesThreads: all.contains(where: \.usesThreads), constructs: all.reduce([]) { $0.union($1.constructs) })
  }

  /// Solves `model` by the first suitable solver; see `Solver`.
  ///
  /// - Throws: `Misuse` for options in a solver's own names, and what the last of the solvers says where none is suitable.
  public func solve(_ model: Model, options: SolveOptions, observer: SolveObserver?) throws -> Solution {
    guard options.native.isEmpty else {
      throw Misuse(
        "solve: expected a solver's name with options of its own (\(options.native.keys.sorted()[0])), got best")
    }
    return try choice(for: model, observer).solve(model, options: options, observer: observer)
  }

  /// The first suitable solver.
  func choice(for model: Model, _ observer: SolveObserver?) throws -> any Solver {
    var obstacle: (any Error)?
    for name in BestSolver.order {
      guard let solver = try? SolverRegistry.solver(named: name) else { continue }
      do {
        if let observer { try solver.capabilities.check(observer, solver: solver.name) }
        _ = try Reformulation(model, knowing: solver.capabilities.constructs, solver: solver.name)
        return solver
      } catch {
        obstacle = error
      }
    }
    throw obstacle ?? OutsideFailure("solve: expected a solver on this machine, got none")
  }

  private static var order: [String] {
    let others = SolverRegistry.names.filter { !(first + last + [name]).contains($0) }
    let known = Set(SolverRegistry.names)
    return (first + others + last).filter(known.contains)
  }

  private var candidates: [any Solver] { BestSolver.order.compactMap { try? SolverRegistry.solver(named: $0) } }
}
