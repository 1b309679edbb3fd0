import Essentials
import MILP
import Solvers
import TestSupport
import Testing

/// Solutions as other programs write them, and as they are written for those.
@Suite struct SolutionFileTests {
  private func model() throws -> Model {
    let model = Model(name: "shop")
    for name in ["x", "y", "two words", "inflow"] { try model.addVariable(name: name, upper: 10) }
    try model.setObjective(coefficients: [1, 2, 3, 4], .maximize)
    return model
  }

  private func read(_ text: String) throws -> ReadSolution {
    try withTemporaryDirectory { folder in
      try FileAccess.write(text, to: folder + "/file.sol")
      return try SolutionFile.read(folder + "/file.sol", for: model())
    }
  }

  private func refusal(_ text: String) -> String {
    let error = #expect(throws: OutsideFailure.self) { try read(text) }
    return error.map { String($0.message.split(separator: "file.sol: ").last ?? "") } ?? ""
  }

  @Test func highs() throws {
    let raw = """
      Model status
      Optimal

      # Primal solution values
      Feasible
      Objective 31.5
      # Columns 4
      x 1.5
      y 1e1
      two_words 0
      inflow 2.5
      # Rows 1
      x 7

      # Dual solution values
      Feasible
      # Columns 4
      x 1
      y 2
      two_words 0
      inflow 0

      # Basis
      HiGHS_basis_file v2
      None
      """
    let read = try read(raw)
    #expect(read.status == "Optimal" && read.objective == 31.5 && read.point == [1.5, 10, 0, 2.5])
    #expect(read.openCount == 0 && read.unknownNames == [])
    // Only what is not 0, with its index behind it; LP files call one of them otherwise.
    let sparse = raw.replacing("# Columns 4", with: "# Columns -3").replacing("two_words 0\n", with: "")
      .replacing("inflow 2.5", with: "_inflow 2.5 3")
    #expect(try self.read(sparse).point == [1.5, 10, 0, 2.5])
    #expect(refusal("Model status\nInfeasible\n\n# Primal solution values\nNone\n") == "holds no point")
  }

  @Test func highsTable() throws {
    let table = """
      Columns
          Index Status        Lower        Upper       Primal         Dual  Type        Name
              0     BS            0           10          1.5            0  Continuous  x
              1     UB            0           10           10            2  Continuous  y
              2                   0          inf            0               Integer     two_words
              3     LB         -inf           10         -2.5            1  Continuous  inflow
      Rows
          Index Status        Lower        Upper       Primal         Dual  Name
              0     BS         -inf            4            3            0  x

      Model status: Optimal

      Objective value: 11.5
      """
    let read = try read(table)
    #expect(read.point == [1.5, 10, 0, -2.5] && read.status == "Optimal" && read.objective == 11.5)
  }

  /// As HiGHS wrote it before it knew names: value, dual, status of each column, then of each row.
  @Test func highsByOrder() throws {
    let old = """
      4 1 : Number of columns and rows for primal or dual solution or basis
      T Primal solution
      T Dual solution
      T Basis
      Columns
      1.5 0 1
      10 -2 2
      0 0 0
      -2.5 0 1
      Rows
      7 0 1
      """
    let read = try read(old)
    #expect(read.point == [1.5, 10, 0, -2.5])
    let fifth = refusal(old.replacing("Rows", with: "5 0 1\nRows"))
    #expect(fifth == "line 10: expected values of 4 variables, got one of number 5")
  }

