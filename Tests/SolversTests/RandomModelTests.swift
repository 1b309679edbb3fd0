import Essentials
import MILP
import Solvers
import Testing

@Suite struct RandomModelTests {
  @Test(arguments: conformingSolvers) func knapsacksMatchDynamicProgramming(_ solver: SolverCase) throws {
    for seed in 1...30 as ClosedRange<UInt64> {
      var random = RandomSource(seed: seed)
      let count = 5 + random.below(20)
      let values = (0..<count).map { _ in 1 + random.below(50) }
      let weights = (0..<count).map { _ in 1 + random.below(30) }
      let capacity = weights.reduce(0, +) / 3
      let (model, take) = try Instances.knapsack(values: values, weights: weights, capacity: capacity)
      let solution = try solver.solve(model)
      let optimum = Instances.knapsackOptimum(values: values, weights: weights, capacity: capacity)
      #expect(solution.status == .optimal, "seed \(seed)")
      #expect(agree(solution.objective, Double(optimum)), "seed \(seed)")
      #expect(agree(solution.bound, Double(optimum)), "seed \(seed)")
      let chosen = try #require(solution.values(of: take))
      #expect(chosen.allSatisfy { $0 == 0 || $0 == 1 }, "seed \(seed)")
      #expect(zip(chosen, weights).reduce(0) { $0 + $1.0 * Double($1.1) } <= Double(capacity), "seed \(seed)")
    }
  }

  @Test(arguments: conformingSolvers) func mixedModelsMatchBruteForce(_ solver: SolverCase) throws {
    var infeasible = 0
    for seed in 1...200 as ClosedRange<UInt64> {
      var random = RandomSource(seed: seed)
      let model = try Instances.random(&random)
      let optimum = try Instances.bruteForce(model)
      let presolve: Bool? = [nil, true, false][random.below(3)]
      let solution = try solver.solve(model) { $0.presolve = presolve }
      #expect(solution.status == (optimum == nil ? .infeasible : .optimal), "seed \(seed) \(solution.status)")
      #expect(agree(solution.objective, optimum), "seed \(seed)")
      #expect(agree(solution.bound, optimum), "seed \(seed)")
      if let values = solution.values {
        #expect(try model.violation(at: values).largest <= 1e-6, "seed \(seed)")
        #expect(agree(try model.objectiveValue(at: values), solution.objective), "seed \(seed)")
      } else {
        infeasible += 1
      }
    }
    #expect((5..<150).contains(infeasible), "the instances should be of both sorts, \(infeasible) of 200 infeasible")
  }

  @Test(arguments: conformingSolvers) func randomLinearProgramsHaveConsistentDuals(_ solver: SolverCase) throws {
    for seed in 1...60 as ClosedRange<UInt64> {
      var random = RandomSource(seed: seed)
      let model = try Instances.random(&random).relaxation()
      let solution = try solver.solve(model) { $0.presolve = random.below(2) == 0 }
      guard solution.status == .optimal else {
        #expect(solution.status == .infeasible, "seed \(seed)")
        continue
      }
      // Stationarity, c = A'y + d, and strong duality with the bounds that the signs of y and d choose.
      let duals = try #require(solution.rowDuals)
      let reduced = try #require(solution.reducedCosts)
      var gradient = model.objectiveCoefficients
      for row in 0..<model.rowCount {
        for entry in model.rowStarts[row]..<model.rowStarts[row + 1] {
          gradient[Int(model.columnIndices[entry])] -= model.coefficients[entry] * duals[row]
        }
      }
      for column in 0..<model.columnCount {
        #expect(agree(gradient[column], reduced[column]), "seed \(seed) column \(column)")
      }
      let sign = model.objectiveSense == .minimize ? 1.0 : -1.0
      var dualObjective = model.objectiveConstant
      for (rate, bounds) in zip(duals, zip(model.rowLower, model.rowUpper)) where abs(rate) > 1e-9 {
        dualObjective += rate * (sign * rate > 0 ? bounds.0 : bounds.1)
      }
      for (rate, bounds) in zip(reduced, zip(model.columnLower, model.columnUpper)) where abs(rate) > 1e-9 {
        dualObjective += rate * (sign * rate > 0 ? bounds.0 : bounds.1)
      }
      #expect(agree(dualObjective, solution.objective), "seed \(seed)")
    }
  }

