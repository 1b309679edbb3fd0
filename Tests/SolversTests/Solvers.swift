import Essentials
import MILP
import Solvers
import TestSupport

/// The solvers that every conformance test runs with. Libraries that are missing are left out, with the reason, unless
/// `VNNLUA_REQUIRE_ALL` is set: then each test fails for them.
let conformingSolvers: [SolverCase] = ["glpk", "highs", "scip", "gurobi"].filter { name in
  do {
    _ = try SolverRegistry.solver(named: name)
    return true
  } catch {
    if !Component.areAllRequired { print("skipping \(name): \(error)") }
    return Component.areAllRequired
  }
}.map(SolverCase.init)

/// Those of them that can follow an answer.
func solvers(answering kind: SolveAnswerKind) -> [SolverCase] {
  conformingSolvers.filter { (try? $0.make().capabilities.answers.contains(kind)) ?? true }
}

/// A solver by its name, so that a failing test prints which one it was.
struct SolverCase: Sendable, CustomStringConvertible {
  let name: String
  var description: String { name }
  func make() throws -> any Solver { try SolverRegistry.solver(named: name) }

  /// Solves with the options that `adjust` sets.
  func solve(
    _ model: Model, observer: SolveObserver? = nil, _ adjust: (inout SolveOptions) -> Void = { _ in }
  ) throws -> Solution {
    var options = SolveOptions()
    adjust(&options)
    return try make().solve(model, options: options, observer: observer)
  }
}

/// Whether two numbers agree within `tolerance`, relative to those larger than 1.
func agree(_ a: Double?, _ b: Double?, _ tolerance: Double = 1e-6) -> Bool {
  guard let a, let b else { return a == nil && b == nil }
  return a == b || abs(a - b) <= tolerance * max(1, abs(a), abs(b))
}

/// Instances with known answers.
enum Instances {
  /// Maximise the value of things that fit into one knapsack.
  static func knapsack(values: [Int], weights: [Int], capacity: Int) throws -> (Model, [Variable]) {
    let model = Model(name: "knapsack")
    let take = try model.addVariables(values.count, prefix: "take", kind: .binary)
    try model.constrain(LinearExpression(weights.map(Double.init), take), .lessOrEqual, Double(capacity))
    try model.setObjective(LinearExpression(values.map(Double.init), take), .maximize)
    return (model, take)
  }

  /// The best value by dynamic programming.
  static func knapsackOptimum(values: [Int], weights: [Int], capacity: Int) -> Int {
    var best = [Int](repeating: 0, count: capacity + 1)
    for (value, weight) in zip(values, weights) where weight <= capacity {
      for room in stride(from: capacity, through: weight, by: -1) {
        best[room] = max(best[room], best[room - weight] + value)
      }
    }
    return best[capacity]
  }

  /// A knapsack with several constraints, too hard to finish within seconds.
  static func hard(_ count: Int = 80, rows: Int = 10, seed: UInt64 = 7) throws -> (Model, [Variable]) {
    var random = RandomSource(seed: seed)
    let model = Model(name: "hard")
    let take = try model.addVariables(count, kind: .binary)
    var value = [Double](repeating: 0, count: count)
    for _ in 0..<rows {
      let weights = (0..<count).map { _ in Double(1 + random.below(1000)) }
      for i in 0..<count { value[i] += weights[i] / Double(rows) + Double(random.below(300)) / Double(rows) }
      try model.constrain(
        LinearExpression(weights, take), .lessOrEqual, (weights.reduce(0, +) / 2).rounded())
    }
    try model.setObjective(LinearExpression(value.map { $0.rounded() }, take), .maximize)
    return (model, take)
  }

  /// A small random model with integers and continuous variables, all bounded.
  static func random(_ random: inout RandomSource) throws -> Model {
    let model = Model(name: "random")
    let integers = 2 + random.below(4)
    let continuous = random.below(3)
    for _ in 0..<integers { try model.addVariable(kind: random.below(3) == 0 ? .binary : .integer, upper: 1) }
    for _ in 0..<continuous { try model.addVariable(lower: -1 - random.uniform(), upper: 2 * random.uniform()) }
    for column in 0..<integers where model.kinds[column] == .integer {
      let lower = Double(random.below(4)) - 2
      try model.setBounds(of: model.variables[column], lower: lower, upper: lower + Double(1 + random.below(3)))
    }
    for _ in 0..<1 + random.below(4) {
      var left = LinearExpression()
      for variable in model.variables where random.below(4) != 0 {
        left.add(Double(random.below(19) - 9), variable)
      }
      let right = Double(random.below(21) - 8)
      switch random.below(5) {
      case 0: try model.constrain(left, from: right - Double(random.below(6)), to: right)
      case 1, 2: try model.constrain(left, .greaterOrEqual, right - 6)
      default: try model.constrain(left, .lessOrEqual, right)
      }
    }
    var objective = LinearExpression(constant: Double(random.below(9) - 4))
    for variable in model.variables { objective.add(Double(random.below(21) - 10), variable) }
    try model.setObjective(objective, random.below(2) == 0 ? .minimize : .maximize)
    return model
  }

  /// The optimum by trying all integer values, with the continuous variables optimised by the simplex method; nil if
  /// there is none.
  static func bruteForce(_ model: Model) throws -> Double? {
    let integers = (0..<model.columnCount).filter { model.kinds[$0].isIntegral }
    let isPure = integers.count == model.columnCount
    let linear = model.relaxation()
    let variables = linear.variables
    var best: Double?
    var point = model.columnLower
    func visit(_ depth: Int) throws {
      guard depth < integers.count else {
        var value: Double?
        if isPure {
          if try model.violation(at: point).largest <= 1e-9 { value = try model.objectiveValue(at: point) }
        } else {
          for column in integers { try linear.fix(variables[column], at: point[column]) }
          value = try GLPKSolver().solve(linear).objective
        }
        if let value, best == nil || model.objectiveSense.prefers(value, over: best ?? 0) { best = value }
        return
      }
      let column = integers[depth]
      for value in Int(model.columnLower[column])...Int(model.columnUpper[column]) {
        point[column] = Double(value)
        try visit(depth + 1)
      }
    }
    try visit(0)
    return best
  }
}
