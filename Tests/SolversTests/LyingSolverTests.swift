import Essentials
import MILP
import Solvers
import Testing

/// What a solver says is believed as far as the model bears it out. Each test is about one kind of lie.
@Suite struct LyingSolverTests {
  /// max 3x + 2y with x + y <= 4, x + 3y <= 9, x and y whole numbers from 0 to 3: 11 at (3, 1).
  private func model(_ sense: ObjectiveSense = .maximize, upper: Double = 3) throws -> (Model, [Variable]) {
    let model = Model(name: "small")
    let x = try model.addVariables(2, kind: .integer, upper: [upper])
    try model.constrain(x[0] + x[1], .lessOrEqual, 4)
    try model.constrain(x[0] + 3 * x[1], .lessOrEqual, 9)
    try model.setObjective(sense == .maximize ? 3 * x[0] + 2 * x[1] : -3 * x[0] - 2 * x[1], sense)
    return (model, x)
  }

  private func options(start: [Double]? = nil) -> SolveOptions {
    var options = SolveOptions()
    options.startPoint = start
    return options
  }

  /// What is true passes as it is, without a warning.
  @Test func theTruthIsLeftAlone() throws {
    let (model, _) = try model()
    for (status, bound) in [(SolveStatus.optimal, 11.0), (.limit, 12), (.stopped, 11.5), (.feasible, 11)] {
      let solution = try LyingSolver(status, [3, 1], objective: 11, bound: bound)
        .solve(model, options: options(start: [2, 2]))
      #expect(solution.status == status && solution.objective == 11 && solution.bound == bound)
      #expect(solution.values == [3, 1] && solution.warnings.isEmpty && !solution.hasPointViolation)
    }
    let none = try LyingSolver(.infeasible).solve(model)
    #expect(none.status == .infeasible && none.warnings.isEmpty && !none.hasPoint)
    var gap = SolveOptions()
    gap.gapAbsolute = 2
    let near = try LyingSolver(.optimal, [3, 0], objective: 9, bound: 11).solve(model, options: gap)
    #expect(near.status == .optimal && near.warnings.isEmpty)
  }

  /// A model with a start point that satisfies it is not infeasible, whether it has integers or not.
  @Test func infeasibleThoughAStartPointIsFeasible() throws {
    let (whole, _) = try model()
    for model in [whole, whole.relaxation()] {
      let solution = try LyingSolver(.infeasible).solve(model, options: options(start: [2, 2]))
      #expect(solution.status == .feasible && solution.values == [2, 2] && solution.objective == 10)
      #expect(solution.bound == nil && solution.warnings.count == 1 && solution.warnings[0].contains("infeasible"))
      // One that does not satisfy it refutes nothing.
      #expect(try LyingSolver(.infeasible).solve(model, options: options(start: [3, 3])).status == .infeasible)
    }
    // The solver's own point refutes it as well.
    let own = try LyingSolver(.infeasible, [1, 1], objective: 5, bound: 5).solve(whole)
    #expect(own.status == .feasible && own.values == [1, 1] && own.bound == nil && own.warnings.count == 1)
  }

  @Test(arguments: [ObjectiveSense.maximize, .minimize]) func aBoundThatWasBeaten(_ sense: ObjectiveSense) throws {
    let (model, _) = try model(sense)
    let sign = sense == .maximize ? 1.0 : -1
    // By the start point, which is also better than the solver's own.
    let start = try LyingSolver(.optimal, [1, 1], objective: 5 * sign, bound: 5 * sign)
      .solve(model, options: options(start: [2, 2]))
    #expect(start.status == .feasible && start.bound == nil && start.values == [2, 2] && start.objective == 10 * sign)
    #expect(start.warnings.count == 1 && start.warnings[0].contains("\(10 * sign)"))
    // By the solver's own point, with every status.
    for status in [SolveStatus.optimal, .feasible, .limit, .stopped] {
      let own = try LyingSolver(status, [3, 1], objective: 11 * sign, bound: 10 * sign).solve(model)
      #expect(own.bound == nil && own.status == .feasible && own.values == [3, 1] && own.warnings.count == 1)
    }
    // By one that it found on the way and forgot.
    let forgetful = try LyingSolver { run in
      run.offer([3, 1], claimed: 11 * sign)
      var solution = run.solution(.optimal, iterations: 0)
      (solution.values, solution.objective, solution.bound) = ([1, 1], 5 * sign, 5 * sign)
      return solution
    }.solve(model)
    #expect(forgetful.status == .feasible && forgetful.values == [3, 1] && forgetful.bound == nil)
    // "Optimal" without a bound, and worse than what was given.
    let silent = try LyingSolver(.optimal, [1, 1], objective: 5 * sign).solve(model, options: options(start: [2, 2]))
    #expect(silent.status == .feasible && silent.values == [2, 2])
    // By less than solvers' tolerances is not beaten.
    let near = try LyingSolver(.optimal, [3, 1], objective: 11 * sign, bound: (11 - 1e-6) * sign).solve(model)
    #expect(near.status == .optimal && near.bound != nil && near.warnings.isEmpty)
  }

