import Essentials
import MILP
import Solvers
import Testing

/// Rows that only a callback knows hold for every point that counts, whoever found it.
@Suite struct LazyRowTests {
  /// A model, what is left of it without some of its rows, and those.
  private struct Halves {
    let whole: Model
    let visible = Model(name: "visible")
    var hidden: [AddedRow] = []

    /// Hides each row of `whole` with a probability of one half.
    init(_ whole: Model, _ random: inout RandomSource) throws {
      self.whole = whole
      for column in 0..<whole.columnCount {
        try visible.addVariable(
          kind: whole.kinds[column], lower: whole.columnLower[column], upper: whole.columnUpper[column])
      }
      for row in 0..<whole.rowCount {
        var left = LinearExpression()
        for entry in whole.rowStarts[row]..<whole.rowStarts[row + 1] {
          left.add(whole.coefficients[entry], visible.variables[Int(whole.columnIndices[entry])])
        }
        let (lower, upper) = (whole.rowLower[row], whole.rowUpper[row])
        if random.below(2) == 0 {
          try visible.constrain(left, from: lower, to: upper)
        } else {
          if lower.isFinite { hidden.append(AddedRow(left, .greaterOrEqual, lower)) }
          if upper.isFinite { hidden.append(AddedRow(left, .lessOrEqual, upper)) }
        }
      }
      try visible.setObjective(
        LinearExpression(whole.objectiveCoefficients, visible.variables) + whole.objectiveConstant,
        whole.objectiveSense)
    }

    /// The hidden rows that the event's point violates.
    func violated(at event: SolveEvent) throws -> [AddedRow] {
      try hidden.filter { row in
        let left = try row.expression.terms.reduce(0) { try $0 + $1.coefficient * event.value(of: $1.variable) }
        return (row.relation == .lessOrEqual ? left - row.right : row.right - left) > 1e-6 * max(1, abs(row.right))
      }
    }

