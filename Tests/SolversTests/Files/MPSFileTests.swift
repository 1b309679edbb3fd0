import Essentials
import MILP
import Solvers
import TestSupport
import Testing

/// What MPS files mean, section by section, and what of them is refused.
@Suite struct MPSFileTests {
  /// A file with one objective `c`, rows `l` (L), `g` (G) and `e` (E), and columns `x` and `y`.
  private func text(
    head: String = "", integers: Bool = false, columns: String = "", right: String = "", tail: String = ""
  ) -> String {
    let marker = { (word: String) in integers ? " M 'MARKER' '\(word)'\n" : "" }
    return """
      NAME t
      \(head)ROWS
       N c
       L l
       G g
       E e
      COLUMNS
      \(marker("INTORG")) x c 1 l 1
       x g 1 e 1
       y c 2 l 1
      \(columns)\(marker("INTEND"))RHS
       r l 4 g 1
      \(right)\(tail)ENDATA

      """
  }

  @Test func objectives() throws {
    for (head, sense) in [
      ("OBJSENSE MAX\n", ObjectiveSense.maximize), ("OBJSENSE\n    MAX\n", .maximize),
      ("OBJSENSE\nMAXIMIZE\n", .maximize),
      ("OBJSENSE maximise\n", .maximize), ("OBJSENSE MIN\n", .minimize), ("objsense\n minimum\n", .minimize),
      ("OBJSEN\n MAX\n", .maximize),
    ] {
      #expect(try read(text(head: head), "mps").objectiveSense == sense, "\(head)")
    }
    #expect(refusal(text(head: "OBJSENSE\n minimax\n"), "mps") == "line 3: expected MAX or MIN, got minimax")
    let second = text(head: "OBJNAME\n d\n").replacing(" L l", with: " N d\n L l").replacing(
      " y c 2", with: " y d 7 c 2")
    let chosen = try read(second, "mps")
    #expect(chosen.objectiveCoefficients == [0, 7] && chosen.rowCount == 4)
    #expect(refusal(text(head: "OBJNAME\n q\n"), "mps") == "line 3: expected a row of type N, got q")
    let constant = try read(text(right: " r c -10\n"), "mps")
    #expect(constant.objectiveConstant == 10 && constant.warnings == [])
  }

  @Test func rightSidesAndRanges() throws {
    let infinite = try read(text(right: " r e 3\n").replacing("r l 4 g 1", with: "r l Inf g -Infinity"), "mps")
    #expect(infinite.rowLower == [-.infinity, -.infinity, 3] && infinite.rowUpper == [.infinity, .infinity, 3])
    let ranges = "RANGES\n R l 3 g 2.5\n R e -2\n R c 9\n"
    let ranged = try read(text(right: " r e 7\n", tail: ranges), "mps")
    #expect(ranged.rowLower == [1, 1, 5] && ranged.rowUpper == [4, 3.5, 7])
    #expect(ranged.warnings == ["line 17: the range of row c, which has no bounds, does not count"])
    for (right, tail, message) in [
      (" r e 1e30\n", "", "line 13: expected a right side that row e can have, got 1e30"),
      (" r l 5\n", "", "line 13: expected one right side of row l, got another"),
      (" r q 5\n", "", "line 13: expected a row, got q"), (" r e five\n", "", "line 13: expected a number, got five"),
      (" r e 1 l\n", "", "line 13: expected a row, got r"),
      ("", "RANGES\n R l 3\n R l 4\n", "line 15: expected one range of row l, got another"),
      ("RANGES\n R l 3\nRHS\n r e 3\n", "", "line 15: expected the RANGES section after RHS, got it before"),
    ] {
      #expect(refusal(text(right: right, tail: tail), "mps") == message)
    }
  }

  @Test func setsOfBounds() throws {
    let two = try read(text(tail: "BOUNDS\n UP A x 4\n LO y 1\n UP B x 3\n UP B y 2\n"), "mps")
    #expect(two.columnUpper == [4, .infinity] && two.columnLower == [0, 1])
    #expect(two.warnings == ["line 16: set BOUNDS B does not count: only the first one, A, does"])
    let mixed = refusal(text(tail: "BOUNDS\n UP x 4\n UP A y 3\n"), "mps")
    #expect(mixed == "line 15: expected lines without a set's name as before, got A")
  }

