import Essentials
import MILP
import Solvers
import TestSupport
import Testing

/// What is written is read again: the same columns, rows, constructs and numbers, in order, with their names.
@Suite struct ModelFileRoundTripTests {
  private func rewritten(_ model: Model, _ ending: String, _ folder: String) throws -> Model {
    let path = "\(folder)/model.\(ending)"
    try ModelFile.write(model, to: path)
    return try ModelFile.read(path)
  }

  /// What files cannot say: semicontinuity where the bounds hold 0 anyway, and which integers are called binary.
  private func plain(_ lines: some Sequence<String>) -> [String] {
    lines.map { line in
      let isVacuous = line.contains(#/: 0.0 to .*semi/#)
      let line =
        isVacuous
        ? line.replacing("semicontinuous", with: "continuous").replacing("semiinteger", with: "integer") : line
      return line.contains(#/: (0.0 to 0.0|1.0 to 1.0), binary/#) ? line.replacing("binary", with: "integer") : line
    }
  }

  @Test(arguments: ["mps", "mps.gz", "MPS"]) func mps(_ ending: String) throws {
    try withTemporaryDirectory { folder in
      for seed in 1...50 as ClosedRange<UInt64> {
        let model = try RandomFileModel.make(seed: seed, isOdd: false)
        let read = try rewritten(model, ending, folder)
        #expect(read.violatedInvariants == [] && read.warnings == [], "seed \(seed)")
        // Of the constructs, indicators come first.
        let count = 1 + model.columnCount + model.rowCount
        #expect(plain(read.lines.prefix(count)) == plain(model.lines.prefix(count)), "seed \(seed)")
        #expect(read.lines.dropFirst(count).sorted() == model.lines.dropFirst(count).sorted(), "seed \(seed)")
      }
    }
  }

  /// LP files split rows with two sides, and indicators stand among the rows.
  @Test(arguments: ["lp", "lp.gz", "Lp"]) func lp(_ ending: String) throws {
    try withTemporaryDirectory { folder in
      for seed in 1...50 as ClosedRange<UInt64> {
        let model = try RandomFileModel.make(seed: seed, isOdd: false)
        let read = try rewritten(model, ending, folder)
        #expect(read.violatedInvariants == [] && read.warnings == [], "seed \(seed)")
        let split = try splitRanges(model)
        #expect(plain(read.lines).sorted() == plain(split.lines).sorted(), "seed \(seed)")
        #expect(
          read.variables.map { try? read.name(of: $0) } == model.variables.map { try? model.name(of: $0) },
          "seed \(seed)")
      }
    }
  }

  private func splitRanges(_ model: Model) throws -> Model {
    let split = model.copy()
    let rows = split.constraints.filter {
      let (lower, upper) = (split.rowLower[$0.index], split.rowUpper[$0.index])
      return lower.isFinite && upper.isFinite && lower != upper
    }
    for row in rows {
      let name = try split.name(of: row)
      try split.constrain(split.terms(of: row), .greaterOrEqual, split.rowLower[row.index], name: name + "_2")
      try split.setBounds(of: row, lower: -.infinity, upper: split.rowUpper[row.index])
    }
    return split
  }

  /// Whatever names are like, the file is read, once written it does not change any more, and numbers lose no digit.
  @Test(arguments: ["mps", "lp"]) func oddNamesAndNumbers(_ ending: String) throws {
    try withTemporaryDirectory { folder in
      for seed in 1...50 as ClosedRange<UInt64> {
        let model = try RandomFileModel.make(seed: seed, isOdd: true)
        let read = try rewritten(model, ending, folder)
        #expect(read.violatedInvariants == [] && read.warnings == [], "seed \(seed)")
        let again = try rewritten(read, ending, folder)
        #expect(again.lines == read.lines, "seed \(seed)")
        #expect(Set((0..<read.columnCount).map(read.columnName)).count == read.columnCount, "seed \(seed)")
        #expect(read.objectiveCoefficients == model.objectiveCoefficients, "seed \(seed)")
        #expect(read.columnLower == model.columnLower && read.columnUpper == model.columnUpper, "seed \(seed)")
        let expected = ending == "lp" ? try splitRanges(model) : model
        #expect(read.coefficients.sorted() == expected.coefficients.sorted(), "seed \(seed)")
      }
    }
  }

  /// Every solver comes to the same optimum from the file; `Scripts/bench/models/model-files random` does so with more models,
  /// and other programs' readers.
  @Test(arguments: ["mps", "lp"]) func optimaStay(_ ending: String) throws {
    try withTemporaryDirectory { folder in
      var solved = 0
      for seed in 1...40 as ClosedRange<UInt64> {
        let model = try RandomFileModel.make(seed: seed, isOdd: seed % 2 == 0)
        // Constructs of variables without bounds are not for GLPK.
        guard let optimum = try? GLPKSolver().solve(model).objective else { continue }
        solved += 1
        let read = try rewritten(model, ending, folder)
        // Gurobi takes a process for each solve.
        for solver in conformingSolvers where solver.name != "gurobi" || seed <= 8 {
          #expect(agree(try solver.solve(read).objective, optimum), "seed \(seed) by \(solver)")
        }
      }
      #expect(solved > 10, "\(solved) of 40")
    }
  }

  @Test func whatWasRemovedIsLeftOut() throws {
    let model = Model()
    let x = try model.addVariables(3, prefix: "x")
    let rows = try [0, 1].map { try model.constrain(LinearExpression(x[$0]), .lessOrEqual, 1, name: "c\($0)") }
    try model.remove([rows[0]])
    try model.remove([x[0]])
    for ending in ["mps", "lp"] {
      try withTemporaryDirectory { folder in
        let read = try rewritten(model, ending, folder)
        #expect((0..<read.columnCount).map(read.columnName) == ["x2", "x3"] && read.rowCount == 1, "\(ending)")
      }
    }
  }

  /// The nearest Float64, as the standard library has it, whatever the digits; and the same from what is written of it.
  @Test(arguments: ["mps", "lp"]) func numbers(_ ending: String) throws {
    var random = RandomSource(seed: 5)
    var texts = [
      "5.", ".5", "1e5", "1.e-5", "0.1", "9007199254740993", "9007199254740992.5", "123456789012345678901234567890",
    ]
    texts += [
      "4.9e-324", "2.2250738585072011e-308", "1.7976931348623157e308", "1e-400", "00001", "1000000000000000000000e-21",
    ]
    // What decides these halves lies beyond the first 64 bits.
    texts += ["764391793e-10", "17311e-5", "7366e-12", "149848582773472927e-15"]
    for _ in 0..<2000 {
      let digits = String((0..<1 + random.below(24)).map { _ in Character("\(random.below(10))") })
      let point = random.below(digits.count + 1)
      let exponent = random.below(3) == 0 ? "e\(random.below(60) - 30)" : ""
      texts.append("\(digits.prefix(point)).\(digits.dropFirst(point))\(exponent)")
      texts.append("\(Double(bitPattern: UInt64(random.below(1 << 62))).magnitude)")
    }
    texts = texts.filter { Double($0)?.isFinite == true && Double($0) != 0 }
    let body =
      ending == "lp"
      ? "Minimize\n" + texts.enumerated().map { " + \($1) x\($0)\n" }.joined() + "Subject To\n c: x0 >= 0\nEnd\n"
      : "ROWS\n N c\nCOLUMNS\n" + texts.enumerated().map { " x\($0) c \($1)\n" }.joined() + "ENDATA\n"
    let model = try read(body, ending)
    #expect(model.objectiveCoefficients == texts.map { Double($0) })
    try withTemporaryDirectory { folder in
      let read = try rewritten(model, ending, folder)
      #expect(read.objectiveCoefficients == model.objectiveCoefficients)
    }
  }

  /// Files with any change are read or refused with a line, and nothing crashes.
  @Test(arguments: ["mps", "lp"]) func mutatedFiles(_ ending: String) throws {
    let parts = [
      "ENDATA", "RHS", "BOUNDS", "INDICATORS", "SOS", "End", "Bounds", "Semi", "1e999", "-", "->", "::", "S1", " ",
      "\n", "\r", "$",
      "nan", "inf", "[", "]", "\0", "\u{FF}", "0", "x1", "<=", "999999999999999999999", "\\", "*", "OBJSENSE", "IF",
    ]
    try withTemporaryDirectory { folder in
      let path = "\(folder)/model.\(ending)"
      for seed in 1...200 as ClosedRange<UInt64> {
        var random = RandomSource(seed: seed)
        try ModelFile.write(try RandomFileModel.make(seed: seed, isOdd: random.below(2) == 0), to: path)
        var bytes = try FileAccess.read(path)
        for _ in 0..<1 + random.below(4) {
          let place = random.below(bytes.count + 1)
          switch random.below(4) {
          case 0: bytes.insert(contentsOf: parts[random.below(parts.count)].utf8, at: place)
          case 1: bytes.removeSubrange(place..<min(place + random.below(30), bytes.count))
          case 2: if place < bytes.count { bytes[place] = UInt8(random.below(256)) }
          default:
            let length = min(random.below(40), bytes.count - place)
            bytes.insert(contentsOf: bytes[place..<place + length], at: random.below(bytes.count + 1))
          }
        }
        try FileAccess.write(bytes, to: path)
        do {
          #expect(try ModelFile.read(path).violatedInvariants == [], "seed \(seed)")
        } catch let failure as OutsideFailure {
          #expect(failure.message.contains(#/: line [0-9]+: /#), "seed \(seed): \(failure)")
        }
      }
    }
  }
}
