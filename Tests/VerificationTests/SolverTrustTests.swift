import MILP
import Testing
import Verification

@Suite struct SolverTrustTests {
  private func model(_ sense: ObjectiveSense = .maximize) throws -> Model {
    let model = Model()
    let x = try model.addVariables(100, lower: [0], upper: [10])
    try model.setObjective(LinearExpression(x[0]), sense)
    return model
  }

  @Test func aBoundHoldsUpToTheTolerances() throws {
    let model = try model()
    let tolerance = SolverTrust.tolerance(for: model)
    #expect(tolerance > 1e-4 * 0.9 && tolerance < 1e-3)
    func bound(_ bound: Double?, _ status: SolveStatus = .optimal) -> Double? {
      var solution = Solution(status: status, solver: "test")
      solution.bound = bound
      return SolverTrust.bound(solution, of: model)
    }
    #expect(bound(-1) == -1 + tolerance && bound(-1, .limit) == -1 + tolerance)
    #expect(bound(nil) == nil && bound(.nan) == nil && bound(-1, .infeasible) == nil && bound(-1, .unbounded) == nil)
    // The same from the other side.
    var least = Solution(status: .optimal, solver: "test")
    (least.bound, least.objective) = (3, 3)
    let minimized = try self.model(.minimize)
    #expect(SolverTrust.bound(least, of: minimized) == 3 - tolerance)
    #expect(SolverTrust.bound(least, of: minimized, attained: 2) == nil)
  }

  @Test func aRefutedBoundIsNone() throws {
    let model = try model()
    var broken = Solution(status: .limit, solver: "test")
    broken.bound = -2
    #expect(SolverTrust.bound(broken, of: model, attained: -1) == nil)
    #expect(SolverTrust.bound(broken, of: model, attained: -3) != nil)
    #expect(SolverTrust.bound(broken, of: model, attained: .nan) == nil)
    broken.objective = -1
    #expect(SolverTrust.bound(broken, of: model) == nil)
    // Neither is that of a solve whose point was beside the model.
    var beside = Solution(status: .optimal, solver: "test")
    (beside.bound, beside.objective) = (-2, -2)
    #expect(SolverTrust.bound(beside, of: model) != nil)
    beside.hasPointViolation = true
    #expect(SolverTrust.bound(beside, of: model) == nil)
  }

  @Test func unboundedColumnsProveNothing() throws {
    let model = try model()
    _ = try model.addVariable(lower: 0)
    #expect(SolverTrust.tolerance(for: model) == .infinity)
  }
}
