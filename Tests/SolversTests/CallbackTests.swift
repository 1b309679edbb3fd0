import Essentials
import MILP
import Solvers
import Testing

/// What a test throws from a callback.
private struct Deliberate: Error {}

@Suite struct CallbackTests {
  /// Every improving incumbent once, in the model's columns, with presolve on and off.
  @Test(arguments: conformingSolvers) func incumbentsExactlyOnce(_ solver: SolverCase) throws {
    var several = 0
    for seed in 1...12 as ClosedRange<UInt64> {
      for presolve in [true, false] {
        let (model, take) = try Instances.hard(18, rows: 4, seed: seed)
        var objectives: [Double] = []
        let observer = SolveObserver(kinds: [.incumbent]) { event in
          let point = try event.point()
          #expect(point.count == model.columnCount)
          #expect(try model.violation(at: point).largest <= 1e-6, "seed \(seed) presolve \(presolve)")
          #expect(agree(try model.objectiveValue(at: point), event.objective))
          #expect(try event.values(of: Array(take.prefix(3))) == Array(point.prefix(3)))
          #expect(try event.value(of: take[4]) == point[4])
          #expect(event.incumbentObjective == event.objective)
          let bound = try event.bound() ?? .infinity
          #expect(bound >= (event.objective ?? 0) - 1e-6)
          objectives.append(event.objective ?? 0)
          return []
        }
        let solution = try solver.solve(model, observer: observer) { $0.presolve = presolve }
        #expect(solution.status == .optimal)
        #expect(zip(objectives, objectives.dropFirst()).allSatisfy { $0 < $1 }, "\(objectives)")
        #expect(objectives.last == solution.objective, "seed \(seed) presolve \(presolve)")
        #expect(solution.incumbents.map(\.objective) == objectives)
        #expect(zip(solution.incumbents, solution.incumbents.dropFirst()).allSatisfy { $0.seconds <= $1.seconds })
        if objectives.count > 1 { several += 1 }
      }
    }
    #expect(several >= 4, "the instances should have several incumbents")
  }

  @Test(arguments: conformingSolvers) func minimisedIncumbentsFall(_ solver: SolverCase) throws {
    let (model, take) = try Instances.hard(18, rows: 4)
    try model.setObjective(
      LinearExpression(model.objectiveCoefficients.map { -$0 }, take) + 1000, .minimize)
    var objectives: [Double] = []
    let observer = SolveObserver(kinds: [.incumbent]) { event in
      let bound = try event.bound() ?? -.infinity
      #expect(bound <= (event.objective ?? 0) + 1e-6)
      objectives.append(event.objective ?? 0)
      return []
    }
    let solution = try solver.solve(model, observer: observer)
    #expect(zip(objectives, objectives.dropFirst()).allSatisfy { $0 > $1 })
    #expect(objectives.last == solution.objective && agree(solution.objective, solution.bound))
  }

