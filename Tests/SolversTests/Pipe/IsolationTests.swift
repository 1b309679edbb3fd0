import Essentials
import MILP
import Solvers
import Testing

/// Solvers that are libraries, in a process that can be killed.
@Suite("A solver of ours in a process of its own")
struct IsolationTests {
  private static let ours = conformingSolvers.filter { $0.name != "gurobi" }

  @Test("gives the same optima, of constructs too", arguments: ours)
  func sameOptima(_ solver: SolverCase) throws {
    for seed in 1...25 as ClosedRange<UInt64> {
      var random = RandomSource(seed: seed)
      let model = try ConstructInstances.random(&random, Set(ConstructKind.allCases))
      let optimum = try ConstructInstances.bruteForce(model)
      let solution = try solver.solve(model) { $0.isolate = true }
      #expect(solution.status == (optimum == nil ? .infeasible : .optimal), "seed \(seed): \(solution)")
      #expect(agree(solution.objective, optimum) && agree(solution.bound, optimum), "seed \(seed)")
      if let values = solution.values { #expect(try model.violation(at: values).largest <= 1e-6, "seed \(seed)") }
    }
  }

  @Test("asks the callbacks here", arguments: ours.filter { (try? $0.make().capabilities.answers.count) ?? 5 == 5 })
  func callbacks(_ solver: SolverCase) throws {
    let (model, take) = try Instances.hard(20, rows: 4)
    let optimum = try #require(try solver.solve(model).objective)
    // At most half of the things, which only the callback knows, and where to branch.
    let limit = AddedRow(LinearExpression(sumOf: take), .lessOrEqual, 10)
    let whole = model.copy()
    try whole.constrain(LinearExpression(sumOf: take), .lessOrEqual, 10)
    let least = try #require(try solver.solve(whole).objective)
    var incumbents: [Double] = []
    let observer = SolveObserver(
      kinds: [.relaxation, .incumbent], answers: [.lazyRows, .branch, .submit]
    ) { event in
      let point = try event.point()
      if event.kind == .incumbent {
        incumbents.append(point.reduce(0, +))
        return []
      }
      guard point.reduce(0, +) <= 10 + 1e-6 else { return [.addLazyRows([limit])] }
      guard let column = point.firstIndex(where: { abs($0 - $0.rounded()) > 1e-4 }) else { return [] }
      return [.branch(on: take[column], first: .up), .submit(point: point.map { $0 > 1 - 1e-9 ? 1 : 0 })]
    }
    let solution = try solver.solve(model, observer: observer) { $0.isolate = true }
    #expect(solution.status == .optimal && agree(solution.objective, least) && least < optimum, "\(solution)")
    #expect(!incumbents.isEmpty && incumbents.allSatisfy { $0 <= 10 + 1e-6 })
  }

  /// HiGHS 1.15 never answers about this one, and looks neither at its clock nor at its callbacks. Found at random.
  private func endless() throws -> (Model, start: [Double]) {
    let model = Model(name: "endless")
    let a = try model.addVariable(upper: 60_980_102)
    let b = try model.addVariable(kind: .integer, upper: 29)
    let c = try model.addVariable(kind: .integer, lower: -566_617, upper: 16_421)
    let d = try model.addVariable(kind: .integer, lower: -133_926, upper: 258_191)
    let e = try model.addVariable(kind: .integer, upper: 94_764)
    try model.constrain(34 * a - 15 * b + 379 * d - 1 * e, .lessOrEqual, -689_505)
    try model.constrain(-1174 * a - 10 * b - 2915 * c - 4 * d, .equal, -6537)
    try model.setObjective(5 * a + 2 * c - 2 * d - 2 * e, .minimize)
    // a is what the second row leaves it.
    return (model, [(6537.0 + 4 * 3000) / 1174, 0, 0, -3000, 0])
  }

  @Test(
    "is ended at the limit and by an interrupt where HiGHS never answers, and keeps the best point",
    arguments: conformingSolvers.filter { $0.name == "highs" }, [0.4, nil])
  func endlessSearch(_ solver: SolverCase, _ limit: Double?) throws {
    let (model, start) = try endless()
    let clock = Stopwatch()
    let solution = try solver.solve(model) {
      $0.timeLimit = limit
      $0.startPoint = start
      $0.shouldStop = { clock.wallSeconds > 0.8 }
    }
    #expect(solution.status == (limit == nil ? .stopped : .limit), "\(solution)")
    #expect(try solution.startPointUsed == true && solution.objective ?? 1e9 <= model.objectiveValue(at: start))
    #expect(try model.violation(at: solution.values ?? []).largest <= 1e-6)
    #expect(solution.bound.map { $0 <= -186_378.3245 } ?? true)
  }
}
