import CHiGHS
import Essentials
import Glibc
import MILP

/// HiGHS, loaded at run time: simplex, and branch and cut with presolve.
///
/// Stopping is asked for in its interrupt callback, some milliseconds after the event that asked for it: HiGHS ignores
/// it anywhere else. About some models HiGHS never answers, see `HiGHSHazard`, and about large ones late: there it works in
/// a process of its own. It has no relaxation events, rows or branching for callbacks. Native options are HiGHS's own, such
/// as `["mip_heuristic_effort": "0.1"]`.
public struct HiGHSSolver: Solver {
  /// How long HiGHS 1.15 was seen to be in one step that looks at no clock: seconds per entry of the model.
  private static let longestStep = 4e-6

  let library: HiGHSLibrary

  /// Makes the solver.
  ///
  /// - Throws: `OutsideFailure` when the library is not there, with the command that gets it.
  public init() throws { library = try HiGHSLibrary.load() }

  /// `highs`.
  public var name: String { "highs" }

  /// HiGHS's version, such as `1.15.1`.
  public var version: String { library.version }

  /// Incumbent and progress events, stopping and submitted points; as many threads as allowed and there are processors.
  ///
  /// Semicontinuous variables are not left to HiGHS, which makes binaries and rows of them too, with no bound above 1e5:
  /// where a solution needs more it ends with an error (HighsRun.md of its documentation).
  public var capabilities: SolverCapabilities {
    SolverCapabilities(events: [.incumbent, .progress], answers: [.stop, .submit], usesThreads: true)
  }

  /// How many threads HiGHS starts: no more than there are processors, since a thousand take it seconds to start.
  static func workers(_ options: SolveOptions) -> Int {
    min(options.threads, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }

  /// Solves `model`; see `Solver`.
  public func solve(_ model: Model, options: SolveOptions, observer: SolveObserver?) throws -> Solution {
    let run = try SolveRun(model: model, options: options, observer: observer, solver: self)
    return try run.solve(mayHang: HiGHSHazard.mayHang(run.model), longestStep: HiGHSSolver.longestStep) { run in
      try HiGHSScheduler.run(workers: HiGHSSolver.workers(options), library: library) {
        try HiGHSSearch(run: run, library: library).solve()
      }
    }
  }
}
