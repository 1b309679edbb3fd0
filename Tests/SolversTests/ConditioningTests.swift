import Essentials
import MILP
import Solvers
import Testing

/// Coefficients that are lost beside others, as weight decay leaves them in networks.
@Suite struct ConditioningTests {
  /// A random network of 20 inputs and two layers of 8 ReLUs, its output maximised; more than half of the weights have
  /// decayed to 1e-16 … 1e-43, or are left out.
  private func network(seed: UInt64, keepsTiny: Bool) throws -> Model {
    var random = RandomSource(seed: seed)
    let model = Model(name: "network")
    var previous = try model.addVariables(20, upper: [1])
    for _ in 0..<2 {
      var layer: [Variable] = []
      for _ in 0..<8 {
        var weights: [Double] = []
        for _ in previous {
          var weight = random.uniform(-1, 1)
          let decay = random.uniform(16, 43)
          if random.uniform() < 0.6 { weight = keepsTiny ? weight * power(decay) : 0 }
          weights.append(weight)
        }
        let preactivation = LinearExpression(weights, previous) + random.uniform(-0.5, 0.5)
        let range = try model.range(of: preactivation)
        let (least, most) = (min(range.lower, 0) - 1e-9, max(range.upper, 0) + 1e-9)
        let output = try model.addVariable(upper: most)
        let isActive = try model.addVariable(kind: .binary)
        try model.constrain(output - preactivation, .greaterOrEqual, 0)
        try model.constrain(output - preactivation - least * isActive, .lessOrEqual, -least)
        try model.constrain(output - most * isActive, .lessOrEqual, 0)
        layer.append(output)
      }
      previous = layer
    }
    try model.setObjective(LinearExpression(previous.map { _ in random.uniform(-0.5, 0.5) }, previous), .maximize)
    return model
  }

  private func power(_ exponent: Double) -> Double {
    var value = 1.0
    for _ in 0..<Int(exponent) { value /= 10 }
    return value
  }

  /// Without conditioning GLPK is wrong in two of three of these: infeasible, or off in the first digit.
  @Test(arguments: conformingSolvers) func decayedWeightsChangeNoOptimum(_ solver: SolverCase) throws {
    for seed in 1...25 as ClosedRange<UInt64> {
      let clean = try solver.solve(try network(seed: seed, keepsTiny: false)) { $0.timeLimit = 20 }
      let model = try network(seed: seed, keepsTiny: true)
      let solution = try solver.solve(model) { $0.timeLimit = 20 }
      #expect(solution.status == .optimal, "seed \(seed)")
      #expect(agree(solution.objective, clean.objective), "seed \(seed)")
      #expect(agree(solution.bound, clean.objective), "seed \(seed)")
      #expect(try model.violation(at: try #require(solution.values)).largest <= 1e-6, "seed \(seed)")
      #expect(solution.warnings.contains { $0.contains("negligible") }, "seed \(seed)")
      let relaxation = try solver.solve(model.relaxation())
      #expect(relaxation.objective.map { $0 >= (clean.objective ?? 0) - 1e-6 } == true, "seed \(seed)")
    }
  }

  /// What is left out widens its row: a small coefficient counts as far as its variable's bounds let it.
  @Test(arguments: conformingSolvers) func widenedRowsKeepEveryFeasiblePoint(_ solver: SolverCase) throws {
    let model = Model()
    let x = try model.addVariable(kind: .integer, upper: 10)
    let y = try model.addVariable(upper: 90)
    try model.constrain(2 * x - 1e-9 * y, .lessOrEqual, 5.99999995)
    try model.setObjective(LinearExpression(x), .maximize)
    // With y at 90 the right side is 6.00000004, so 3 is feasible.
    let solution = try solver.solve(model)
    #expect(agree(solution.objective, 3))
  }

  @Test(arguments: conformingSolvers) func whatMayMatterIsRefused(_ solver: SolverCase) throws {
    let model = Model()
    let x = try model.addVariable(name: "x", upper: 1)
    let y = try model.addVariable(name: "y")
    try model.constrain(x + 1e-20 * y, .lessOrEqual, 2, name: "sum")
    try model.setObjective(x + y, .maximize)
    let message = #expect(throws: OutsideFailure.self) { try solver.solve(model) }?.message
    #expect(message?.contains("sum") == true && message?.contains("y") == true, "\(message ?? "")")
    #expect(!model.isBeingSolved)
    // Bounds of its own, or rows that bound it, are enough.
    let bounded = model.copy()
    try bounded.setBounds(of: y, lower: 0, upper: 7)
    #expect(agree(try solver.solve(bounded).objective, 8))
    let chain = try model.addVariable(name: "z", lower: -.infinity)
    try model.constrain(y - chain, .equal, 1)
    try model.constrain(2 * chain + x, .lessOrEqual, 13)
    #expect(agree(try solver.solve(model).objective, 8))
    // Small, not lost, and not negligible: solved with a warning.
    let small = Model()
    let a = try small.addVariable(upper: 1)
    let b = try small.addVariable(upper: 1e6)
    try small.constrain(a + 1e-10 * b, .lessOrEqual, 1)
    try small.setObjective(a + 1e-6 * b, .maximize)
    let solution = try solver.solve(small)
    #expect(solution.warnings.contains { $0.contains("inaccurate") } && agree(solution.objective, 2, 2e-4))
  }

  /// Rows of nothing but tiny numbers mean what they say, and their duals are those of the model.
  @Test(arguments: conformingSolvers) func tinyRowsAreScaled(_ solver: SolverCase) throws {
    for scale in [1e-9, 1e-13, 1e-30, 1e-200] {
      let model = Model()
      let x = try model.addVariables(2, upper: [10])
      try model.constrain(scale * x[0] + 2 * scale * x[1], .lessOrEqual, 4 * scale)
      try model.constrain(scale * x[0] + scale * x[1], .lessOrEqual, 1)
      try model.setObjective(x[0] + x[1], .maximize)
      let solution = try solver.solve(model)
      #expect(agree(solution.objective, 4), "\(scale)")
      #expect(agree(try #require(solution.rowDuals)[0] * scale, 1), "\(scale)")
    }
  }

  @Test func addedRowsAreConditionedToo() throws {
    let model = Model()
    let x = try model.addVariables(3, kind: .binary)
    try model.constrain(LinearExpression(sumOf: x), .lessOrEqual, 2.5)
    try model.setObjective(LinearExpression([3, 2, 1], x), .maximize)
    let observer = SolveObserver(kinds: [.relaxation], answers: [.lazyRows]) { _ in
      [.addLazyRows([AddedRow(x[0] + x[1] + 1e-40 * x[2], .lessOrEqual, 1)])]
    }
    #expect(agree(try GLPKSolver().solve(model, options: SolveOptions(), observer: observer).objective, 4))
  }

  @Test(arguments: conformingSolvers) func hugeNumbersAreWarnedOf(_ solver: SolverCase) throws {
    let model = Model()
    let x = try model.addVariable(kind: .integer, upper: 3)
    try model.constrain(1e12 * x, .lessOrEqual, 2.5e12)
    try model.setObjective(LinearExpression(x), .maximize)
    let solution = try solver.solve(model)
    #expect(agree(solution.objective, 2))
    #expect(solution.warnings.contains { $0.contains("huge") })
  }
}