  @Test func bounds() throws {
    func check(_ lines: String, _ expected: (Double, Double, VariableKind), integers: Bool = false) throws {
      let model = try read(text(integers: integers, tail: "BOUNDS\n\(lines)\n"), "mps")
      let given = model.givenBounds(0)
      #expect([given.lower, given.upper] == [expected.0, expected.1] && model.kinds[0] == expected.2, "\(lines)")
    }
    let inf = Double.infinity
    for (lines, expected) in [
      (" UP b x 3", (0.0, 3.0, VariableKind.continuous)), (" UP b x -3", (-inf, -3, .continuous)),
      (" LO b x 0\n UP b x -3", (0, -3, .continuous)), (" UP b x 0", (0, 0, .continuous)),
      (" MI b x", (-inf, inf, .continuous)), (" FR b x 0", (-inf, inf, .continuous)), (" FX x 2", (2, 2, .continuous)),
      (" BV b x 1", (0, 1, .binary)), (" FX b x 1\n BV b x", (1, 1, .binary)), (" LI b x 2", (2, inf, .integer)),
      (" UI b x 2.5", (0, 2, .integer)), (" SC b x 9", (0, 9, .semicontinuous)),
      (" LO b x 2\n SC b x 1e30", (2, inf, .semicontinuous)), (" LO b x 2\n SI b x 9", (2, 9, .semiinteger)),
      (" UP b x 1D1", (0, 10, .continuous)), (" UP b x infinity", (0, inf, .continuous)),
    ] {
      try check(lines, expected)
    }
    for (lines, expected) in [
      ("", (0.0, 1.0, VariableKind.integer)), (" PL b x", (0, inf, .integer)), (" MI b x", (-inf, inf, .integer)),
      (" LO b x 1", (1, inf, .integer)), (" LO b x 2\n SC b x 9", (2, 9, .semiinteger)),
    ] {
      try check(lines, expected, integers: true)
    }
    let negative = try read(text(tail: "BOUNDS\n UP b x -3\n"), "mps")
    let warning = "line 14: x has no lower bound, since its upper one is negative and no other is written"
    #expect(negative.warnings == [warning] && "\(negative)".contains("1 warning"))
    for (lines, message) in [
      (" UP b x 3\n UP b x 4", "line 15: expected one upper bound of x, got 4 after 3"),
      (" FR b x\n UP b x 4", "line 15: expected one upper bound of x, got 4 after inf"),
      (" BV b x\n UP b x 5", "line 15: expected bounds within 0 and 1 for the binary variable x, got 0 to 5"),
      (" SC b x 0", "line 14: expected the upper bound of a semicontinuous column, got 0"),
      (" LO b x 5\n SC b x 2", "line 15: bounds of x: expected lower <= upper beside 0, got [5.0, 2.0]"),
      (" UP b q 3", "line 14: expected a column, got q"), (" PL b q", "line 14: expected a column, got q"),
      (" ZZ b x 3", "line 14: expected a type of bound of LO UP FX FR MI PL BV LI UI SC SI, got ZZ"),
      (" UP b x nan", "line 14: expected a number, got nan"),
      (" UP b x", "line 14: expected a column, got b"),
    ] {
      #expect(refusal(text(tail: "BOUNDS\n\(lines)\n"), "mps") == message)
    }
  }

