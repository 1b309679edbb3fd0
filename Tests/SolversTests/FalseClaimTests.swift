import Essentials
import MILP
import Solvers
import Testing

/// Models on which solvers were seen to be wrong without a word.
@Suite struct FalseClaimTests {
  /// HiGHS 1.15's presolve calls this infeasible; (-29992, 0, 12244, 32) satisfies every row exactly.
  @Test(arguments: conformingSolvers) func infeasibleByPresolveOnly(_ solver: SolverCase) throws {
    func model() throws -> Model {
      let model = Model(name: "presolve")
      let a = try model.addVariable(lower: -30_000, upper: 2e9)
      let b = try model.addVariable(kind: .integer, upper: 1)
      let c = try model.addVariable(kind: .integer, lower: 1, upper: 1e6)
      let d = try model.addVariable(kind: .integer, upper: 30_000)
      try model.constrain(11 * a + 3 * b, .lessOrEqual, -329_907)
      try model.constrain(30 * a + 2 * b + 10_000 * d, .equal, -579_760)
      try model.constrain(10_000 * d - 1 * c, .greaterOrEqual, 306_756)
      try model.constrain(1000 * a + 11 * b + 3 * c - 1 * d, .equal, -29_955_300)
      try model.setObjective(5 * a - 1 * b + 1 * c + 1 * d, .minimize)
      return model
    }
    for presolve in [nil, true, false] as [Bool?] {
      let solution = try solver.solve(try model()) { $0.presolve = presolve }
      #expect(solution.status == .optimal && agree(solution.objective, -137_684))
    }
  }

  /// A charge for using x at all, where x <= M y: y = x / M is far below the solvers' usual tolerance for whole
  /// numbers.
  @Test(arguments: conformingSolvers, [1e4, 1e5, 1e6, 1e7, 1e8])
  func chargesAreFixedAtEveryM(_ solver: SolverCase, _ big: Double) throws {
    var random = RandomSource(seed: 5)
    for instance in 0..<12 {
      let model = Model(name: "charge")
      var (cost, total) = (LinearExpression(), LinearExpression())
      let prices = (0..<4).map { _ in Double(1 + random.below(9)) }
      for price in prices {
        let amount = try model.addVariable(upper: 10)
        let isUsed = try model.addVariable(kind: .binary)
        try model.constrain(amount - big * isUsed, .lessOrEqual, 0)
        cost.add(price, isUsed)
        total.add(1, amount)
      }
      // One source is enough.
      try model.constrain(total, .greaterOrEqual, Double(5 + random.below(5)))
      try model.setObjective(cost, .minimize)
      let solution = try solver.solve(model)
      #expect(
        solution.status == .optimal && agree(solution.objective, prices.min()), "M \(big), instance \(instance)")
    }
  }
}