    /// Serves hidden rows to whatever violates them, with the answers of `more` as well, and looks at every incumbent.
    func observer(
      _ label: String, submits: Bool = false, more: @escaping (SolveEvent) throws -> [SolveAnswer] = { _ in [] }
    ) -> SolveObserver {
      SolveObserver(kinds: [.relaxation, .incumbent], answers: submits ? [.lazyRows, .submit] : [.lazyRows]) { event in
        if event.kind == .incumbent {
          #expect(
            try whole.violation(at: event.point()).largest <= 1e-5, "\(label): an incumbent that counts too early")
          return try more(event)
        }
        return try [.addLazyRows(violated(at: event))] + more(event)
      }
    }
  }

  /// What is optimal with half of the rows served on demand is optimal for all of them.
  @Test(arguments: solvers(answering: .lazyRows)) func hiddenRowsOfRandomModels(_ solver: SolverCase) throws {
    var (infeasible, served) = (0, 0)
    for seed in 1...120 as ClosedRange<UInt64> {
      var random = RandomSource(seed: seed)
      let halves = try Halves(Instances.random(&random), &random)
      let optimum = try Instances.bruteForce(halves.whole)
      let solution = try solver.solve(halves.visible, observer: halves.observer("seed \(seed)"))
      #expect(solution.status == (optimum == nil ? .infeasible : .optimal), "seed \(seed): \(solution)")
      #expect(agree(solution.objective, optimum) && agree(solution.bound, optimum), "seed \(seed)")
      if optimum == nil { infeasible += 1 }
      served += solution.addedRows
    }
    #expect((5..<100).contains(infeasible) && served > 50, "\(infeasible) infeasible, \(served) rows served")
  }

  /// The same of knapsacks, where heuristics find much, from start points and submitted points that violate hidden rows.
  @Test(arguments: solvers(answering: .lazyRows)) func hiddenRowsAndPointsFromElsewhere(_ solver: SolverCase) throws {
    var (refusedStarts, submissions) = (0, 0)
    for seed in 1...12 as ClosedRange<UInt64> {
      var random = RandomSource(seed: seed)
      let halves = try Halves(try Instances.hard(22, rows: 4, seed: seed).0, &random)
      let optimum = try #require(try solver.solve(halves.whole).objective)
      // The best point of the visible rows alone, and what remains of it without some of its things.
      let tempting = try solver.solve(halves.visible).values ?? []
      let observer = halves.observer("seed \(seed)", submits: true) { _ in
        let point = tempting.map { random.below(4) == 0 ? 0 : $0 }
        submissions += 1
        return [.submit(point: submissions % 3 == 0 ? tempting : point)]
      }
      let solution = try solver.solve(halves.visible, observer: observer) { $0.startPoint = tempting }
      let isPoint = try halves.whole.violation(at: tempting).largest <= 1e-6
      #expect(solution.startPointUsed == isPoint, "seed \(seed)")
      if !isPoint { refusedStarts += 1 }
      #expect(solution.status == .optimal && agree(solution.objective, optimum), "seed \(seed): \(solution)")
      #expect(agree(solution.bound, optimum), "seed \(seed)")
    }
    #expect(refusedStarts > 5 && submissions > 50)
  }

  /// Shown before it counts: whatever becomes an incumbent was a relaxation first.
  @Test(arguments: solvers(answering: .lazyRows)) func everyIncumbentWasShown(_ solver: SolverCase) throws {
    for seed in 1...6 as ClosedRange<UInt64> {
      let (model, take) = try Instances.hard(22, rows: 4, seed: seed)
      let start = [Double](repeating: 0, count: take.count)
      var shown: Set<[Double]> = []
      let observer = SolveObserver(kinds: [.relaxation, .incumbent], answers: [.lazyRows, .submit]) { event in
        let point = try event.point()
        if event.kind == .relaxation {
          shown.insert(point.map { $0.rounded() })
          return [.submit(point: point.map { $0 < 1 - 1e-6 ? 0 : 1 })]
        }
        #expect(shown.contains(point), "seed \(seed): an incumbent that nobody was asked about")
        return []
      }
      let solution = try solver.solve(model, observer: observer) { $0.startPoint = start }
      #expect(solution.status == .optimal && solution.startPointUsed == true && shown.contains(start))
    }
  }

  /// A callback that ends the solve on seeing a point has not said that it is one.
  @Test(arguments: solvers(answering: .lazyRows)) func whatNobodyCouldLookAtIsNoPoint(_ solver: SolverCase) throws {
    let model = Model()
    let x = try model.addVariables(3, kind: .binary)
    try model.constrain(LinearExpression(sumOf: x), .lessOrEqual, 2)
    try model.setObjective(LinearExpression([3, 2, 1], x), .maximize)
    let observer = SolveObserver(kinds: [.relaxation], answers: [.lazyRows, .submit, .stop]) { _ in
      [.submit(point: [1, 1, 0]), .addLazyRows([AddedRow(x[0] + x[1], .lessOrEqual, 1)]), .stop]
    }
    let solution = try solver.solve(model, observer: observer)
    #expect(solution.status == .stopped && solution.values != [1, 1, 0] && solution.acceptedPoints == 0)
    #expect(solution.bound.map { $0 >= 4 - 1e-6 } ?? true)

    // The same of a point that the callback hands in and does not wait to see, in the middle of a search.
    let (hard, _) = try Instances.hard(15, rows: 4)
    let best = try #require(try solver.solve(hard).values)
    let hasty = SolveObserver(kinds: [.relaxation], answers: [.lazyRows, .submit, .stop]) { event in
      let isNode = try event.point().contains { abs($0 - $0.rounded()) > 1e-4 }
      return isNode ? [.submit(point: best), .stop] : []
    }
    let unseen = try solver.solve(hard, observer: hasty) { $0.presolve = false }
    #expect(unseen.status == .stopped && unseen.values != best && unseen.acceptedPoints == 0)
  }

  /// A tour with subtours forbidden only when they appear, against trying all permutations.
  @Test(arguments: solvers(answering: .lazyRows)) func travellingSalesman(_ solver: SolverCase) throws {
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

  @Test(arguments: solvers(answering: .lazyRows)) func lazyRowsOnAModelWithoutRows(_ solver: SolverCase) throws {
    let model = Model()
    let x = try model.addVariables(2, kind: .integer, upper: [3])
    try model.setObjective(x[0] + x[1], .maximize)
    let observer = SolveObserver(kinds: [.relaxation], answers: [.lazyRows]) { _ in
      [.addLazyRows([AddedRow(2 * x[0] + 2 * x[1], .lessOrEqual, 7)])]
    }
    #expect(agree(try solver.solve(model, observer: observer).objective, 3))
  }

  /// Rows that are still to come may bound what is unbounded now, so that is no answer.
  @Test(arguments: solvers(answering: .lazyRows)) func unboundedRelaxationsAreRefused(_ solver: SolverCase) throws {
    let model = Model()
    let x = try model.addVariables(2, kind: .integer)
    try model.constrain(x[0] - x[1], .lessOrEqual, 2)
    try model.setObjective(x[0] + x[1], .maximize)
    let observer = SolveObserver(kinds: [.relaxation], answers: [.lazyRows]) { _ in
      [.addLazyRows([AddedRow(x[0] + x[1], .lessOrEqual, 7)])]
    }
    do {
      #expect(agree(try solver.solve(model, observer: observer).objective, 7))
    } catch let misuse as Misuse {
      #expect(misuse.message.contains("expected finite bounds"))
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
