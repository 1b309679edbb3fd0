import Essentials
import MILP
import Solvers
import Testing

@Suite struct StatusTests {
  @Test(arguments: conformingSolvers) func linearProgramWithDuals(_ solver: SolverCase) throws {
    // max 3x + 2y + 1  s.t.  x + y <= 4,  x + 3y <= 6,  0 <= x <= 3: at (3, 1), duals 2 and 0, reduced costs 1 and 0.
    let model = Model()
    let x = try model.addVariable(name: "x", upper: 3)
    let y = try model.addVariable(name: "y")
    try model.constrain(x + y, .lessOrEqual, 4)
    try model.constrain(x + 3 * y, .lessOrEqual, 6.5)
    try model.setObjective(3 * x + 2 * y + 1, .maximize)
    let solution = try solver.solve(model)
    #expect(solution.status == .optimal)
    #expect(agree(solution.objective, 12))
    #expect(agree(solution.bound, 12))
    #expect(agree(solution.value(of: x), 3) && agree(solution.value(of: y), 1))
    let duals = try #require(solution.rowDuals)
    let reduced = try #require(solution.reducedCosts)
    #expect(agree(duals[0], 2) && agree(duals[1], 0), "\(duals)")
    #expect(agree(reduced[0], 1) && agree(reduced[1], 0), "\(reduced)")
  }

  @Test(arguments: conformingSolvers) func dualsAreRatesOfChange(_ solver: SolverCase) throws {
    for sense in ObjectiveSense.allCases {
      let model = Model()
      let x = try model.addVariables(3, upper: [10, 10, 10])
      let sign = sense == .minimize ? 1.0 : -1.0
      let demand = try model.constrain(x[0] + 2 * x[1] + x[2], .greaterOrEqual, 7)
      let supply = try model.constrain(x[0] + x[1], from: -1, to: 3)
      try model.setObjective(sign * (4 * x[0] + 5 * x[1] + 9 * x[2]), sense)
      let base = try solver.solve(model)
      let duals = try #require(base.rowDuals)
      try model.setBounds(of: demand, lower: 7.25, upper: .infinity)
      let more = try solver.solve(model)
      #expect(agree(try #require(more.objective) - (base.objective ?? 0), 0.25 * duals[demand.index]))
      try model.setBounds(of: demand, lower: 7, upper: .infinity)
      try model.setBounds(of: supply, lower: -1, upper: 3.25)
      let wider = try solver.solve(model)
      #expect(agree(try #require(wider.objective) - (base.objective ?? 0), 0.25 * duals[supply.index]))
    }
  }

  @Test(arguments: conformingSolvers) func infeasible(_ solver: SolverCase) throws {
    for kind in [VariableKind.continuous, .integer] {
      let model = Model()
      let x = try model.addVariables(2, kind: kind, upper: [5])
      try model.constrain(x[0] + x[1], .lessOrEqual, 2)
      try model.constrain(x[0] + x[1], .greaterOrEqual, 3)
      let solution = try solver.solve(model)
      #expect(solution.status == .infeasible)
      #expect(!solution.hasPoint && solution.bound == nil && solution.objective == nil)
    }
  }

  @Test(arguments: conformingSolvers) func infeasibleOnlyForIntegers(_ solver: SolverCase) throws {
    let model = Model()
    let x = try model.addVariables(2, kind: .integer, upper: [5])
    try model.constrain(2 * x[0] + 2 * x[1], .equal, 3)
    for presolve in [true, false] {
      #expect(try solver.solve(model) { $0.presolve = presolve }.status == .infeasible)
    }
  }

  @Test(arguments: conformingSolvers) func unbounded(_ solver: SolverCase) throws {
    for kind in [VariableKind.continuous, .integer] {
      for presolve in [nil, true, false] {
        let model = Model()
        let x = try model.addVariables(2, kind: kind)
        try model.constrain(x[0] - x[1], .lessOrEqual, 2)
        try model.setObjective(x[0] + x[1], .maximize)
        let solution = try solver.solve(model) { $0.presolve = presolve }
        #expect(solution.status == .unbounded, "\(kind) \(String(describing: presolve))")
        #expect(!solution.hasPoint)
      }
    }
  }

