import Essentials
import MILP
import Solvers
import Synchronization
import Testing

/// What is about GLPK alone.
@Suite struct GLPKTests {
  let solver = SolverCase(name: "glpk")

  /// With tolerances as wide as this GLPK's point is none of the model; whatever is made of that, the solution says so.
  @Test func aPointBesideTheModelIsTold() throws {
    let model = Model()
    let x = try model.addVariable(kind: .integer, upper: 5)
    let y = try model.addVariable(kind: .integer, upper: 5)
    try model.constrain(3 * x + 7 * y, .lessOrEqual, 19.5)
    try model.constrain(5 * x - 2 * y, .lessOrEqual, 11.1)
    try model.setObjective(2 * x + 3 * y, .maximize)
    let wide = try solver.solve(model) { $0.native = ["tol_bnd": "0.3", "tol_int": "0.45"] }
    #expect(wide.hasPointViolation && wide.warnings.contains { $0.contains("violates the model") })
    #expect(try wide.values.map { try model.violation(at: $0).largest <= 1e-5 } ?? (wide.bound == nil))
    let plain = try solver.solve(model)
    #expect(!plain.hasPointViolation && agree(plain.objective, 8))
  }

  /// With presolve the tree has other columns than the model.
  @Test func presolveLeavesNothingToSteer() throws {
    let (model, take) = try Instances.hard(10, rows: 2)
    let observer = SolveObserver(kinds: [.relaxation]) { _ in [] }
    #expect(throws: Misuse.self) { try solver.solve(model, observer: observer) { $0.presolve = true } }
    #expect(throws: Misuse.self) {
      try solver.solve(model) {
        $0.presolve = true
        $0.startPoint = [Double](repeating: 0, count: take.count)
      }
    }
  }

  @Test func nativeOptions() throws {
    let (model, _) = try Instances.hard(25, rows: 4)
    let optimum = try solver.solve(model).objective
    let settings = [
      ["mir_cuts": "on", "gmi_cuts": "on", "cov_cuts": "on", "clq_cuts": "on"], ["fp_heur": "on", "ps_heur": "on"],
      ["br_tech": "pch", "bt_tech": "dfs", "pp_tech": "root"], ["meth": "dualp", "pricing": "std", "r_test": "flip"],
      ["tol_int": "1e-6", "tol_bnd": "1e-8", "tol_dj": "1e-8"],
    ]
    for native in settings {
      #expect(agree(try solver.solve(model) { $0.native = native }.objective, optimum), "\(native)")
    }
    for native in [["br_tech": "best"], ["mir_cuts": "1"], ["tol_int": "2"], ["tol_bnd": "nan"], ["ps_tm_lim": "-1"]] {
      #expect(throws: Misuse.self, "\(native)") { try solver.solve(model) { $0.native = native } }
    }
  }

  /// Where most columns have two bounds the dual method takes long steps; elsewhere GLPK does what it would.
  @Test func longStepsOverBoxes() throws {
    for upper in [1, Double.infinity] {
      var random = RandomSource(seed: 3)
      let model = Model()
      let x = try model.addVariables(200, upper: [upper])
      func weights(from least: Double) -> LinearExpression {
        LinearExpression(x.map { _ in least + (1 - least) * random.uniform() }, x)
      }
      for _ in 0..<20 { try model.constrain(weights(from: 0), .lessOrEqual, 30) }
      try model.setObjective(weights(from: 0.5), .maximize)
      let own = try solver.solve(model)
      let primal = try solver.solve(model) { $0.native = ["meth": "primal", "r_test": "har"] }
      #expect(own.status == .optimal && agree(own.objective, primal.objective))
      #expect(upper == 1 ? own.iterations < primal.iterations : own.iterations == primal.iterations)
    }
  }

  /// Where a linear program was when it was stopped is no optimum, though the point there is one of the model.
  @Test func aStopWithinALinearProgramIsNoOptimum() throws {
    var random = RandomSource(seed: 5)
    let model = Model()
    let x = try model.addVariables(700)
    for _ in x {
      try model.constrain(LinearExpression(x.map { _ in random.uniform(0.5, 1.5) }, x), .lessOrEqual, 1)
    }
    try model.setObjective(LinearExpression(x.map { _ in random.uniform(0.5, 1.5) }, x), .maximize)
    let calls = Atomic(0)
    let solution = try solver.solve(model) {
      // It is asked a few times before the simplex method, and within that every hundredth of a second.
      $0.shouldStop = { calls.add(1, ordering: .relaxed).newValue > 5 }
    }
    #expect(solution.status == .stopped && solution.objective == nil && solution.bound == nil)
    #expect(solution.iterations > 0)
  }

  /// In floating point a row that is missed by less than a tolerance is met.
  @Test func solvesLinearProgramsInFractions() throws {
    let model = Model()
    let x = try model.addVariable(lower: 0, upper: 1)
    let y = try model.addVariable(lower: 0, upper: 0)
    try model.constrain(x - y, .lessOrEqual, 0.25)
    try model.setObjective(1 * x, .maximize)
    let row = try model.constrain(x + y, .greaterOrEqual, 0.25 + 0x1p-30)
    func solve(_ exact: String) throws -> Solution {
      var options = SolveOptions()
      options.native["exact"] = exact
      return try GLPKSolver().solve(model, options: options)
    }
    #expect(try solve("off").status == .optimal && solve("on").status == .infeasible)
    try model.setBounds(of: row, lower: -.infinity, upper: 0.25 - 0x1p-24)
    let solution = try solve("on")
    #expect(abs((solution.objective ?? 0) - (0.25 - 0x1p-24)) < 1e-9)
    #expect(solution.rowDuals == [0, 1])
  }
}
