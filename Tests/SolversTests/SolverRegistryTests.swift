import Essentials
import MILP
import Solvers
import TestSupport
import Testing

@Suite struct SolverRegistryTests {
  @Test func glpkIsAlwaysThere() throws {
    #expect(SolverRegistry.reports.contains { $0.name == "glpk" && $0.reason == nil })
    #expect(try SolverRegistry.solver(named: "glpk").version.hasPrefix("5"))
    #expect(throws: Misuse.self) { try SolverRegistry.solver(named: "cplex") }
  }

  @Test(arguments: [("highs", "pip install highsbox"), ("scip", "pip install pyscipopt")])
  func aLibraryIsThereOrSaysHowToGetIt(_ name: String, _ command: String) throws {
    let report = try #require(SolverRegistry.reports.first { $0.name == name })
    do {
      let solver = try SolverRegistry.solver(named: name)
      #expect(solver.name == name && solver.version.contains("."))
      #expect(report.reason == nil)
    } catch let failure as OutsideFailure {
      #expect(failure.message.contains(command) && report.reason == failure.message)
      #expect(!Component.areAllRequired, "\(failure)")
    }
  }

  /// Something to solve, and who solves it.
  private func choice(
    _ kinds: Set<SolveEventKind> = [], _ answers: Set<SolveAnswerKind> = [.stop],
    _ build: (Model, [Variable]) throws -> Void = { _, _ in }
  ) throws -> String {
    let model = Model()
    let x = try model.addVariables(3, kind: .integer, upper: [4])
    try model.constrain(2 * x[0] + 3 * x[1] + x[2], .lessOrEqual, 7)
    try model.setObjective(LinearExpression([3, 4, 1], x), .maximize)
    try build(model, x)
    let observer = kinds.isEmpty ? nil : SolveObserver(kinds: kinds, answers: answers) { _ in [] }
    let solution = try SolverRegistry.solver(named: "best").solve(model, options: SolveOptions(), observer: observer)
    #expect(solution.status == .optimal)
    return solution.solver
  }

  @Test func bestIsTheFirstThatCan() throws {
    #expect(SolverRegistry.names.last == "best" && !SolverRegistry.reports.contains { $0.name == "best" })
    let there = SolverRegistry.reports.filter { $0.reason == nil }
    func first(_ isSuitable: (SolverCapabilities) -> Bool) throws -> String? {
      try ["highs", "scip", "glpk"].first { name in
        try there.contains { try $0.name == name && isSuitable($0.solver.get().capabilities) }
      }
    }
    #expect(try choice() == first { _ in true })
    #expect(try choice([.incumbent], [.stop, .submit]) == first { $0.answers.contains(.submit) })
    #expect(try choice([.relaxation]) == first { $0.events.contains(.relaxation) })
    #expect(try choice([.relaxation], [.lazyRows]) == first { $0.answers.contains(.lazyRows) })
    // Bounded constructs can be reformulated by all, unbounded ones must be known.
    #expect(try choice { try $0.addSpecialOrderedSet(.one, $1) } == first { _ in true })
    func unbounded(_ model: Model, _ x: [Variable]) throws {
      try model.addSpecialOrderedSet(.one, x + [try model.addVariable(), try model.addVariable()])
    }
    if let able = try first({ $0.constructs.contains(.sos1) }) {
      #expect(try choice { try unbounded($0, $1) } == able)
    } else {
      #expect(throws: OutsideFailure.self) { try choice { try unbounded($0, $1) } }
    }
    // Options of a solver's own are for one solver.
    var native = SolveOptions()
    native.native = ["mir_cuts": "on"]
    let error = #expect(throws: Misuse.self) { try BestSolver().solve(Model(), options: native) }
    #expect(error?.message.contains("mir_cuts") == true)
    #expect(
      try BestSolver().capabilities.answers.isSuperset(of: SolverRegistry.solver(named: "glpk").capabilities.answers))
  }

  @Test func theNamesAreTaken() {
    struct Impostor: Solver {
      let name: String
      let version = "0"
      let capabilities = SolverCapabilities(events: [], answers: [], usesThreads: false)
      func solve(_ model: Model, options: SolveOptions, observer: SolveObserver?) throws -> Solution {
        Solution(status: .optimal, solver: name)
      }
    }
    for name in ["glpk", "highs", "scip", "best"] {
      #expect(throws: Misuse.self) { try SolverRegistry.add(Impostor(name: name)) }
    }
  }
}