  @Test func optimalWithAGapOrWithoutAPoint() throws {
    let (model, _) = try model()
    let open = try LyingSolver(.optimal, [3, 0], objective: 9, bound: 11).solve(model)
    #expect(open.status == .feasible && open.bound == 11 && open.objective == 9 && open.warnings.count == 1)
    for (lead, isOptimal) in [(5e-7, true), (5e-6, false)] {
      let near = try LyingSolver(.optimal, [3, 1], objective: 11, bound: 11 * (1 + lead)).solve(model)
      #expect((near.status == .optimal) == isOptimal && near.warnings.count == (isOptimal ? 0 : 1), "\(near)")
    }
    for status in [SolveStatus.optimal, .feasible] {
      let empty = try LyingSolver(status, objective: 11, bound: 11).solve(model)
      #expect(empty.status == .limit && empty.objective == nil && empty.bound == nil && empty.warnings.count == 1)
      let known = try LyingSolver(status, objective: 11, bound: 11).solve(model, options: options(start: [2, 2]))
      #expect(known.status == .feasible && known.values == [2, 2] && known.objective == 10 && known.bound == nil)
    }
  }

  @Test func unboundedThoughTheVariablesAreBounded() throws {
    let (model, _) = try model()
    let solution = try LyingSolver(.unbounded).solve(model)
    #expect(solution.status == .limit && solution.bound == nil && solution.warnings.count == 1)
    #expect(try LyingSolver(.unbounded).solve(model, options: options(start: [2, 2])).status == .feasible)
    let (free, _) = try self.model(upper: .infinity)
    #expect(try LyingSolver(.unbounded).solve(free).status == .unbounded)
  }

  /// Points that miss a row, a bound or a whole number, are too short, or are not even numbers.
  @Test(arguments: [[3, 3], [4, 0], [2.5, 1], [.nan, 1], [.infinity, 0], [3], []] as [[Double]])
  func aPointBesideTheModel(_ point: [Double]) throws {
    let (model, _) = try model()
    let solution = try LyingSolver(.optimal, point, objective: 11, bound: 11).solve(model)
    #expect(solution.hasPointViolation && solution.status == .limit && !solution.hasPoint)
    #expect(solution.objective == nil && solution.bound == nil && solution.warnings.count == 1)
    // The same of a point that is offered on the way: nobody is shown it.
    var shown = 0
    let observer = SolveObserver(kinds: [.incumbent]) { _ in
      shown += 1
      return []
    }
    _ = try LyingSolver { run in
      run.offer(point, claimed: 11)
      return run.solution(.limit, iterations: 0)
    }.solve(model, options: options(), observer: observer)
    #expect(shown == 0)
  }

  /// What solvers mean by infinity satisfies many rows.
  @Test func aPointInInfinity() throws {
    let model = Model()
    let x = try model.addVariables(2)
    try model.constrain(x[0] - x[1], .lessOrEqual, 2)
    try model.setObjective(x[0] + x[1], .maximize)
    let solution = try LyingSolver(.optimal, [1e30, 1e30], objective: 2e30, bound: 2e30).solve(model)
    #expect(solution.status == .limit && !solution.hasPoint && solution.bound == nil, "\(solution)")
  }