  /// An unbounded relaxation without any whole point is infeasible, not unbounded.
  @Test(arguments: conformingSolvers) func unboundedRelaxationWithoutPoint(_ solver: SolverCase) throws {
    let model = Model()
    let x = try model.addVariables(2, kind: .integer, upper: [1])
    let free = try model.addVariable()
    try model.constrain(2 * x[0] + 2 * x[1] + 0 * free, .equal, 1)
    try model.constrain(free - x[0], .greaterOrEqual, 0)
    try model.setObjective(free + x[0], .maximize)
    #expect(try solver.solve(model).status == .infeasible)
  }

  /// The same of linear programs: what presolve calls one or the other is infeasible where there is no point.
  @Test(arguments: conformingSolvers) func unboundedProgramWithoutPoint(_ solver: SolverCase) throws {
    for presolve in [true, false] {
      let model = Model()
      let free = try model.addVariable()
      let x = try model.addVariables(3)
      try model.constrain(x[0] - x[1], .greaterOrEqual, 1)
      try model.constrain(x[1] - x[2], .greaterOrEqual, 1)
      try model.constrain(x[2] - x[0], .greaterOrEqual, 1)
      try model.setObjective(free + x[0], .maximize)
      let solution = try solver.solve(model) { $0.presolve = presolve }
      #expect(solution.status == .infeasible, "presolve \(presolve)")
    }
  }

  @Test(arguments: conformingSolvers) func crossedBounds(_ solver: SolverCase) throws {
    let model = Model()
    let x = try model.addVariable(kind: .integer, lower: 3, upper: 2)
    try model.constrain(LinearExpression(x), .lessOrEqual, 9)
    #expect(try solver.solve(model).status == .infeasible)
    try model.setBounds(of: x, lower: 0, upper: 2)
    let row = try model.constrain(2 * x, from: 3, to: 2)
    #expect(try solver.solve(model).status == .infeasible)
    try model.setBounds(of: row, lower: -.infinity, upper: .infinity)
    #expect(try solver.solve(model).status == .optimal)
  }

  @Test(arguments: conformingSolvers) func emptyModels(_ solver: SolverCase) throws {
    let empty = Model()
    try empty.setObjective(LinearExpression(constant: 7), .maximize)
    var solution = try solver.solve(empty)
    #expect(solution.status == .optimal && solution.objective == 7 && solution.values == [])

    let rowsOnly = Model()
    let row = try rowsOnly.constrain(LinearExpression(), .lessOrEqual, 1)
    #expect(try solver.solve(rowsOnly).status == .optimal)
    try rowsOnly.setBounds(of: row, lower: 1, upper: 2)
    #expect(try solver.solve(rowsOnly).status == .infeasible)

    let columnsOnly = Model()
    let x = try columnsOnly.addVariable(kind: .integer, lower: -3, upper: 4)
    let y = try columnsOnly.addVariable(lower: 1)
    try columnsOnly.setObjective(2 * x - y, .maximize)
    solution = try solver.solve(columnsOnly)
    #expect(solution.status == .optimal && solution.objective == 7 && solution.values == [4, 1])
    #expect(solution.incumbents.count == 1)
    try columnsOnly.setObjective(2 * x - y, .minimize)
    #expect(try solver.solve(columnsOnly).status == .unbounded)
  }

  @Test(arguments: conformingSolvers) func freeRowsAndFixedVariables(_ solver: SolverCase) throws {
    let model = Model()
    let x = try model.addVariables(3, kind: .integer, lower: [-4], upper: [4])
    try model.constrain(x[0] + x[1], from: -.infinity, to: .infinity)
    try model.constrain(x[0] + x[1] + x[2], .lessOrEqual, 5.5)
    try model.setObjective(x[0] + 2 * x[1] + 3 * x[2], .maximize)
    try model.fix(x[2], at: -1)
    #expect(agree(try solver.solve(model).objective, 2 + 8 - 3))
    try model.unfix(x[2])
    #expect(agree(try solver.solve(model).objective, -3 + 8 + 12))
  }