  @Test func matrices() throws {
    for (columns, message) in [
      (" x e 2\n", "line 11: expected all lines of a column together, got x again"),
      (" y l 2\n", "line 11: expected one number of y in row l, got another"),
      (" y g\n", "line 11: expected a column, and rows with numbers, got y g"),
      (" z q 1\n", "line 11: expected a row, got q"), (" z g 1e400\n", "line 11: expected a finite number, got 1e400"),
      (" M 'MARKER' 'SOSORG'\n", "line 11: expected 'INTORG' or 'INTEND', got 'SOSORG'"),
      ("QUADOBJ\n x x 1\n", "line 11: expected a section of a linear model, got QUADOBJ"),
    ] {
      #expect(refusal(text(columns: columns), "mps") == message)
    }
    // The first line of a column says whether it is an integer.
    let across = try read(text(columns: " M 'MARKER' 'INTORG'\n y g 2\n z g 1\n M 'MARKER' 'INTEND'\n z l 1\n"), "mps")
    #expect(across.kinds == [.continuous, .continuous, .integer])
    let lazy = try read(text().replacing("COLUMNS", with: "LAZYCONS\n L q\nUSERCUTS\n G u\nCOLUMNS"), "mps")
    #expect(lazy.rowCount == 5 && lazy.warnings == ["line 9: the cuts of section USERCUTS are read as rows"])
    #expect(
      refusal(text().replacing(" L l", with: " L c"), "mps") == "line 4: expected different row names, got c twice")
  }

  @Test func orderedSets() throws {
    // As CPLEX and Gurobi write them, with a priority, as lp_solve and as Xpress do; members need no weights.
    for sets in [
      "SOS\n S1 s\n    x 1\n    y 2\n", "SOS\n S1 s 5\n    x 1\n    y 2\n",
      "SOS\n S1 SOS s 5\n    SOS x 1\n    SOS y 2\n",
      "SETS\n S1 s\n    s x 1\n    s y 2\n", "SOS\n S1 s\n    x\n    y\n", "SOS\n s1 s\n    y 2\n    x 1\n",
    ] {
      let model = try read(text(tail: sets), "mps")
      #expect(model.lines.last == "s: sos1(x: 1.0, y: 2.0)", "\(sets)")
    }
    let named = text(tail: "SOS\n S2 s\n    S1 1\n    y 2\n").replacing(" x ", with: " S1 ")
    #expect(try read(named, "mps").lines.last == "s: sos2(S1: 1.0, y: 2.0)")
    for (lines, message) in [
      ("    x 1", "line 14: expected S1 or S2, got x 1"), (" S1 s\n    q 1", "line 15: expected a column, got q"),
      (" S1 s\n    x 1\n    y", "line 14: expected a weight for every member of the set, or for none"),
      (" S1 s\n    x 1\n    y 1", "line 14: sos1: expected weights that differ, got 1.0 twice"),
      (" S2 s", "line 14: sos2: expected at least one variable"),
      (" S1 s ERROR", "line 14: expected a finite number, got ERROR"),
    ] {
      #expect(refusal(text(tail: "SOS\n\(lines)\n"), "mps") == message)
    }
  }

  @Test func indicators() throws {
    let tail = "RANGES\n R l 3\nBOUNDS\n BV b y\nINDICATORS\n IF g y 1\n IF l y 0\n"
    let model = try read(text(tail: tail), "mps")
    #expect(model.rowCount == 1 && model.entryCount == 1)
    #expect(
      model.lines.suffix(3) == [
        "l: y == 0 -> x + y <= 4.0", "l: y == 0 -> x + y >= 1.0", "g: y == 1 -> x >= 1.0",
      ])
    for (line, message) in [
      (" IF g y", "line 14: expected IF, a row, a column and 0 or 1, got IF g y"),
      (" IF g y 2", "line 14: expected IF, a row, a column and 0 or 1, got IF g y 2"),
      (" IF c y 1", "line 14: expected IF, a row, a column and 0 or 1, got IF c y 1"),
      (" IF g y 1", "line 14: indicator: expected a binary variable, got y"),
    ] {
      #expect(refusal(text(tail: "INDICATORS\n\(line)\n"), "mps") == message)
    }
  }

  @Test func fixedFormat() throws {
    // Blanks in names, some of which free format cannot part: of rows, columns, sets or of all of them.
    let shop = ForeignModelFileTests.shop
    for text in [
      shop.replacing("LIM1", with: "LI 1"), shop.replacing("XONE", with: "X NE"), shop.replacing("RHS1", with: "RH 1"),
      shop.replacing("BND1", with: "BN 1"), shop.replacing("YTWO", with: "Y 2 "),
      shop.replacing("LIM1", with: "L  1").replacing("RHS1", with: "    ").replacing("BND1", with: "B  1"),
    ] {
      #expect(try agree(GLPKSolver().solve(read(text, "mps")).objective, 54), "\(text)")
    }
    // A blank name is the one before, and comments stand where the third and the fifth field would, as in GLPK's examples.
    let blank = shop.replacing("    XONE      LIM2", with: "              LIM2").replacing(
      "MYEQN                1", with: "MYEQN                1   $ balance")
    #expect(
      try agree(
        GLPKSolver().solve(read(blank.replacing(" L  LIM1", with: " L  LIM1      $ most"), "mps")).objective, 54))
    #expect(refusal(blank.replacing("    XONE      COST", with: "              COST"), "mps").hasPrefix("line 8: "))
    // What stands between the columns would be cut off; the message is that of the reading that came further.
    let cut = shop.replacing("LIM1", with: "LI 1").replacing(
      "COST                 4", with: "COST     12345678901.25e3 ")
    #expect(refusal(cut, "mps") == "line 10: expected blanks between the columns of the fixed format's fields")
    let wrong = shop.replacing("UP BND1      XONE", with: "UP BND1      XTWO")
    #expect(refusal(wrong, "mps") == "line 18: expected a column, got XTWO")
  }
}