  /// Beside a bad point there may be a good one, which the solver finds when it is asked with the integers fixed.
  @Test func thePointBesideIsLookedFor() throws {
    let model = Model()
    let x = try model.addVariable(kind: .integer, upper: 3)
    let y = try model.addVariable(upper: 10)
    try model.constrain(x + y, .lessOrEqual, 4)
    try model.setObjective(x + y, .maximize)
    let solver = LyingSolver { run in
      var solution = run.solution(.optimal, iterations: 0)
      let isFixed = run.model.columnLower[0] == run.model.columnUpper[0]
      solution.values = [2, isFixed ? 2 : 2.01]
      (solution.objective, solution.bound) = (isFixed ? 4 : 4.01, isFixed ? 4 : 4.01)
      return solution
    }
    let solution = try solver.solve(model)
    #expect(solution.values == [2, 2] && solution.objective == 4 && solution.hasPointViolation)
    #expect(solution.status == .feasible && solution.bound == nil && solution.warnings.count == 1)
  }

  /// More than a solver's tolerance and less than what scaling may make of it: a point that keeps the tolerance takes its
  /// place where there is one, and claims stand as far as it bears them out.
  @Test(arguments: [3e-5, 8e-5]) func thePointBesideKeepsTheTolerance(_ excess: Double) throws {
    let model = Model()
    let x = try model.addVariable(kind: .integer, upper: 30)
    let y = try model.addVariable(upper: 10)
    try model.constrain(x + y, .lessOrEqual, 20)
    func solution(cost: Double, repairs: Bool) throws -> Solution {
      try model.setObjective(x + cost * y, .maximize)
      return try LyingSolver { run in
        var solution = run.solution(.optimal, iterations: 0)
        let isFixed = run.model.columnLower[0] == run.model.columnUpper[0]
        let values = [18, isFixed && repairs ? 2 : 2 + excess]
        solution.values = values
        solution.objective = try run.model.objectiveValue(at: values)
        solution.bound = solution.objective
        return solution
      }.solve(model)
    }
    let beside = try solution(cost: 1, repairs: true)
    #expect(beside.values == [18, 2] && beside.objective == 20 && beside.status == .optimal)
    #expect(beside.warnings.isEmpty && !beside.hasPointViolation, "\(beside.warnings)")
    // Worth so much that it is another answer.
    let dear = try solution(cost: 1000, repairs: true)
    #expect(dear.values == [18, 2] && dear.objective == 2018 && !dear.hasPointViolation)
    #expect(dear.status == .feasible && dear.bound == nil && dear.warnings.count == 1, "\(dear)")
    // Nothing beside it: it stays, and a warning says what it is worth.
    let alone = try solution(cost: 1, repairs: false)
    #expect(alone.values == [18, 2 + excess] && alone.warnings.count == 1 && !alone.hasPointViolation)
    #expect(try alone.warnings[0].contains("violates the model by \(model.violation(at: [18, 2 + excess]).largest)"))
  }

  @Test func wholeNumbersComeWhole() throws {
    let (model, _) = try model()
    let solution = try LyingSolver(.optimal, [3 - 1e-7, 1 + 1e-7], objective: 11 - 1e-7, bound: 11).solve(model)
    #expect(solution.values == [3, 1] && solution.status == .optimal && !solution.hasPointViolation)
  }

  @Test func aWrongObjective() throws {
    let (model, _) = try model()
    for claimed in [12, 10, .nan, .infinity, -.infinity] as [Double] {
      let solution = try LyingSolver(.optimal, [3, 1], objective: claimed, bound: claimed).solve(model)
      #expect(solution.objective == 11 && solution.status == .feasible && solution.bound == nil, "\(claimed)")
      #expect(solution.warnings.contains { $0.contains("took its point's objective 11") }, "\(claimed)")
      // On the way it ends nothing, and the event tells the true one.
      var seen: [Double?] = []
      let observer = SolveObserver(kinds: [.incumbent]) { event in
        seen.append(event.objective)
        return []
      }
      var options = SolveOptions()
      options.objectiveStop = 12
      let offered = try LyingSolver { run in
        run.offer([3, 1], claimed: claimed)
        run.offer([1, 1], claimed: claimed)
        #expect(!run.poll())
        return run.solution(.limit, iterations: 0)
      }.solve(model, options: options, observer: observer)
      #expect(seen == [11] && offered.incumbents.map(\.objective) == [11], "\(claimed)")
    }
  }

