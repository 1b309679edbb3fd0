import MILP
import Testing
import Verification

@Suite struct VerdictTests {
  private func model() throws -> Model {
    let model = Model()
    _ = try model.addVariables(100, lower: [0], upper: [10])
    return model
  }

  @Test func onlyAFinishedDenseModelWithAClearBoundIsAProof() throws {
    let model = try model()
    let rule = VerdictRule()
    let tolerance = rule.tolerance(for: model)
    #expect(tolerance > 1e-4 * 0.9 && tolerance < 1e-3)
    func verdict(_ bound: Double?, _ status: SolveStatus = .optimal, isDense: Bool = true) -> Verdict {
      var solution = Solution(status: status, solver: "test")
      solution.bound = bound
      return rule.verdict(solution, of: model, isDense: isDense)
    }
    #expect(verdict(-1) == .robust)
    #expect(verdict(-1, .limit) == .robust)
    #expect(verdict(-1, isDense: false) == .unknown)
    #expect(verdict(-tolerance / 2) == .unknown)
    #expect(verdict(0) == .unknown && verdict(1) == .unknown && verdict(nil) == .unknown)
    #expect(verdict(.nan) == .unknown)
    #expect(verdict(-1, .infeasible) == .unknown)
    // A bound below what is attained is a solver's mistake.
    var broken = Solution(status: .limit, solver: "test")
    broken.bound = -2
    #expect(rule.verdict(broken, of: model, isDense: true, attainedMargin: -1) == .unknown)
    #expect(rule.verdict(broken, of: model, isDense: true, attainedMargin: -3) == .robust)
    #expect(rule.verdict(broken, of: model, isDense: true, attainedMargin: .nan) == .unknown)
    broken.objective = -1
    #expect(rule.verdict(broken, of: model, isDense: true) == .unknown)
  }

  @Test func unboundedColumnsProveNothing() throws {
    let model = try model()
    _ = try model.addVariable(lower: 0)
    #expect(VerdictRule().tolerance(for: model) == .infinity)
  }

  @Test func boundsProveWhenNegative() {
    #expect(VerdictRule.verdict(marginUpperBound: -1e-300) == .robust)
    for bound in [0, 1, .infinity, .nan] as [Double] {
      #expect(VerdictRule.verdict(marginUpperBound: bound) == .unknown)
    }
    #expect(Verdict.allCases.map(\.rawValue) == ["adversarial", "already_adversarial", "robust", "unknown"])
  }
}
