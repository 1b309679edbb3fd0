import Essentials
import MILP
import Solvers
import TestSupport
import Testing

@Suite struct SolverRegistryTests {
  @Test func glpkIsAlwaysThere() throws {
    #expect(SolverRegistry.available.contains { $0.name == "glpk" })
    #expect(try SolverRegistry.solver(named: "glpk").version.hasPrefix("5"))
    #expect(throws: Misuse.self) { try SolverRegistry.solver(named: "cplex") }
  }

  @Test func highsIsThereOrSaysHowToGetIt() throws {
    do {
      let solver = try SolverRegistry.solver(named: "highs")
      #expect(solver.name == "highs" && solver.version.contains("."))
      #expect(SolverRegistry.available.contains { $0.name == "highs" })
    } catch let failure as OutsideFailure {
      #expect(failure.message.contains("pip install highsbox"))
      #expect(!Component.areAllRequired, "\(failure)")
    }
  }
}
