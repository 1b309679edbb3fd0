import Essentials
import MILP
import Solvers
import TestSupport
import Testing

/// What LP files mean, section by section, and what of them is refused.
@Suite struct LPFileTests {
  private func text(_ rows: String, _ tail: String = "", objective: String = "x + y") -> String {
    "Minimize\n o: \(objective)\nSubject To\n \(rows)\n\(tail)End\n"
  }

  @Test func rows() throws {
    for (row, bounds) in [
      ("c: x + y <= 3", (-Double.infinity, 3.0)), ("c: 1 <= x + y <= 3", (1, 3)), ("c: 3 >= x + y >= -1e0", (-1, 3)),
      ("c: -inf <= x + y <= 3", (-.infinity, 3)), ("c: 2 = x + y", (2, 2)), ("c:x+y=>+3", (3, .infinity)),
      ("c : x + y <= infinity", (-.infinity, .infinity)), ("c: x + y >= -1e30", (-.infinity, .infinity)),
      ("c: x\n+ y\n<=\n3 \\ split", (-.infinity, 3)), ("c: 2 x + - x - -1y < .5e1", (-.infinity, 5)),
    ] {
      let model = try read(text(row), "lp")
      #expect(model.rowLower == [bounds.0] && model.rowUpper == [bounds.1] && model.coefficients == [1, 1], "\(row)")
      #expect(model.rowName(0) == "c" && model.warnings == [], "\(row)")
    }
    for (row, message) in [
      ("c: x + 3 >= 7", "expected a variable after the number left of the relation, got >="),
      ("c: 2 3 x >= 7", "expected a variable after the number left of the relation, got the number 3"),
      ("c: 1 <= x >= 4", "expected two relations that point the same way, got >= as the second one"),
      ("c: 1 = x <= 4", "expected two relations that point the same way, got <= as the second one"),
      ("c: x y >= 4", "expected + or - before the next term, got the word \"y\""),
      ("c: x 3 y >= 4", "expected + or - before the next term, got the number 3"),
      ("c: x >= y", "expected a number after the relation, got the word \"y\""),
      ("c: x >= ", "expected a number after the relation, got the word \"End\""),
      ("c: x", "expected <=, >= or = after"),
      ("c: x + >= 3", "expected a term after the sign, got >="),
      ("c: x + [ x * y ] <= 3", "expected linear terms only, got ["),
      ("c: x * 2 <= 3", "expected linear terms only, got *"),
      ("c: x != 3", "expected + or - before the next term, got the word \"!\""),
      ("c: x <> 3", "expected <=, >= or =, got <>"), ("c: 1.2.3 x <= 3", "expected a number, got 1.2."),
      ("c: 5/2 x <= 3", "expected a number, got 5/2"),
      ("c: 1e999 x <= 3", "expected a finite number"),
      ("c: inf x <= 3", "expected a variable's name, got the word \"inf\""),
      ("c: x >= inf", "bounds of row c: expected numbers or the outward infinities"),
      ("c: x[1 + y <= 3", "expected ] in the name x[1"), ("c: y = 1 <-> x >= 2", "expected <=, >= or =, got <->"),
    ] {
      let refused = refusal(text(row), "lp")
      #expect(refused.hasPrefix("line 4: ") || refused.hasPrefix("line 5: "), "\(row): \(refused)")
      #expect(refused.contains(message), "\(row): \(refused)")
    }
  }

  @Test func names() throws {
    let names = ["x/1", "x[1,2]", "a.b", "_q", "semi", "sos1", "x(3)", "max#", "e_1", "Ünï", "free"]
    let rows = names.map { "\($0): \($0) >= 1" }.joined(separator: "\n ")
    let model = try read(text(rows, "General\n \(names.joined(separator: " "))\n", objective: "semi"), "lp")
    #expect((0..<model.rowCount).map(model.rowName) == names)
    #expect(Set((0..<model.columnCount).map(model.columnName)) == Set(names))
    #expect(model.kinds.allSatisfy { $0 == .integer } && model.warnings == [])
    // Keywords may name constraints, and numbers too.
    let keywords = try read(text("end: x >= 2\n st: y >= 1\n 7: x + y >= 4"), "lp")
    #expect((0..<3).map(keywords.rowName) == ["end", "st", "7"])
  }

