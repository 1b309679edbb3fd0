import MILP
import Solvers

/// A solver that has a `SolveRun` above it as all have, and says whatever it is told to say.
struct LyingSolver: Solver {
  let name = "liar"
  let version = "1"
  var capabilities = SolverCapabilities(
    events: Set(SolveEventKind.allCases), answers: Set(SolveAnswerKind.allCases), usesThreads: false)
  /// What stands in for the solver's own search.
  let search: @Sendable (SolveRun) throws -> Solution

  init(_ search: @escaping @Sendable (SolveRun) throws -> Solution) { self.search = search }

  /// A liar that says this about every model.
  init(_ status: SolveStatus, _ values: [Double]? = nil, objective: Double? = nil, bound: Double? = nil) {
    search = { run in
      var solution = run.solution(status, iterations: 0)
      (solution.values, solution.objective, solution.bound) = (values, objective, bound)
      return solution
    }
  }

  func solve(_ model: Model, options: SolveOptions, observer: SolveObserver?) throws -> Solution {
    try SolveRun(model: model, options: options, observer: observer, solver: self).solve(search)
  }
}

extension SolveRun {
  /// Offers `point` as an incumbent with the objective `claimed`.
  func offer(_ point: [Double], claimed: Double) {
    offerIncumbent(objective: claimed, depth: 0, bound: { nil }, values: { $0.map { $0.map { point[$0] } } ?? point })
  }
}

/// The run of a solver that goes on when it should have ended. Unchecked, since it stays on the thread of its solve.
final class KeptRun: @unchecked Sendable {
  var run: SolveRun?
}
