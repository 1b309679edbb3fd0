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

  /// Rows that contradict each other by their last digits only, as those do that were computed in two ways: within the
  /// tolerance that is promised there are points. Found in HiGHS's check/instances/2122.lp, which SCIP called infeasible.
  @Test(arguments: conformingSolvers) func contradictionsBelowTheTolerance(_ solver: SolverCase) throws {
    for kind in [VariableKind.continuous, .binary] {
      let model = Model()
      let x = try model.addVariables(2, upper: [3])
      let b = try model.addVariables(2, kind: kind, upper: [1])
      try model.constrain(x[0] + x[1] + b[0], .equal, 2)
      try model.constrain(x[0] + x[1] + b[0], .equal, 2 + 1e-8)
      try model.constrain(x[0] - b[1], .lessOrEqual, 0.5)
      try model.setObjective(x[0] + 3 * b[0] - b[1], .maximize)
      let solution = try solver.solve(model)
      #expect(solution.status == .optimal && agree(solution.objective, 3.5), "\(kind): \(solution)")
    }
  }

  /// Ten rows and ten columns of the linear program klein1, which is infeasible: HiGHS loses the proof where it is told to
  /// keep smaller entries than it does by itself.
  @Test(arguments: conformingSolvers) func aProofOfInfeasibility(_ solver: SolverCase) throws {
    let rows: [(coefficients: [Double], lower: Double)] = [
      ([0, 0, 0, 0, 0, 0, -10, 8, 0, -1], 0), ([0, 0, 0, -98, 100, -1, 0, 0, 0, 0], 0),
      ([0, 42, -10, 2, 0, 0, 10, -8, 0, 1], 0), ([0, 0, 0, 9, 0, -3, 0, -6, 0, 3], 0),
      ([0, 0, 0, 3, -3, 0, 5, -5, 5, 0], 0), ([0, 0, 4, 0, -12, 4, 0, 0, 6, -2], 0),
      ([-70, -15, 0, 3, -9, 3, 5, -1, 3, -1], 0), ([1, 0, 0, 0, 0, 0, 0, 0, 0, 0], 8),
      ([-6, 1, 0, 0, 0, 0, 0, 0, 0, 0], -27), ([14, -7, 0, 0, 0, 0, -1, 1, -1, 0], 48),
    ]
    let model = Model()
    let x = try model.addVariables(10)
    for row in rows { try model.constrain(LinearExpression(row.coefficients, x), .greaterOrEqual, row.lower) }
    #expect(try solver.solve(model).status == .infeasible)
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
