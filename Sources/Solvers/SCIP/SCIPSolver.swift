import Essentials
import MILP

/// SCIP, loaded at run time: branch and cut with presolve, and everything that a callback can ask for.
///
/// Linear programs are solved by SoPlex, the simplex method in it, as they are. Native options are SCIP's parameters,
/// such as `["separating/maxrounds": "5"]`; those about the search make no difference to linear programs.
/// Where a round of its presolve may take longer than a time limit may be late, it works in a process of its own.
public struct SCIPSolver: Solver {
  /// How long SCIP 10 was seen to be in one round of presolve, where it looks at no clock: seconds per entry of the model.
  private static let presolveRound = 2e-6

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
    let run = try SolveRun(model: model, options: options, observer: observer, solver: self)
    return try run.solve(longestStep: SCIPSolver.presolveRound) { run in
      let solution = try SCIPSearch(run: run, library: library).solve()
      // What has no point within SCIP's strict tolerance may have some within ours, such as rows that differ by rounding.
      guard solution.status == .infeasible, options.native["numerics/feastol"] == nil else { return solution }
      return try SCIPSearch(run: run, library: library, feasibilityTolerance: Model.feasibilityTolerance).solve()
    }
  }
}