  @Test(arguments: conformingSolvers) func nodeLimitAndStops(_ solver: SolverCase) throws {
    let (model, _) = try Instances.hard()
    let limited = try solver.solve(model) {
      $0.nodeLimit = 20
      $0.timeLimit = 20
    }
    #expect(limited.status == .limit && limited.nodes <= 25, "\(limited.status) \(limited.nodes)")
    // Also where a program has to start first, on a machine that does other things as well.
    let best = try #require(try solver.solve(model) { $0.timeLimit = 2 }.bound)

    let target = 0.5 * best
    let good = try solver.solve(model) { $0.objectiveStop = target }
    #expect(good.status == .feasible && good.objective ?? 0 >= target)
    #expect(good.bound.map { $0 >= good.objective ?? .infinity } ?? true)

    let bounded = try solver.solve(model) {
      $0.boundStop = best * 1.5
      $0.timeLimit = 20
    }
    // It ends for its bound, before its time.
    #expect(bounded.status == .limit && bounded.wallSeconds < 20 && bounded.bound ?? .infinity <= best * 1.5)
  }

  @Test(arguments: conformingSolvers) func gaps(_ solver: SolverCase) throws {
    let (model, _) = try Instances.hard(26, rows: 5)
    for relative in [true, false] {
      let solution = try solver.solve(model) {
        if relative { $0.gapRelative = 0.02 } else { $0.gapAbsolute = 200 }
        $0.timeLimit = 20
      }
      #expect(solution.status == .optimal)
      let objective = try #require(solution.objective)
      let bound = try #require(solution.bound)
      #expect(bound >= objective - 1e-6)
      #expect(bound - objective <= (relative ? 0.02 * objective : 200) + 1e-6)
    }
  }

  /// Bounds that are reported early must be bounds: none may exclude the true optimum.
  @Test(arguments: conformingSolvers) func earlyBoundsAreSound(_ solver: SolverCase) throws {
    let (model, _) = try Instances.hard(24, rows: 5)
    let optimum = try #require(try solver.solve(model).objective)
    for nodes in [1, 3, 10, 50, 200] {
      for presolve in [true, false] {
        let solution = try solver.solve(model) {
          $0.nodeLimit = nodes
          $0.presolve = presolve
        }
        #expect(solution.bound ?? .infinity >= optimum - 1e-6, "after \(nodes) nodes")
        #expect(solution.objective ?? 0 <= optimum + 1e-6)
      }
    }
  }

  @Test(arguments: conformingSolvers) func timeLimit(_ solver: SolverCase) throws {
    let (model, _) = try Instances.hard()
    let solution = try solver.solve(model) { $0.timeLimit = 2 }
    #expect(solution.status == .limit)
    #expect(solution.hasPoint && solution.bound != nil)
    #expect(try solver.solve(model) { $0.timeLimit = 0 }.status == .limit)
  }

  @Test(arguments: conformingSolvers) func interrupt(_ solver: SolverCase) throws {
    let (model, _) = try Instances.hard()
    let clock = Stopwatch()
    let solution = try solver.solve(model) { $0.shouldStop = { clock.wallSeconds > 2 } }
    #expect(solution.status == .stopped)
    #expect(solution.hasPoint)
  }

  /// The root's linear program alone takes long; interrupts and time limits must be seen within it.
  @Test(arguments: conformingSolvers) func interruptInsideOneLinearProgram(_ solver: SolverCase) throws {
    var random = RandomSource(seed: 3)
    let model = Model(name: "dense")
    let size = 800
    let x = try model.addVariables(size, upper: [1])
    for _ in 0..<size {
      let row = (0..<size).map { _ in random.uniform() }
      try model.constrain(LinearExpression(row, x), .lessOrEqual, Double(size) / 8)
    }
    try model.setObjective(coefficients: (0..<size).map { _ in random.uniform(0.5, 1) }, .maximize)
    let clock = Stopwatch()
    let solution = try solver.solve(model) { $0.shouldStop = { clock.wallSeconds > 0.05 } }
    #expect(solution.status == .stopped)
    #expect(try solver.solve(model) { $0.timeLimit = 0.05 }.status == .limit)
  }
}