  @Test func numbersThatAreNone() throws {
    let (model, _) = try model()
    let solution = try LyingSolver(.limit, [3, 1], objective: 11, bound: .nan).solve(model)
    #expect(solution.bound == nil && solution.status == .limit && solution.warnings.count == 1)
    for (duals, costs) in [([0.0], [0.0]), ([.nan, 0], [.infinity, 0])] {
      let liar = LyingSolver { run in
        var solution = run.solution(.optimal, iterations: 0)
        (solution.values, solution.rowDuals, solution.reducedCosts) = ([3, 1], duals, costs)
        return solution
      }
      let solution = try liar.solve(model.relaxation())
      #expect(solution.rowDuals == nil && solution.reducedCosts == nil && solution.warnings.count == 2)
      #expect(solution.objective == 11, "what it did not tell")
    }
  }

  /// A row that a callback added counts for the final point as well.
  @Test func aPointBesideALazyRow() throws {
    let (model, x) = try model()
    let lazy = SolveObserver(kinds: [.relaxation], answers: [.lazyRows]) { _ in
      [.addLazyRows([AddedRow(LinearExpression(x[0]), .lessOrEqual, 2)])]
    }
    let liar = LyingSolver { run in
      run.deliver(.relaxation, objective: 11, depth: 0, bound: { nil }, values: { _ in [3, 1] })
      run.offer([3, 1], claimed: 11)
      var solution = run.solution(.optimal, iterations: 0)
      (solution.values, solution.objective, solution.bound) = ([3, 1], 11, 11)
      return solution
    }
    let solution = try liar.solve(model, options: options(), observer: lazy)
    #expect(solution.hasPointViolation && !solution.hasPoint && solution.bound == nil && solution.status == .limit)
    // Without that row, it is the optimum.
    #expect(try liar.solve(model).status == .optimal)
  }

  /// What comes after the end, be it a stop, an error or the return, reaches no callback and is in no solution.
  @Test func lateAnswers() throws {
    let (model, _) = try model()
    for ends in ["stop", "error", "return"] {
      let kept = KeptRun()
      var calls = 0
      let observer = SolveObserver(kinds: [.incumbent]) { _ in
        calls += 1
        if ends == "error" { throw Misuse("deliberate") }
        return ends == "stop" ? [.stop] : []
      }
      let liar = LyingSolver { run in
        kept.run = run
        run.offer([1, 1], claimed: 5)
        if ends != "return" {
          #expect(run.poll())
          run.offer([2, 2], claimed: 10)
        }
        var solution = run.solution(run.status(hasPoint: true), iterations: 0)
        (solution.values, solution.objective) = ([1, 1], 5)
        return solution
      }
      if ends == "error" {
        #expect(throws: Misuse.self) { try liar.solve(model, options: options(), observer: observer) }
      } else {
        let solution = try liar.solve(model, options: options(), observer: observer)
        #expect(solution.status == (ends == "stop" ? .stopped : .feasible) && solution.hasPoint)
      }
      kept.run?.offer([3, 1], claimed: 11)
      #expect(calls == 1, "\(ends)")
      #expect(!model.isBeingSolved)
    }
  }

  /// A solver that overruns its time is told so by `poll`, and its answer tells how long it took.
  @Test func anAnswerAfterTheTimeLimit() throws {
    let (model, _) = try model()
    var options = SolveOptions()
    options.timeLimit = 0.01
    let solution = try LyingSolver { run in
      while !run.poll() {}
      let overrun = Stopwatch()
      while overrun.wallSeconds < 0.02 {}
      var solution = run.solution(run.status(hasPoint: true), iterations: 0)
      (solution.values, solution.objective, solution.bound) = ([1, 1], 5, 4)
      return solution
    }.solve(model, options: options)
    #expect(solution.wallSeconds >= 0.03 && solution.values == [1, 1] && solution.bound == nil)
  }

  /// At most one progress event in a tenth of a second, however often a solver offers one.
  @Test func progressIsRationed() throws {
    let (model, _) = try model()
    var seconds: [Double] = []
    let observer = SolveObserver(kinds: [.progress]) { event in
      seconds.append(event.seconds)
      return seconds.count == 3 ? [.stop] : []
    }
    let solution = try LyingSolver { run in
      while !run.poll() { run.offerProgress(depth: 0, bound: { nil }) }
      return run.solution(run.status(hasPoint: false), iterations: 0)
    }.solve(model, options: options(), observer: observer)
    #expect(solution.status == .stopped && seconds.count == 3 && seconds[0] >= 0.1)
    #expect(zip(seconds, seconds.dropFirst()).allSatisfy { $1 - $0 >= 0.1 }, "\(seconds)")
  }
}
