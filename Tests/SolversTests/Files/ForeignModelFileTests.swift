import Essentials
import MILP
import Solvers
import TestSupport
import Testing

/// Files as other programs write them, and as the formats' definitions allow them.
@Suite struct ForeignModelFileTests {
  /// Three products, two budgets and a balance; the least cost is 54.
  static let shop = """
    NAME          SHOP
    ROWS
     N  COST
     L  LIM1
     G  LIM2
     E  MYEQN
    COLUMNS
        XONE      COST                 1   LIM1                 1
        XONE      LIM2                 1
        YTWO      COST                 4   LIM1                 1
        YTWO      MYEQN               -1
        ZTHREE    COST                 9   LIM2                 1
        ZTHREE    MYEQN                1
    RHS
        RHS1      LIM1                 5   LIM2                10
        RHS1      MYEQN                7
    BOUNDS
     UP BND1      XONE                 4
     LO BND1      YTWO                -1
     UP BND1      YTWO                 1
    ENDATA

    """

  private func solve(_ text: String, _ ending: String) throws -> Solution {
    try withTemporaryDirectory { folder in
      let path = "\(folder)/model.\(ending)"
      try FileAccess.write(Array(text.utf8), to: path)
      return try GLPKSolver().solve(ModelFile.read(path))
    }
  }

  @Test func mpsOfOtherPrograms() throws {
    let shop = Self.shop
    let variants = [
      shop, "\u{FEFF}" + shop, shop.replacing("\n", with: "\r\n"), shop.replacing("\n", with: "\r"),
      shop.replacing("RHS\n", with: "RHS\r\n"), shop.replacing("MYEQN                7", with: "MYEQN 7 $ demand"),
      // Only the first of several sets counts.
      shop.replacing("ENDATA", with: " UP BND2 XONE 1\nENDATA"),
      shop.replacing("BOUNDS", with: "    RHS2 LIM1 1 LIM2 99\nBOUNDS"),
      shop.replacing("BOUNDS", with: "RANGES\n    RNG LIM2 99\n    RNG2 LIM2 0\nBOUNDS"),
      // A range of the objective means nothing.
      shop.replacing("BOUNDS", with: "RANGES\n    RNG COST 5\nBOUNDS"),
      shop.replacing("XONE                 4", with: "XONE 0.4D1"),
      // Blanks in names, which only the fixed columns tell apart.
      shop.replacing("LIM1", with: "LI 1").replacing("XONE", with: "X NE"),
    ]
    for (number, text) in variants.enumerated() {
      let solution = try solve(text, "mps")
      #expect(solution.status == .optimal && agree(solution.objective, 54), "variant \(number): \(solution)")
    }
  }

  /// A row whose name looks like a comment is a row.
  @Test func mpsRowsMayBeginWithDollars() throws {
    let dollars = Self.shop.replacing("LIM1", with: "$IM1").replacing("COST", with: "$OST")
    #expect(try agree(solve(dollars, "mps").objective, 54))
  }

  @Test func mpsIntegersWithoutBoundsAreBinary() throws {
    func text(_ bounds: String, _ marker: String = "INTORG") -> String {
      """
      ROWS
       N c
       L r
      COLUMNS
       m 'Marker' '\(marker)'
       x c -1 r 1
       m 'MARKER' 'intend'
      RHS
       b r 7.5
      \(bounds.isEmpty ? "" : "BOUNDS\n" + bounds)
      ENDATA

      """
    }
    #expect(try solve(text(""), "mps").objective == -1)
    #expect(try solve(text(" PL b x"), "mps").objective == -7)
    #expect(try solve(text(" UP b x 3"), "mps").objective == -3)
    #expect(try solve(text(" UP b x 1e20"), "mps").objective == -7, "1e20 is infinite")
    // A lower bound of 0 that is written stays, one that is not gives way to a negative upper one.
    #expect(try solve(text(" UP b x -3"), "mps").objective == 3)
    #expect(try solve(text(" LO b x 0\n UP b x -3"), "mps").status == .infeasible)
    #expect(refusal(text("", "INTORGY"), "mps").contains("line 5: expected 'INTORG' or 'INTEND'"))
  }

  /// Integer variables named as sections are, each alone on its line: written by vnnlua and by others.
  @Test(arguments: ["semi", "semis", "sos", "sos1", "sos2"]) func variablesNamedAsSectionsStayWhole(name: String) throws
  {
    let model = Model()
    let x = try model.addVariable(name: name, kind: .integer)
    try model.constrain(x, .greaterOrEqual, 1.5)
    try model.setObjective(x, .minimize)
    try withTemporaryDirectory { folder in
      try ModelFile.write(model, to: folder + "/own.lp")
      #expect(try agree(GLPKSolver().solve(ModelFile.read(folder + "/own.lp")).objective, 2))
    }
    let other = "Minimize\n o: \(name) + y\nSubject To\n c: \(name) >= 1.5\nGeneral\n y\n \(name)\nEnd\n"
    #expect(try agree(solve(other, "lp").objective, 2))
  }

  @Test func lpOfOtherPrograms() throws {
    let text = """
      \\ a comment
      max
       obj: +2 x/1 +3 y
      st
       c1: +1 x/1 +1 y <= +4.5 \\ another
       c2: x/1 + y >= 1
      bounds
       x/1 <= 3
       y <= 1e20
      gen
       x/1
      semi
      end

      """
    for text in [text, text.replacing("\n", with: "\r\n"), text.replacing("\n", with: "\r"), "\u{FEFF}" + text] {
      #expect(try agree(solve(text, "lp").objective, 13.5))
    }
    // A variable of that name is one.
    #expect(try agree(solve(text.replacing("x/1", with: "semi"), "lp").objective, 13.5))
  }
}
