import Essentials
import MILP
import Solvers
import TestSupport
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

  /// A network whose layers' numbers are up to 1e8 in size, and whose largest margin is `margin`, rounded up.
  private func problem(margin: Double, largest size: Double, using random: inout RandomSource) throws -> ExactProblem {
    let layers = zip([2, 4, 4], [4, 4, 2]).map { inputs, outputs in
      let scale = RandomProblems.power(of: size, using: &random)
      return (
        weight: (0..<outputs).map { _ in (0..<inputs).map { _ in random.normal() * scale } },
        bias: (0..<outputs).map { _ in random.normal() }
      )
    }
    var problem = ExactProblem(
      layers: layers, input: (0...1).map { _ in random.uniform(-1000, 1000) }, lower: [-1000, -1000],
      upper: [1000, 1000], norm: ["l1", "linf", "l1_row_max"][random.below(3)], epsilon: [0, 0x1p-30][random.below(2)],
      class: 0)
    problem.layers[2].bias[0] = 0
    let wanted = try #require(problem.largestMargin()) - Rational(margin)
    problem.layers[2].bias[0] = wanted.double
    if Rational(wanted.double) >= wanted { problem.layers[2].bias[0] = wanted.double.nextDown }
    return problem
  }

  /// What a solver says of a network is within rounding of 0 where the margin is, however large the numbers are.
  @Test func aMarginWithinRoundingIsNotProvedNegative() throws {
    var random = RandomSource(seed: 3557)
    var refuted = 0
    var refused = 0
    for number in 0..<2000 {
      let exact = try problem(margin: 0, largest: 1e8, using: &random)
      let encoding: Encoding
      do {
        encoding = try Encoding(exact.network(), problem: exact.problem())
      } catch is OutsideFailure {
        // Some reach what solvers take for infinite.
        refused += 1
        continue
      }
      // Numbers like these can make the simplex method go in circles.
      var options = SolveOptions()
      options.timeLimit = 0.05
      let solution = try GLPKSolver().solve(encoding.model, options: options)
      let name = "network \(number) of seed 3557: \(exact.lua)"
      #expect(try encoding.objectiveBound(solution) ?? 0 >= 0, "\(name)")
      // Also where no input that is easily found refutes the solver.
      let trusted = SolverTrust.bound(solution, of: encoding.model, rounding: encoding.record.rounding)
      #expect(trusted ?? 0 >= 0, "\(name)")
      if let bound = SolverTrust.bound(solution, of: encoding.model), bound < 0 { refuted += 1 }
    }
    // Without the rounding some would have been proved.
    #expect(refuted > 20 && refused < 500, "\(refuted), \(refused)")
  }

  /// Where the numbers are of ordinary size, the rounding takes no proof away.
  @Test func ordinaryNetworksStayProved() throws {
    var random = RandomSource(seed: 3558)
    var proved = 0
    for number in 0..<200 {
      let exact = try problem(margin: -1e-3, largest: 1, using: &random)
      let encoding = try Encoding(exact.network(), problem: exact.problem())
      let solution = try GLPKSolver().solve(encoding.model)
      let bound = try #require(try encoding.objectiveBound(solution))
      let without = try #require(SolverTrust.bound(solution, of: encoding.model))
      #expect(bound - without < 1e-7 && (bound < 0) == (without < 0), "network \(number): \(bound), \(without)")
      proved += bound < 0 ? 1 : 0
    }
    #expect(proved > 150, "\(proved)")
  }
}
