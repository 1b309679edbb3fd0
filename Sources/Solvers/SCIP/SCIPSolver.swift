import Essentials
import MILP

/// SCIP, loaded at run time: branch and cut with presolve, and everything that a callback can ask for.
///
/// Linear programs are solved by SoPlex, the simplex method in it, as they are. Native options are SCIP's parameters,
/// such as `["separating/maxrounds": "5"]`; those about the search make no difference to linear programs.
public struct SCIPSolver: Solver {
  let library: SCIPLibrary

  /// Makes the solver.
  ///
  /// - Throws: `OutsideFailure` when the library is not there, with the command that gets it.
  public init() throws { library = try SCIPLibrary.load() }

  /// `scip`.
  public var name: String { "scip" }

  /// SCIP's version, such as `10.0.2`.
  public var version: String { library.version }

  /// Every event and every answer, and all constructs but sets of type 2, on which SCIP 10.0.2 was seen to accept points
  /// that are none; one thread.
  public var capabilities: SolverCapabilities {
    SolverCapabilities(
      events: Set(SolveEventKind.allCases), answers: Set(SolveAnswerKind.allCases), usesThreads: false,
      constructs: [.semicontinuous, .sos1, .indicator])
  }

  /// Solves `model`; see `Solver`.
  public func solve(_ model: Model, options: SolveOptions, observer: SolveObserver?) throws -> Solution {
    try SolveRun(model: model, options: options, observer: observer, solver: self).solve { run in
      try SCIPSearch(run: run, library: library).solve()
    }
  }
}
