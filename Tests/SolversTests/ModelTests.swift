import Essentials
import MILP
import Solvers
import Testing

@Suite struct ModelTests {
  @Test func rowsMergeDuplicatesAndDropZeros() throws {
    let model = Model()
    let x = try model.addVariables(4)
    try model.constrain(2 * x[1] + x[0] - 2 * x[1] + 0 * x[2] + 3 * x[0] + x[3], .lessOrEqual, 5)
    try model.addRow(indices: [3, 1, 3], values: [1, 2, 4], lower: -1, upper: 1)
    #expect(model.rowStarts == [0, 2, 4])
    #expect(model.columnIndices == [0, 3, 3, 1])
    #expect(model.coefficients == [4, 1, 5, 2])
    #expect(model.rowLower == [-.infinity, -1] && model.rowUpper == [5, 1])
  }

  @Test func constantsMoveToTheRightSide() throws {
    let model = Model()
    let x = try model.addVariable()
    try model.constrain(x + 3, .equal, 2 - x + 1)
    #expect(model.coefficients == [2] && model.rowLower == [0] && model.rowUpper == [0])
    try model.constrain(2 - x, from: -1, to: 4)
    #expect(model.rowLower[1] == -3 && model.rowUpper[1] == 2)
  }

  /// Rows added in all ways against a plain dense matrix.
  @Test func bulkRowsMatchSingleOnes() throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      var random = RandomSource(seed: seed)
      let (rows, columns) = (1 + random.below(6), 1 + random.below(6))
      let matrix = (0..<rows * columns).map { _ in random.below(3) == 0 ? 0 : Double(random.below(9) - 4) }
      let upper = (0..<rows).map { _ in random.uniform() }
      let one = Model()
      let x = try one.addVariables(columns)
      for row in 0..<rows {
        try one.constrain(LinearExpression(matrix[row * columns..<(row + 1) * columns], x), .lessOrEqual, upper[row])
      }
      let sparse = Model()
      try sparse.addVariables(columns)
      try one.columnIndices.withUnsafeBufferPointer { indices in
        try one.coefficients.withUnsafeBufferPointer { values in
          let added = try sparse.addRows(
            starts: one.rowStarts, indices: indices, values: values, lower: [-.infinity], upper: upper, prefix: "r")
          #expect(added.map(\.index) == Array(0..<rows))
        }
      }
      #expect(sparse.rowStarts == one.rowStarts && sparse.columnIndices == one.columnIndices, "seed \(seed)")
      #expect(sparse.coefficients == one.coefficients && sparse.rowUpper == one.rowUpper, "seed \(seed)")
    }
  }

  /// A change that is refused is none: a proof about the model as it was still holds.
  @Test func refusedChangesAreNone() throws {
    let model = Model()
    let x = try model.addVariables(3, upper: [4])
    let whole = try model.addVariable(kind: .integer, upper: 3)
    let row = try model.constrain(x[0] + x[1], .lessOrEqual, 1)
    try model.setObjective(LinearExpression(x[0]), .maximize)
    let stranger = try Model().addVariable()
    let infinite = LinearExpression([.infinity], [x[0]])
    func content() -> [[Double]] {
      [
        model.columnLower, model.columnUpper, model.objectiveCoefficients, [model.objectiveConstant],
        model.coefficients,
        model.rowLower, model.rowUpper, model.rowStarts.map(Double.init), model.columnIndices.map(Double.init),
      ]
    }
    let (revision, before) = (model.revision, content())
    let refused: [(String, () throws -> Void)] = [
      ("variable", { _ = try model.addVariable(lower: .nan) }),
      ("variables", { _ = try model.addVariables(2, lower: [0, .nan]) }),
      ("bounds", { try model.setBounds(of: x[0], lower: .nan, upper: 1) }),
      ("fix", { try model.fix(x[0], at: 5) }),
      ("unfix", { try model.unfix(stranger) }),
      (
        "several",
        { try model.changeBounds(2) { for variable in [x[0], stranger] { try model.fix(variable, at: 1) } } }
      ),
      ("row", { try model.constrain(x[0] + x[1], from: .nan, to: 1) }),
      ("infinite row", { try model.constrain(infinite, .lessOrEqual, 1) }),
      ("rows", { _ = try model.addRows([RowBlock(.dense([1, 2, .nan]), [x[0]])], lower: [0], upper: [1]) }),
      ("row bounds", { try model.setBounds(of: row, lower: .nan, upper: 1) }),
      ("coefficient", { try model.setCoefficient(.nan, of: x[0], in: row) }),
      ("truncate", { try model.truncateRows(to: 2) }),
      ("objective", { try model.setObjective(infinite, .minimize) }),
      ("coefficients", { try model.setObjective(coefficients: [1], .minimize) }),
      ("objective coefficient", { try model.setObjectiveCoefficient(.nan, of: x[0]) }),
      ("imply", { try model.imply(whole, is: 1, x[0], .lessOrEqual, 0) }),
      ("absolute value", { try model.absoluteValue(of: infinite) }),
      ("L1", { try model.limitL1Distance(of: [x[0], stranger], from: [0, 0], to: 1) }),
      ("L-infinity", { try model.limitLInfinityDistance(of: [x[0], stranger], from: [0, 0], to: 1) }),
    ]
    for (name, change) in refused {
      #expect(throws: Misuse.self, "\(name)") { try change() }
      #expect(model.revision == revision && content() == before, "\(name)")
    }
    // While it is being solved, everything is refused.
    let solved = model.revision
    try model.beginSolve()
    #expect(throws: Misuse.self) { try model.setBounds(of: x[0], lower: 0, upper: 1) }
    model.endSolve()
    #expect(model.revision == solved)
    try model.setBounds(of: x[0], lower: 0, upper: 1)
    #expect(model.revision > solved)
  }

  @Test func changingRows() throws {
    let model = Model()
    let x = try model.addVariables(3)
    let first = try model.constrain(x[0] + x[1], .lessOrEqual, 1)
    let second = try model.constrain(x[1] + 2 * x[2], .lessOrEqual, 2)
    try model.setCoefficient(5, of: x[2], in: first)
    try model.setCoefficient(0, of: x[1], in: first)
    try model.setCoefficient(7, of: x[1], in: second)
    #expect(model.rowStarts == [0, 2, 4])
    #expect(model.columnIndices == [0, 2, 1, 2] && model.coefficients == [1, 5, 7, 2])
    try model.constrain(x[0] + x[2] + x[2], .equal, 1)
    #expect(model.coefficients == [1, 5, 7, 2, 1, 2])
    try model.truncateRows(to: 1)
    #expect(model.rowCount == 1 && model.entryCount == 2)
    #expect(throws: Misuse.self) { try model.setBounds(of: second, lower: 0, upper: 1) }
  }

  @Test func copiesAcceptTheirOriginalsHandles() throws {
    let model = Model()
    let x = try model.addVariable(upper: 4)
    let row = try model.constrain(2 * x, .lessOrEqual, 3)
    let copy = model.copy()
    let later = try model.addVariable()
    try copy.setBounds(of: x, lower: 1, upper: 2)
    try copy.setBounds(of: row, lower: 0, upper: 9)
    #expect(model.columnUpper[0] == 4 && model.rowUpper[0] == 3 && copy.columnUpper[0] == 2)
    try copy.addVariable()
    #expect(throws: Misuse.self) { try copy.fix(later, at: 1) }
    #expect(throws: Misuse.self) { try model.constrain(try copy.addVariable() + x, .equal, 1) }
    #expect(throws: Misuse.self) { try Model().setObjective(LinearExpression(x), .minimize) }
  }

  @Test func badInputIsMisuse() throws {
    let model = Model()
    let x = try model.addVariables(2)
    let attempts: [() throws -> Void] = [
      { try model.constrain(.nan * x[0], .lessOrEqual, 1) },
      { try model.constrain(.infinity * x[0], .lessOrEqual, 1) },
      { try model.constrain(x[0] + x[1], .lessOrEqual, .infinity) },
      { try model.constrain(x[0] + x[1], .lessOrEqual, .nan) },
      { try model.constrain(x[0] + x[1], from: .infinity, to: .infinity) },
      { try model.constrain(1e308 * x[0] + 1e308 * x[0], .lessOrEqual, 1) },
      { try model.setObjective(.nan * x[0], .minimize) },
      { try model.setObjective(coefficients: [1], .minimize) },
      { try model.addVariable(lower: .nan) },
      { try model.addVariable(lower: .infinity) },
      { try model.addVariable(kind: .integer, lower: 0.5) },
      { try model.addVariable(kind: .integer, upper: 2.5) },
      { try model.addVariable(kind: .binary, upper: 2) },
      { try model.addVariables(2, upper: [1, 2, 3]) },
      { try model.addVariables(-1) },
      { try model.addVariables(3, kind: .integer, lower: [0, 0.5, 1]) },
      { try model.addRow(indices: [0, 2], values: [1, 1], lower: 0, upper: 1) },
      { try model.addRow(indices: [-1], values: [1], lower: 0, upper: 1) },
      { try model.addRow(indices: [0], values: [1, 2], lower: 0, upper: 1) },
      { try model.addRow(indices: [0, 1], values: [1, .nan], lower: 0, upper: 1) },
      { try model.addRow(indices: [0], values: [1], lower: .nan, upper: 1) },
      { try model.fix(x[0], at: .infinity) },
      { try model.imply(x[0], is: 1, x[1], .lessOrEqual, 1) },
      { try model.limitL1Distance(of: x, from: [0], to: 1) },
      { try model.limitL1Distance(of: x, from: [0, 0], to: -1) },
      { try model.absoluteValue(of: x[0], isExact: true) },
      { _ = try model.violation(at: [0]) },
    ]
    for (number, attempt) in attempts.enumerated() {
      #expect(throws: Misuse.self, "attempt \(number)") { try attempt() }
      #expect(model.columnCount == 2 && model.rowCount == 0 && model.entryCount == 0, "attempt \(number)")
    }
    let z = try model.addVariable(kind: .binary)
    let error = #expect(throws: Misuse.self) { try model.imply(z, is: 1, x[0] - x[1], .lessOrEqual, 1) }
    #expect(error?.message.contains("x1 without an upper bound") == true, "\(String(describing: error))")
    #expect(model.rowCount == 0)
    // A row that fails leaves nothing behind that a later one could merge with.
    try model.addRow(indices: [0, 1], values: [1, 2], lower: 0, upper: 1)
    #expect(model.coefficients == [1, 2])
  }

  @Test func bigMIsAsTightAsTheBounds() throws {
    let model = Model()
    let x = try model.addVariable(lower: -2, upper: 3)
    let z = try model.addVariable(kind: .binary)
    try model.imply(z, is: 1, 2 * x, .lessOrEqual, 1)
    #expect(agree(model.coefficients[0], 2) && agree(model.coefficients[1], 5) && agree(model.rowUpper[0], 6))
    #expect(try model.imply(z, is: 0, 2 * x, .lessOrEqual, 6.5).isEmpty, "the bounds imply it already")
    #expect(try model.imply(z, is: 0, LinearExpression(x), .equal, 0).count == 2)
  }

  @Test func rangesAreTheLeastThatHold() throws {
    let model = Model()
    let x = try model.addVariables(3, lower: [-2, 0, -1], upper: [3, 0.5, 0])
    let z = try model.addVariable(kind: .binary)
    #expect(try model.range(of: 2 * x[0] - 4 * x[1] + 1) == (-5, 7))
    #expect(try model.range(of: x[2] - x[2]) == (0, 0))
    #expect(try model.range(of: x[0] + (0x1p53 - 2)) == (0x1p53 - 4, 0x1p53 + 2))
    // Bounds that imply a row by a hair's breadth do imply it: no row has a coefficient of 5e-324.
    #expect(try model.imply(z, is: 0, x[2], .lessOrEqual, 0).isEmpty)
    #expect(try model.imply(z, is: 1, 0.5 * x[1], .greaterOrEqual, 0).isEmpty)
    var random = RandomSource(seed: 4)
    for _ in 1...200 {
      let (factor, bound) = (random.normal(), random.uniform())
      try model.setBounds(of: x[0], lower: -bound, upper: bound)
      let range = try model.range(of: factor * x[0])
      // Fused, so that the sign of the difference is the exact one.
      #expect(range.upper.addingProduct(-abs(factor), bound) >= 0 && range.lower == -range.upper)
      #expect(range.upper.nextDown.addingProduct(-abs(factor), bound) < 0)
    }
  }

  @Test func namesStayAsTheyWereGiven() throws {
    let model = Model()
    let a = try model.addVariable(name: "x2")
    try model.addVariable()
    try model.addVariables(3, prefix: "x")
    let words = try model.addVariable(name: "two words")
    #expect(try model.name(of: a) == "x2" && model.name(of: words) == "two words")
    #expect(try model.name(of: model.variables[3]) == "x2")
    let row = try model.constrain(LinearExpression(a), .lessOrEqual, 1, name: "row")
    let other = try model.constrain(LinearExpression(a), .lessOrEqual, 2, name: "row")
    #expect(try model.name(of: row) == "row" && model.name(of: other) == "row")
  }

  @Test func statistics() throws {
    let model = Model(name: "mixed")
    let x = try model.addVariables(2, upper: [1])
    let n = try model.addVariable(kind: .integer)
    let z = try model.addVariable(kind: .binary)
    try model.fix(z, at: 1)
    try model.constrain(1e10 * x[0] + 0.5 * n, .equal, 1)
    let statistics = model.statistics()
    #expect(statistics.columns == 4 && statistics.continuous == 2 && statistics.integers == 1)
    #expect(statistics.binaries == 1 && statistics.fixed == 1 && statistics.equalities == 1)
    #expect(statistics.coefficientRange == 0.5...1e10 && statistics.warnings.count == 1)
    #expect("\(model)" == "Model(mixed: 4 variables (2 continuous, 1 integer, 1 binary), 1 rows, 2 entries, minimize)")
  }

  /// The shape of a dense 784-64x4-10 verification model: built row by row and loaded. Prints what it took.
  @Test(arguments: conformingSolvers) func largeModelsAreCheap(_ solver: SolverCase) throws {
    let widths = [784, 64, 64, 64, 64, 10]
    var random = RandomSource(seed: 1)
    let weights = widths.indices.dropLast().map { layer in
      (0..<widths[layer] * widths[layer + 1]).map { _ in random.normal() }
    }
    var times: [Double] = []
    for _ in 0..<5 {
      let clock = Stopwatch()
      let model = Model(name: "network")
      var inputs = try model.addVariables(widths[0], upper: [1])
      for layer in weights.indices {
        let (columns, rows) = (widths[layer], widths[layer + 1])
        let outputs = try model.addVariables(rows, lower: [-.infinity])
        model.reserveRows(rows, entries: rows * (columns + 1))
        var indices = inputs.map { Int32($0.index) } + [0]
        for row in 0..<rows {
          indices[columns] = Int32(outputs[row].index)
          var values = Array(weights[layer][row * columns..<(row + 1) * columns])
          values.append(-1)
          try model.addRow(indices: indices, values: values, lower: 0.5, upper: 0.5)
        }
        for output in outputs {
          let z = try model.addVariable(kind: .binary)
          let y = try model.addVariable(upper: 100)
          try model.constrain(y - output, .greaterOrEqual, 0)
          try model.constrain(y - output + 100 * z, .lessOrEqual, 100)
          try model.constrain(y - 100 * z, .lessOrEqual, 0)
        }
        inputs = outputs
      }
      #expect(model.entryCount > 60_000)
      let built = clock.wallSeconds
      let solution = try solver.solve(model) { $0.shouldStop = { true } }
      #expect(solution.status == .stopped)
      times.append(clock.wallSeconds)
      if times.count == 5 {
        print("\(solver): \(model.entryCount) entries built in \(built) s, built and loaded in \(times.min() ?? 0) s")
      }
    }
  }
}