  @Test func glpk() throws {
    let table = """
      Problem:    shop
      Rows:       1
      Columns:    4 (1 integer, 0 binary)
      Non-zeros:  4
      Status:     INTEGER OPTIMAL
      Objective:  cost = 11.5 (MAXimum)

         No.   Row name        Activity     Lower bound   Upper bound
      ------ ------------    ------------- ------------- -------------
           1 x                           7                           9

         No. Column name       Activity     Lower bound   Upper bound
      ------ ------------    ------------- ------------- -------------
           1 x                         1.5             0            10
           2 y            *             10             0            10
           3 two_words
                                         0             0            10
           4 inflow                   -2.5                          10

      Integer feasibility conditions:

      KKT.PE: max.abs.err = 0.00e+00 on row 0

      End of output
      """
    let written = try read(table)
    #expect(written.point == [1.5, 10, 0, -2.5] && written.status == "INTEGER OPTIMAL" && written.objective == 11.5)
    let linear = table.replacing("1 x                         1.5", with: "1 x            B            1.5").replacing(
      "y            *             10             0            10", with: "y            NU            10     0   10   2")
    #expect(try read(linear).point == [1.5, 10, 0, -2.5])
    let lines = """
      c Problem:    shop
      c Status:     OPTIMAL
      c Objective:  11.5 (MAXimum)
      c
      s bas 1 4 f f 11.5
      i 1 b 7 0
      j 1 b 1.5 0
      j 2 u 10 -2
      j 3 l 0 0
      j 4 b -2.5 0
      e o f
      """
    let numbered = try read(lines)
    #expect(numbered.point == [1.5, 10, 0, -2.5] && numbered.status == "OPTIMAL" && numbered.objective == 11.5)
    let fifth = refusal(lines.replacing("j 4", with: "j 5"))
    #expect(fifth == "line 10: expected values of 4 variables, got one of number 5")
  }

  @Test func scipAndMIPLIB() throws {
    let scip = """
      solution status: optimal solution found
      objective value:                                 21.5
      x                                                 1.5 	(obj:1)
      y                                                  10 	(obj:2)
      """
    #expect(try read(scip).point == [1.5, 10, 0, 0])
    #expect(try read(scip).status == "optimal solution found")
    let miplib = try read("=obj= 21.5\r\nx 1.5\r\ny 10\r\nslack 4\r\n")
    #expect(miplib.point == [1.5, 10, 0, 0] && miplib.objective == 21.5 && miplib.unknownNames == ["slack"])
    #expect(try read("objective value: 0\n").point == [0, 0, 0, 0])
  }

  @Test func gurobi() throws {
    let solution = try read(
      "# Solution for model shop\n# Objective value = 21.5\nx 1.5\ny 10\ntwo_words 0\ninflow -0\n")
    #expect(solution.point == [1.5, 10, 0, 0] && solution.objective == 21.5 && solution.status == nil)
    // A start leaves open what it does not name.
    let start = try read("# MIP start\ny 10\n")
    #expect(start.openCount == 3 && start.point[1] == 10 && start.point[0].isNaN)
  }

  @Test func whatIsNoSolution() {
    for (text, message) in [
      ("x one\n", "line 1: expected a finite number, got one"),
      ("x 1\nx 2\n", "line 2: expected one value of x, got another"),
      ("x 1\ny\n", "line 2: expected a variable's name and a number, got y"),
      ("y inf\n", "line 1: expected a finite number, got inf"),
      ("a 1\nb 2\n", "expected names of the model's variables, got a and no other that it has"), ("", "holds no point"),
      ("<?xml version = \"1.0\"?>\n", "line 1: expected a finite number, got version"),
      ("Columns\n 1 2 3\n", "line 2: expected a variable's name and a number, got 1 2 3"),
    ] {
      #expect(refusal(text) == message)
    }
  }

  /// Written in every style and read again; and HiGHS itself reads what is written for it.
  @Test(arguments: SolutionStyle.allCases) func written(_ style: SolutionStyle) throws {
    try withTemporaryDirectory { folder in
      for seed in 1...30 as ClosedRange<UInt64> {
        var random = RandomSource(seed: seed)
        let model = try Instances.random(&random)
        let solution = try GLPKSolver().solve(model)
        let path = folder + "/point.sol" + (seed % 2 == 0 ? ".gz" : "")
        guard let values = solution.values else {
          if style == .highs {
            try SolutionFile.write(solution, to: path, style: style)
          } else {
            #expect(throws: Misuse.self) { try SolutionFile.write(solution, to: path, style: style) }
          }
          continue
        }
        try SolutionFile.write(solution, to: path, style: style)
        let read = try SolutionFile.read(path, for: model)
        #expect(read.point == values && read.objective == solution.objective, "seed \(seed)")
      }
    }
  }

  @Test func styleByName() throws {
    let model = try model()
    let solution = try GLPKSolver().solve(model)
    try withTemporaryDirectory { folder in
      try SolutionFile.write(solution, to: folder + "/start.MST")
      let text = String(decoding: try FileAccess.read(folder + "/start.MST"), as: UTF8.self)
      #expect(text == "# Solution for model shop\n# Objective value = 100\nx 10\ny 10\ntwo_words 10\ninflow 10\n")
    }
  }
}
