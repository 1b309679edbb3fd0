import Essentials
import MILP
import Solvers
import Testing

/// What only GLPK can do: relaxations, lazy rows, cuts, branching.
@Suite struct GLPKTests {
  let solver = SolverCase(name: "glpk")

  @Test func relaxationsAreInTheModelsColumns() throws {
    let (model, _) = try Instances.hard(25, rows: 4)
    let optimum = try #require(try solver.solve(model).objective)
    let root = try #require(try solver.solve(model.relaxation()).objective)
    var objectives: [Double] = []
    let linear = model.relaxation()
    let observer = SolveObserver(kinds: [.relaxation]) { event in
      let point = try event.point()
      #expect(try linear.violation(at: point).largest <= 1e-6)
      #expect(agree(try model.objectiveValue(at: point), event.objective))
      let bound = try event.bound() ?? .infinity
      #expect(bound >= optimum - 1e-6)
      objectives.append(event.objective ?? 0)
      return []
    }
    let solution = try solver.solve(model, observer: observer)
    #expect(agree(solution.objective, optimum))
    #expect(objectives.count > 5 && agree(objectives.first, root))
    #expect(objectives.allSatisfy { $0 <= root + 1e-6 })
    #expect(throws: Misuse.self) { try solver.solve(model, observer: observer) { $0.presolve = true } }
  }

  @Test func branchingFollowsTheCallback() throws {
    let (model, take) = try Instances.hard(20, rows: 4)
    let optimum = try solver.solve(model).objective
    var branchings = 0
    let observer = SolveObserver(kinds: [.relaxation], answers: [.branch]) { event in
      let point = try event.point()
      guard let column = point.firstIndex(where: { abs($0 - $0.rounded()) > 1e-4 }) else { return [] }
      branchings += 1
      return [.branch(on: take[column], first: BranchDirection.allCases[branchings % 3])]
    }
    #expect(agree(try solver.solve(model, observer: observer).objective, optimum))
    #expect(branchings > 3)

    let wrong = SolveObserver(kinds: [.relaxation], answers: [.branch]) { event in
      let point = try event.point()
      guard let column = point.firstIndex(where: { $0 == 0 || $0 == 1 }) else { return [] }
      return [.branch(on: take[column], first: .up)]
    }
    #expect(throws: Misuse.self) { try solver.solve(model, observer: wrong) }
  }

  @Test func cutsTightenAndChangeNoOptimum() throws {
    // Odd cycles: x_i + x_j <= 1 along a ring of 7 allows at most 3 ones, while the relaxation allows 3.5.
    let model = Model()
    let x = try model.addVariables(7, kind: .binary)
    for i in 0..<7 { try model.constrain(x[i] + x[(i + 1) % 7], .lessOrEqual, 1) }
    try model.setObjective(LinearExpression(sumOf: x), .maximize)
    var objectives: [Double] = []
    let observer = SolveObserver(kinds: [.relaxation], answers: [.cuts]) { event in
      objectives.append(event.objective ?? 0)
      return [.addCuts([AddedRow(LinearExpression(sumOf: x), .lessOrEqual, 3)])]
    }
    let solution = try solver.solve(model, observer: observer)
    #expect(solution.status == .optimal && agree(solution.objective, 3))
    #expect(agree(objectives.first, 3.5))
    #expect(objectives.dropFirst().allSatisfy { $0 <= 3 + 1e-6 })
  }

  /// A tour with subtours forbidden only when they appear, against trying all permutations.
  @Test func travellingSalesmanWithLazyRows() throws {
    var cutOff = 0
    for seed in 1...6 as ClosedRange<UInt64> {
      var random = RandomSource(seed: seed)
      let count = 8
      let places = (0..<count).map { _ in (random.uniform(), random.uniform()) }
      func distance(_ a: Int, _ b: Int) -> Double {
        let (x, y) = (places[a].0 - places[b].0, places[a].1 - places[b].1)
        return (x * x + y * y).squareRoot()
      }
      let model = Model(name: "tour")
      var edge: [[Int]: Variable] = [:]
      var length = LinearExpression()
      for a in 0..<count {
        for b in a + 1..<count {
          let variable = try model.addVariable(name: "e\(a)_\(b)", kind: .binary)
          edge[[a, b]] = variable
          length.add(distance(a, b), variable)
        }
      }
      for a in 0..<count {
        let touching = edge.filter { $0.key.contains(a) }.map(\.value)
        try model.constrain(LinearExpression(sumOf: touching), .equal, 2)
      }
      try model.setObjective(length, .minimize)
      let observer = SolveObserver(kinds: [.relaxation, .incumbent], answers: [.lazyRows]) { event in
        let chosen = try edge.filter { try event.value(of: $0.value) > 1e-6 }.map(\.key)
        let component = reachable(from: 0, along: chosen, count: count)
        if event.kind == .incumbent {
          #expect(component.count == count, "seed \(seed): an incumbent with subtours")
          return []
        }
        guard component.count < count else { return [] }
        let inside = edge.filter { component.contains($0.key[0]) && component.contains($0.key[1]) }.map(\.value)
        cutOff += 1
        return [.addLazyRows([AddedRow(LinearExpression(sumOf: inside), .lessOrEqual, Double(component.count - 1))])]
      }
      let solution = try solver.solve(model, observer: observer)
      var best = Double.infinity
      var order = Array(1..<count)
      permute(&order, 0) { order in
        let tour = [0] + order
        best = min(best, (0..<count).reduce(0) { $0 + distance(tour[$1], tour[($1 + 1) % count]) })
      }
      #expect(solution.status == .optimal && agree(solution.objective, best), "seed \(seed)")
      #expect(model.rowCount == count, "lazy rows stay out of the model")
    }
    #expect(cutOff > 3, "some tours should have needed lazy rows")
  }

  @Test func lazyRowsOnAModelWithoutRows() throws {
    let model = Model()
    let x = try model.addVariables(2, kind: .integer, upper: [3])
    try model.setObjective(x[0] + x[1], .maximize)
    let observer = SolveObserver(kinds: [.relaxation], answers: [.lazyRows]) { _ in
      [.addLazyRows([AddedRow(2 * x[0] + 2 * x[1], .lessOrEqual, 7)])]
    }
    #expect(agree(try solver.solve(model, observer: observer).objective, 3))
  }

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
}

private func reachable(from start: Int, along edges: [[Int]], count: Int) -> Set<Int> {
  var found: Set<Int> = [start]
  var isGrowing = true
  while isGrowing {
    isGrowing = false
    for edge in edges where found.contains(edge[0]) != found.contains(edge[1]) {
      found.formUnion(edge)
      isGrowing = true
    }
  }
  return found
}

private func permute(_ values: inout [Int], _ first: Int, _ visit: ([Int]) -> Void) {
  guard first < values.count else { return visit(values) }
  for i in first..<values.count {
    values.swapAt(first, i)
    permute(&values, first + 1, visit)
    values.swapAt(first, i)
  }
}