  @Test(arguments: conformingSolvers) func stopFromEachCallback(_ solver: SolverCase) throws {
    for kind in SolveEventKind.allCases where try solver.make().capabilities.events.contains(kind) {
      let (model, _) = try Instances.hard()
      var calls = 0
      let observer = SolveObserver(kinds: [kind]) { event in
        #expect(event.kind == kind)
        calls += 1
        return [.stop]
      }
      let solution = try solver.solve(model, observer: observer) { $0.timeLimit = 10 }
      #expect(solution.status == .stopped, "\(kind)")
      #expect(calls >= 1)
      if kind == .incumbent { #expect(solution.hasPoint) }
    }
  }

  @Test(arguments: conformingSolvers) func errorsFromEachCallback(_ solver: SolverCase) throws {
    for kind in SolveEventKind.allCases where try solver.make().capabilities.events.contains(kind) {
      let (model, _) = try Instances.hard()
      var calls = 0
      let observer = SolveObserver(kinds: [kind]) { _ in
        calls += 1
        throw Deliberate()
      }
      #expect(throws: Deliberate.self) { try solver.solve(model, observer: observer) { $0.timeLimit = 10 } }
      #expect(calls == 1, "no callback after one that threw")
      #expect(!model.isBeingSolved)
      try model.addVariable()
    }
  }

  @Test(arguments: conformingSolvers) func nestedSolves(_ solver: SolverCase) throws {
    let (model, _) = try Instances.hard(18, rows: 4)
    let (other, _) = try Instances.knapsack(values: [6, 5, 4], weights: [3, 2, 2], capacity: 4)
    var inner: [Double?] = []
    var refusals = 0
    let observer = SolveObserver(kinds: [.incumbent]) { _ in
      for name in conformingSolvers.map(\.name) {
        inner.append(try SolverRegistry.solver(named: name).solve(other).objective)
      }
      do { _ = try solver.solve(model) } catch is Misuse { refusals += 1 }
      do { try model.addVariable() } catch is Misuse { refusals += 1 }
      _ = try solver.solve(model.copy()) { $0.nodeLimit = 1 }
      return []
    }
    let plain = try solver.solve(model)
    let solution = try solver.solve(model, observer: observer)
    #expect(solution.status == .optimal && agree(solution.objective, plain.objective))
    #expect(!inner.isEmpty && inner.allSatisfy { agree($0, 9) })
    #expect(refusals == 2 * solution.incumbents.count)
  }

  @Test(arguments: conformingSolvers) func eventsDieWithTheirCallback(_ solver: SolverCase) throws {
    let (model, take) = try Instances.hard(18, rows: 4)
    var kept: SolveEvent?
    let observer = SolveObserver(kinds: [.incumbent]) { event in
      kept = event
      #expect(event.isAlive)
      #expect(throws: Misuse.self) { try event.values(of: [try Model().addVariable()]) }
      return []
    }
    _ = try solver.solve(model, observer: observer)
    let event = try #require(kept)
    #expect(!event.isAlive)
    #expect(throws: Misuse.self) { try event.values(of: take) }
    #expect(throws: Misuse.self) { try event.point() }
    #expect(throws: Misuse.self) { try event.bound() }
    #expect(event.objective != nil)
  }

  @Test(arguments: conformingSolvers) func submittedPoints(_ solver: SolverCase) throws {
    let (model, take) = try Instances.hard(26, rows: 5)
    let best = try #require(try solver.solve(model).values)
    let optimum = try model.objectiveValue(at: best)
    let kind: SolveEventKind = solver.name == "glpk" ? .relaxation : .incumbent
    var calls = 0
    let observer = SolveObserver(kinds: [kind], answers: [.submit]) { _ in
      calls += 1
      switch calls {
      case 1: return [.submit(point: [Double](repeating: 1, count: take.count)), .submit(point: best)]
      default: return []
      }
    }
    let solution = try solver.solve(model, observer: observer)
    #expect(solution.status == .optimal && agree(solution.objective, optimum))
    #expect(solution.rejectedPoints == 1)
    #expect(solution.acceptedPoints == 1)
    #expect(calls >= 1)

    let malformed = SolveObserver(kinds: [kind], answers: [.submit]) { _ in [.submit(point: [1])] }
    #expect(throws: Misuse.self) { try solver.solve(model, observer: malformed) }
    let notFinite = SolveObserver(kinds: [kind], answers: [.submit]) { _ in
      [.submit(point: [Double](repeating: .nan, count: take.count))]
    }
    #expect(throws: Misuse.self) { try solver.solve(model, observer: notFinite) }
  }

  /// What is a point, but no better than what is known, is neither accepted nor rejected.
  @Test(arguments: conformingSolvers) func pointsThatAreNoBetterDoNotCount(_ solver: SolverCase) throws {
    let (model, take) = try Instances.hard(22, rows: 4)
    let best = try #require(try solver.solve(model).values)
    var calls = 0
    let observer = SolveObserver(kinds: [.incumbent], answers: [.submit]) { _ in
      calls += 1
      return [.submit(point: best), .submit(point: [Double](repeating: 0, count: take.count))]
    }
    let solution = try solver.solve(model, observer: observer) { $0.startPoint = best }
    #expect(calls >= 1 && solution.acceptedPoints == 0 && solution.rejectedPoints == 0)
  }

  @Test(arguments: conformingSolvers) func partialPointsAreCompleted(_ solver: SolverCase) throws {
    let (model, take) = try Instances.hard(24, rows: 5)
    let best = try #require(try solver.solve(model).values)
    let kind: SolveEventKind = solver.name == "glpk" ? .relaxation : .incumbent
    var isFirst = true
    let observer = SolveObserver(kinds: [kind], answers: [.submit]) { _ in
      defer { isFirst = false }
      let partial = Dictionary(uniqueKeysWithValues: zip(take, best).prefix(22))
      return isFirst ? [.complete(partial: partial)] : []
    }
    let solution = try solver.solve(model, observer: observer)
    #expect(solution.status == .optimal)
    #expect(agree(solution.objective, try model.objectiveValue(at: best)))
    #expect(solution.acceptedPoints + solution.rejectedPoints <= 1 && solution.rejectedPoints == 0)
  }

  @Test(arguments: conformingSolvers) func startPoints(_ solver: SolverCase) throws {
    let (model, take) = try Instances.hard(26, rows: 5)
    let best = try #require(try solver.solve(model).values)
    let optimum = try model.objectiveValue(at: best)
    let solution = try solver.solve(model) { $0.startPoint = best }
    #expect(solution.startPointUsed == true && agree(solution.objective, optimum))
    #expect(solution.incumbents.map(\.objective).contains { agree($0, optimum) })
    let infeasible = try solver.solve(model) { $0.startPoint = [Double](repeating: 1, count: take.count) }
    #expect(infeasible.startPointUsed == false && agree(infeasible.objective, optimum))
  }

  @Test(arguments: conformingSolvers) func progressEventsCome(_ solver: SolverCase) throws {
    let (model, _) = try Instances.hard()
    var seconds: [Double] = []
    let observer = SolveObserver(kinds: [.progress]) { event in
      seconds.append(event.seconds)
      #expect(event.kind == .progress)
      #expect(throws: Misuse.self) { try event.point() }
      return seconds.count == 3 ? [.stop] : []
    }
    // However slow the machine is, they come, and never sooner than promised.
    let solution = try solver.solve(model, observer: observer) { $0.timeLimit = 120 }
    #expect(solution.status == .stopped && seconds.count == 3, "\(seconds)")
    #expect(zip([0] + seconds, seconds).allSatisfy { $1 - $0 >= 0.1 }, "\(seconds)")
  }

  @Test(arguments: conformingSolvers) func askingForTooMuchIsMisuse(_ solver: SolverCase) throws {
    let (model, _) = try Instances.hard(10, rows: 2)
    let capabilities = try solver.make().capabilities
    var calls = 0
    for kind in SolveEventKind.allCases where !capabilities.events.contains(kind) {
      let observer = SolveObserver(kinds: [kind]) { _ in
        calls += 1
        return []
      }
      #expect(throws: Misuse.self) { try solver.solve(model, observer: observer) }
    }
    for answer in SolveAnswerKind.allCases where !capabilities.answers.contains(answer) {
      let observer = SolveObserver(kinds: [.incumbent], answers: [answer]) { _ in
        calls += 1
        return []
      }
      #expect(throws: Misuse.self) { try solver.solve(model, observer: observer) }
    }
    #expect(calls == 0, "the error must come before the solve")
    let unannounced = SolveObserver(kinds: [.incumbent], answers: []) { _ in [.stop] }
    #expect(throws: Misuse.self) { try solver.solve(model, observer: unannounced) }
  }

  @Test(arguments: conformingSolvers) func badOptionsAreMisuse(_ solver: SolverCase) throws {
    let (model, _) = try Instances.hard(10, rows: 2)
    let mistakes: [@Sendable (inout SolveOptions) -> Void] = [
      { $0.timeLimit = -1 }, { $0.timeLimit = .nan }, { $0.gapRelative = .nan }, { $0.gapAbsolute = -1 },
      { $0.nodeLimit = -1 }, { $0.threads = 0 }, { $0.seed = -1 }, { $0.objectiveStop = .nan },
      { $0.native = ["no_such_option": "1"] }, { $0.startPoint = [1] },
      { $0.startPoint = [Double](repeating: .infinity, count: 10) },
    ]
    for (number, mistake) in mistakes.enumerated() {
      #expect(throws: Misuse.self, "mistake \(number)") { try solver.solve(model, mistake) }
      #expect(!model.isBeingSolved)
    }
  }
}