  /// Big-M rows against trying both values of the indicator.
  @Test(arguments: conformingSolvers) func impliesMatchesEnumeration(_ solver: SolverCase) throws {
    for seed in 1...60 as ClosedRange<UInt64> {
      var random = RandomSource(seed: seed)
      let lower = (0..<3).map { _ in -random.uniform(0, 5) }
      let upper = (0..<3).map { _ in random.uniform(0, 5) }
      let weights = (0..<3).map { _ in random.uniform(-3, 3) }
      let costs = (0..<3).map { _ in random.uniform(-3, 3) }
      let right = random.uniform(-4, 4)
      let relation = Relation.allCases[random.below(3)]
      let value = random.below(2)
      let ownWeight = random.below(2) == 0 ? 0 : random.uniform(-1, 1)
      let indicatorCost = random.uniform(-4, 4)
      func make() throws -> (Model, [Variable], Variable) {
        let model = Model()
        let x = try model.addVariables(3, lower: lower, upper: upper)
        let z = try model.addVariable(kind: .binary)
        try model.setObjective(LinearExpression(costs, x) + indicatorCost * z, .minimize)
        return (model, x, z)
      }
      let (model, x, z) = try make()
      let left = LinearExpression(weights, x) + ownWeight * z + 0.5
      try model.imply(z, is: value, left, relation, right)
      let solution = try solver.solve(model)
      var best: Double?
      for choice in 0...1 {
        let (plain, x, z) = try make()
        if choice == value {
          try plain.constrain(LinearExpression(weights, x) + ownWeight * z + 0.5, relation, right)
        }
        try plain.fix(z, at: Double(choice))
        if let objective = try GLPKSolver().solve(plain).objective { best = min(best ?? .infinity, objective) }
      }
      #expect(agree(solution.objective, best), "seed \(seed)")
    }
  }

  @Test(arguments: conformingSolvers) func absoluteValuesAndBudgets(_ solver: SolverCase) throws {
    let model = Model()
    let x = try model.addVariable(lower: -5, upper: 3)
    let absolute = try model.absoluteValue(of: 2 * x + 1, isExact: true)
    try model.setObjective(LinearExpression(absolute), .maximize)
    #expect(agree(try solver.solve(model).objective, 9))
    try model.setObjective(LinearExpression(absolute), .minimize)
    #expect(agree(try solver.solve(model).objective, 0))

    for seed in 1...20 as ClosedRange<UInt64> {
      var random = RandomSource(seed: seed)
      let center = (0..<6).map { _ in random.uniform() }
      let costs = (0..<6).map { _ in random.uniform(-2, 2) }
      let budget = random.uniform(0, 2)
      let ball = Model()
      let y = try ball.addVariables(6, upper: [1])
      try ball.limitL1Distance(of: y, from: center, to: budget)
      try ball.setObjective(LinearExpression(costs, y), .maximize)
      let solution = try solver.solve(ball)
      // A fractional knapsack: spend the budget where the cost is largest.
      var rest = budget
      var best = zip(costs, center).reduce(0) { $0 + $1.0 * $1.1 }
      for i in (0..<6).sorted(by: { abs(costs[$0]) > abs(costs[$1]) }) {
        let step = min(rest, costs[i] > 0 ? 1 - center[i] : center[i])
        best += abs(costs[i]) * step
        rest -= step
      }
      #expect(agree(solution.objective, best), "seed \(seed)")

      let box = Model()
      let w = try box.addVariables(6, upper: [1])
      try box.limitLInfinityDistance(of: w, from: center, to: 0.1)
      try box.setObjective(LinearExpression(costs, w), .maximize)
      let corner = zip(costs, center).reduce(0) { $0 + $1.0 * min(1, max(0, $1.1 + ($1.0 > 0 ? 0.1 : -0.1))) }
      #expect(agree(try solver.solve(box).objective, corner), "seed \(seed)")
    }
  }
}
