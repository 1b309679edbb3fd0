import Essentials
import MILP
import Solvers
import Testing

/// What callers see of a model that the solver gets in another form: nothing.
@Suite struct ReformulationTests {
  /// Machines of which at most two neighbours run, one of them in whole batches of at least 2, at a fixed cost.
  private func machines() throws -> (Model, [Variable]) {
    let model = Model(name: "machines")
    let x = try model.addVariables(4, prefix: "x", upper: [6])
    let batch = try model.addVariable(name: "batch", kind: .semicontinuous, lower: 2, upper: 5)
    let on = try model.addVariable(name: "on", kind: .binary)
    let whole = try model.addVariable(name: "whole", kind: .integer, upper: 3)
    try model.addSpecialOrderedSet(.two, x)
    try model.addIndicator(on, is: 0, batch + x[3], .lessOrEqual, 0.5)
    try model.constrain(x[0] + x[1] + x[2] + x[3] + 2 * batch + whole, .lessOrEqual, 12.5)
    try model.setObjective(
      LinearExpression([1, 1.5, 1.25, 3], x) + 2.75 * batch + 0.5 * whole - 4 * on, .maximize)
    return (model, x + [batch, on, whole])
  }

  @Test(arguments: conformingSolvers) func callbacksSeeTheCallersModel(_ solver: SolverCase) throws {
    let (model, variables) = try machines()
    let optimum = try #require(try ConstructInstances.bruteForce(model))
    let capabilities = try solver.make().capabilities
    var seen: Set<SolveEventKind> = []
    var (branched, lazy) = (false, 0)
    let observer = SolveObserver(
      kinds: capabilities.events, answers: capabilities.answers.intersection([.stop, .submit, .branch, .cuts])
    ) { event in
      seen.insert(event.kind)
      guard event.kind != .progress else { return [] }
      let point = try event.point()
      #expect(point.count == model.columnCount)
      #expect(try event.values(of: variables) == point)
      if event.kind == .incumbent { #expect(try model.violation(at: point).largest <= 1e-6) }
      // Two of three are no point: one without the indicator's row, one beside the set.
      guard seen.count < 3, event.kind == .incumbent || event.kind == .relaxation else { return [] }
      lazy += 1
      branched = event.kind == .relaxation && abs(point[6] - point[6].rounded()) > 0.1
      return [
        .submit(point: [0, 0, 0, 1, 0, 0, 0]), .submit(point: [1, 0, 1, 0, 0, 0, 0]),
        .submit(point: [0, 1, 1, 0, 0, 0, 0]), .complete(partial: [variables[4]: 3, variables[6]: 1]),
      ] + (branched ? [.branch(on: variables[6], first: .up)] : [])
    }
    let solution = try solver.solve(model, observer: observer)
    #expect(solution.status == .optimal && agree(solution.objective, optimum), "\(solution)")
    #expect(seen.contains(.incumbent) && solution.values?.count == model.columnCount)
    #expect(solution.rejectedPoints == 2 * lazy, "\(solution.rejectedPoints) of \(lazy)")
    #expect(solution.rowDuals == nil && solution.isAbout(model, revision: model.revision))
    #expect(solution.value(of: variables[4]) == solution.values?[4])
  }

  /// Rows that callbacks add are about the caller's variables.
  @Test(arguments: conformingSolvers) func lazyRows(_ solver: SolverCase) throws {
    guard try solver.make().capabilities.answers.contains(.lazyRows) else { return }
    let (model, x) = try machines()
    let row = AddedRow(x[3] + x[4], .lessOrEqual, 3.25)
    let (bounded, y) = try machines()
    try bounded.constrain(y[3] + y[4], .lessOrEqual, 3.25)
    let observer = SolveObserver(kinds: [.relaxation], answers: [.lazyRows]) { _ in [.addLazyRows([row])] }
    let solution = try solver.solve(model, observer: observer)
    #expect(agree(solution.objective, try ConstructInstances.bruteForce(bounded)), "\(solution)")
    #expect(!agree(solution.objective, try ConstructInstances.bruteForce(model)), "the row should matter")
  }

  /// Starts: whole ones, partial ones, and such as break a construct.
  @Test(arguments: conformingSolvers) func starts(_ solver: SolverCase) throws {
    let (model, x) = try machines()
    let optimum = try ConstructInstances.bruteForce(model)
    for (point, isUsed) in [
      ([0, 1, 1, 0, 2, 1, 0], true), ([0, 0, 0, 0, 0, 0, 3], true), ([1, 0, 1, 0, 0, 0, 0], false),
      ([0, 0, 0, 0, 1, 1, 0], false), ([0, 0, 0, 0, 2, 0, 0], false),
    ] as [([Double], Bool)] {
      let solution = try solver.solve(model) { $0.startPoint = point }
      #expect(solution.startPointUsed == isUsed && agree(solution.objective, optimum), "\(point): \(solution)")
      // A search that has no time to find anything has the start at least.
      let hurried = try solver.solve(model) {
        $0.startPoint = point
        $0.timeLimit = 0
      }
      #expect(hurried.values == (isUsed ? point : nil), "\(point): \(hurried)")
    }
    #expect(try model.completion(of: [x[4]: 1]) == nil && model.completion(of: [x[4]: 2]) != nil)
  }

  /// Without bounds there is no exact form; what rows imply is enough, and so is a choice that is made already.
  @Test(arguments: conformingSolvers) func infiniteBounds(_ solver: SolverCase) throws {
    let known = try solver.make().capabilities.constructs
    func expectRefusal(
      of kind: ConstructKind, naming words: String, _ build: (Model, [Variable], Variable) throws -> Void
    ) throws {
      let model = Model()
      let x = try model.addVariables(3, prefix: "x", upper: [1, .infinity, 1])
      let z = try model.addVariable(kind: .binary)
      try model.setObjective(LinearExpression([1, 1, 1], x) - z, .maximize)
      try build(model, x, z)
      if !known.contains(kind) {
        let error = #expect(throws: OutsideFailure.self) { try solver.solve(model) }
        #expect(error?.message.contains(words) == true, "\(String(describing: error))")
      }
      // 3 x2 <= 12 + x1 makes it 13/3 at the most.
      try model.constrain(3 * x[1] - x[0], .lessOrEqual, 12)
      let solution = try solver.solve(model)
      for variable in model.variables where model.columnUpper[variable.index] == .infinity {
        try model.setBounds(of: variable, lower: model.bounds(of: variable).lower, upper: 13 / 3)
      }
      #expect(agree(solution.objective, try ConstructInstances.bruteForce(model)), "\(kind): \(solution)")
    }
    try expectRefusal(of: .sos1, naming: "the set pick, which needs finite bounds: got x2 without an upper bound") {
      model, x, _ in
      try model.addSpecialOrderedSet(.one, x, name: "pick")
    }
    try expectRefusal(of: .sos2, naming: "x2 without an upper bound") { model, x, _ in
      try model.addSpecialOrderedSet(.two, x)
    }
    try expectRefusal(of: .indicator, naming: "the indicator off, which needs finite bounds: got x2 without") {
      try $0.addIndicator($2, is: 0, $1[0] + $1[1], .lessOrEqual, 1, name: "off")
    }
    try expectRefusal(of: .semicontinuous, naming: "the semicontinuous x2") { model, x, _ in
      try model.setKind(.semicontinuous, of: x[1])
      try model.setBounds(of: x[1], lower: 2, upper: .infinity)
    }

    let model = Model()
    let x = try model.addVariable()
    let z = try model.addVariables(2, kind: .binary)
    try model.fix(z[0], at: 1)
    try model.fix(z[1], at: 0)
    try model.addIndicator(z[0], is: 1, x, .lessOrEqual, 7)
    try model.addIndicator(z[1], is: 1, x, .lessOrEqual, 3)
    try model.setObjective(LinearExpression(x), .maximize)
    #expect(agree(try solver.solve(model).objective, 7))
  }

  /// A big M makes the tolerance of its row large; the indicator's row keeps its own.
  @Test func aPointWithinTheTolerancesOfABigM() throws {
    let model = Model()
    let x = try model.addVariable(upper: 1e6)
    let z = try model.addVariable(kind: .binary)
    try model.addIndicator(z, is: 1, x, .lessOrEqual, 0)
    try model.setObjective(x + 2e6 * z, .maximize)
    let solution = try LyingSolver { run in
      #expect((try? run.model.violation(at: [0.5, 1]).largest).map { $0 < 1e-6 } == true)
      run.offer([0.5, 1], claimed: 2e6 + 0.5)
      var solution = run.solution(.optimal, iterations: 0)
      (solution.values, solution.objective, solution.bound) = ([0.5, 1], 2e6 + 0.5, 2e6 + 0.5)
      return solution
    }.solve(model)
    #expect(solution.hasPointViolation && solution.status != .optimal && solution.values != [0.5, 1], "\(solution)")
    #expect(solution.warnings.contains { $0.contains("violates the model by 0.5") }, "\(solution.warnings)")
  }

  /// A solver that knows constructs gets them as they are.
  @Test func whatASolverKnowsItGets() throws {
    let (model, _) = try machines()
    var native = LyingSolver { run in
      #expect(
        run.model.constructKinds == Set(ConstructKind.allCases).subtracting([.sos1]) && run.model.columnCount == 7)
      return run.solution(.infeasible, iterations: 0)
    }
    native.capabilities = SolverCapabilities(
      events: [], answers: [], usesThreads: false, constructs: Set(ConstructKind.allCases))
    _ = try native.solve(model)
    var partly = LyingSolver { run in
      #expect(run.model.constructKinds == [.sos2] && run.model.columnCount == 8)
      return run.solution(.infeasible, iterations: 0)
    }
    partly.capabilities = SolverCapabilities(events: [], answers: [], usesThreads: false, constructs: [.sos2])
    _ = try partly.solve(model)
  }
}