  @Test func objectives() throws {
    for (objective, coefficients, constant) in [
      ("x + 2 y + 3", [1.0, 2.0], 3.0), ("- 2 - 1 x + 1 y + 3 + 2 - 0.5", [-1, 1], 2.5), ("", [0, 0], 0),
      ("5", [0, 0], 5),
      ("x + 2 x", [3, 0], 0),
    ] {
      let model = try read(text("c: x + y >= 1", objective: objective), "lp")
      #expect(model.objectiveCoefficients == coefficients && model.objectiveConstant == constant, "\(objective)")
    }
    #expect(try read("max\n\nst\n c: x <= 1\nend", "lp").objectiveSense == .maximize)
    for (text, message) in [
      (
        "Minimize multi-objectives\n OBJ0: Priority=2\n x\nEnd\n",
        "line 1: expected one objective, got multi-objectives"
      ),
      ("Garbage", "line 1: expected Minimize or Maximize at the beginning, got the word \"Garbage\""),
      ("", "line 1: expected Minimize or Maximize at the beginning, got an empty file"),
      ("Minimize\n x\nMaximize\n x\nEnd\n", "line 3: expected one objective, got another"),
      ("Minimize\n x\nSubject To\n c: x >= 1\n", "line 5: expected End, got the end of the file"),
      ("Minimize\n [ x^2 ] / 2\nEnd\n", "line 2: expected linear terms only, got ["),
    ] {
      #expect(refusal(text, "lp") == message)
    }
  }

  @Test func bounds() throws {
    let inf = Double.infinity
    for (bound, expected) in [
      ("x <= 4", (0.0, 4.0)), ("-5 <= x <= 4", (-5, 4)), ("4 >= x >= -5", (-5, 4)), ("x >= -INF", (-inf, inf)),
      ("x free", (-inf, inf)), ("x = 3", (3, 3)), ("- Infinity <= x <= +infinity", (-inf, inf)), ("x <= -3", (0, -3)),
      ("x <= 1e20", (0, inf)), ("x < 2\n x > 1", (1, 2)), ("3 >= x", (0, 3)),
    ] {
      let model = try read(text("c: x + y >= 1", "Bounds\n \(bound)\n"), "lp")
      #expect([model.columnLower[0], model.columnUpper[0]] == [expected.0, expected.1], "\(bound)")
      #expect(model.warnings == [], "\(bound)")
    }
    for (bound, message) in [
      ("1 <= x >= 4", "line 6: expected two relations that point the same way, got >= as the second one"),
      ("x >= inf", "line 6: bounds of x: expected numbers or the outward infinities, got [inf, inf]"),
      ("x", "line 7: expected <=, >=, = or free after the variable, got the word \"End\""),
      ("3 x", "line 6: expected a relation after the number, got the word \"x\""),
      ("x <= y", "line 6: expected a number after the relation, got the word \"y\""),
      ("x >= 1 <= 4", "line 6: expected a variable's name, got <="),
    ] {
      #expect(refusal(text("c: x + y >= 1", "Bounds\n \(bound)\n"), "lp") == message)
    }
    let unknown = try read(text("c: x + y >= 1", "Bounds\n z <= 3\n"), "lp")
    #expect(unknown.warnings == ["line 6: variable z is in no row and no objective"])
  }

