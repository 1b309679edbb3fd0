import Essentials
import MILP
import Solvers
import TestSupport
import Testing

/// The example of the cookbook: whatever it does wrong, people copy.
@Suite("Scripts/cookbook/own-solver.py") struct OwnSolverTests {
  /// The solver, under a name of its own; none where Python lacks highspy, unless everything must be there.
  private static let cases: [SolverCase] = {
    let python = Component.python.found ?? "python3"
    let isThere = ChildProcess.answer(of: [python, "-c", "import highspy; print(highspy.__name__)"]) != nil
    guard isThere || Component.areAllRequired else {
      print("skipping own-solver.py: \(python) has no package highspy")
      return []
    }
    do {
      try SolverRegistry.add(
        PipeSolver(
          name: "own", command: [python, "\(packageDirectory)/Scripts/cookbook/own-solver.py"],
          events: [.relaxation], answers: Set(SolveAnswerKind.allCases)))
    } catch {
      Issue.record(error)
    }
    return [SolverCase(name: "own")]
  }()

  @Test("answers as every solver", arguments: cases)
  func statuses(_ solver: SolverCase) throws {
    let tests = StatusTests()
    try tests.linearProgramWithDuals(solver)
    try tests.dualsAreRatesOfChange(solver)
    try tests.infeasible(solver)
    try tests.infeasibleOnlyForIntegers(solver)
    try tests.unbounded(solver)
    try tests.unboundedRelaxationWithoutPoint(solver)
    try tests.freeRowsAndFixedVariables(solver)
    try RandomModelTests().knapsacksMatchDynamicProgramming(solver)
    try RandomModelTests().mixedModelsMatchBruteForce(solver)
  }

  @Test("serves lazy rows, cuts, branches and submitted points as every solver", arguments: cases)
  func answers(_ solver: SolverCase) throws {
    try LazyRowTests().hiddenRowsOfRandomModels(solver)
    try LazyRowTests().travellingSalesman(solver)
    try LazyRowTests().whatNobodyCouldLookAtIsNoPoint(solver)
    try LazyRowTests().lazyRowsOnAModelWithoutRows(solver)
    try LazyRowTests().unboundedRelaxationsAreRefused(solver)
    try SteeringTests().branchingFollowsTheCallback(solver)
    try SteeringTests().theFirstBranchComesFirst(solver)
    try SteeringTests().cutsTightenAndChangeNoOptimum(solver)
  }
}