  @Test func kinds() throws {
    func kinds(_ tail: String) throws -> [VariableKind] { try read(text("c: x + y >= 1", tail), "lp").kinds }
    #expect(try kinds("Gen\n x\nBin\n y\n") == [.integer, .binary])
    #expect(try kinds("Integers\n x y\nbinaries\n y\n") == [.integer, .binary])
    for title in ["Semi x\n", "semi\n x\n", "SEMIS\n x\n", "Semi-continuous\n x\n", "semi - continuous x\n"] {
      let model = try read(text("c: x + y >= 3", "Bounds\n 4 <= x <= 10\n y <= 2\n\(title)"), "lp")
      #expect(
        model.kinds == [.semicontinuous, .continuous] && model.thresholds == [0: 4] && model.warnings == [], "\(title)")
    }
    #expect(try kinds("General\n x\nSemis\n x\n") == [.semiinteger, .continuous])
    let fractional = try read(text("c: x >= 1", "Bounds\n 0.5 <= x <= 2.5\nGeneral\n x\n"), "lp")
    #expect(fractional.columnLower[0] == 1 && fractional.columnUpper[0] == 2)
    #expect(try read(text("c: x >= 1", "Bounds\n x = 1\nBinary\n x\n"), "lp").columnLower[0] == 1)
    let wide = refusal(text("c: x + y >= 1", "Bounds\n x <= 5\nBinary\n x\n"), "lp")
    #expect(wide == "line 8: expected bounds within 0 and 1 for the binary variable x, got 0 to 5")
  }

  @Test func orderedSetsAndIndicators() throws {
    for tail in [
      "SOS\n s: S1:: x:1 y:2\n", "sos1\n s: x:1 y:2\n", "SOS\n s: S1 :: x : 1\n  y : 2\n", "SOS1\n s: S1:: y:2 x:1\n",
    ] {
      #expect(try read(text("c: x + y >= 1", tail), "lp").lines.last == "s: sos1(x: 1.0, y: 2.0)", "\(tail)")
    }
    let two = try read(
      text("c: x + y >= 1\n a: S2:: x:1 y:2", "SOS\n S1:: x:5 y:-1\n b: S2:: y:1\nBounds\n x <= 1\n"), "lp")
    #expect(two.lines.suffix(3) == ["a: sos2(x: 1.0, y: 2.0)", "sos1_2: sos1(y: -1.0, x: 5.0)", "b: sos2(y: 1.0)"])
    let indicator = try read(text("c: x >= 0\n i: z = 1 -> x + y <= 3\n z = 0 -> x = 2", "Binary\n z\n"), "lp")
    #expect(
      indicator.lines.suffix(2) == ["i: z == 1 -> x + y <= 3.0", "indicator_2: z == 0 -> x == 2.0"]
        && indicator.rowCount == 1)
    for (row, tail, message) in [
      ("c: x >= 1", "SOS\n s: S3:: x:1\n", "line 6: expected S1:: or S2::, got the word \"S3\""),
      ("c: x >= 1", "SOS\n s: S1:: x:1 y:1\n", "line 6: sos1: expected weights that differ, got 1.0 twice"),
      ("i: y = 1 -> x >= 2", "", "line 4: indicator: expected a binary variable, got y"),
      ("i: 2 y = 1 -> x >= 2", "", "line 4: expected a binary variable = 0 or 1 before the arrow, got ->"),
      ("i: y = 2 -> x >= 2", "", "line 4: expected a binary variable = 0 or 1 before the arrow, got ->"),
      (
        "c: x >= 1", "General Constraints\n m: y = MAX ( x , 3 )\n",
        "line 5: expected a section of a linear model, got general constraints"
      ),
      ("c: x >= 1", "PWLObj\n x: (1, 1)\n", "line 5: expected a section of a linear model, got pwlobj"),
    ] {
      #expect(refusal(text(row, tail), "lp") == message)
    }
  }

  @Test func lazyRowsAndCuts() throws {
    let model = try read(text("c: x >= 1", "Lazy Constraints\n l: x + y >= 2\nUser Cuts\n u: y >= 1\n"), "lp")
    #expect(model.rowCount == 3 && model.warnings == ["line 7: user cuts are read as rows"])
    let more = try read(text("c: x >= 1") + "C: x <= 2\n", "lp")
    #expect(more.warnings == ["line 6: what follows End does not count"])
  }
}
