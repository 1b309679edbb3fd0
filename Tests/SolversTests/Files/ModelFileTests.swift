import CGLPK
import Essentials
import MILP
import Solvers
import TestSupport
import Testing

@Suite struct ModelFileTests {
  private func columnNames(_ model: Model) -> [String] { (0..<model.columnCount).map(model.columnName) }

  private func rowNames(_ model: Model) -> [String] { (0..<model.rowCount).map(model.rowName) }

  /// Written, read back, and solved by every solver: the same optimum, and in MPS the same model.
  @Test(arguments: ["mps", "lp"]) func roundTrips(_ ending: String) throws {
    try withTemporaryDirectory { folder in
      for seed in 1...60 as ClosedRange<UInt64> {
        var random = RandomSource(seed: seed)
        let model = try Instances.random(&random)
        try model.addVariable(name: "free end", kind: .integer, lower: -.infinity)
        try model.constrain(LinearExpression(model.variables[model.columnCount - 1]), from: -1, to: 3, name: "free end")
        let path = "\(folder)/\(seed).\(ending)"
        try ModelFile.write(model, to: path)
        let read = try ModelFile.read(path)
        #expect(read.violatedInvariants == [], "seed \(seed)")
        let original = try GLPKSolver().solve(model)
        for solver in conformingSolvers {
          let solution = try solver.solve(read)
          #expect(solution.status == original.status, "seed \(seed) \(solver)")
          #expect(agree(solution.objective, original.objective), "seed \(seed) \(solver)")
          #expect(read.columnCount == model.columnCount, "seed \(seed)")
        }
        if ending == "mps" {
          #expect(read.objectiveSense == model.objectiveSense && read.rowUpper == model.rowUpper, "seed \(seed)")
          #expect(read.columnLower == model.columnLower && read.columnUpper == model.columnUpper, "seed \(seed)")
          // The one name with a blank is written without it.
          let written = [columnNames(model), rowNames(model)].map { $0.map { $0 == "free end" ? "free_end" : $0 } }
          #expect([columnNames(read), rowNames(read)] == written, "seed \(seed)")
          #expect(read.objectiveCoefficients == model.objectiveCoefficients, "seed \(seed)")
          #expect(read.objectiveConstant == model.objectiveConstant, "seed \(seed)")
        }
        // GLPK's own readers must come to the same optimum.
        let problem = glp_create_prob()
        defer { glp_delete_prob(problem) }
        glp_term_out(GLP_OFF)
        let status =
          ending == "mps" ? glp_read_mps(problem, GLP_MPS_FILE, nil, path) : glp_read_lp(problem, nil, path)
        #expect(status == 0, "seed \(seed)")
        guard status == 0, let best = original.objective else { continue }
        var parameters = glp_iocp()
        glp_init_iocp(&parameters)
        parameters.presolve = GLP_ON
        glp_intopt(problem, &parameters)
        let isNegated = ending == "mps" && model.objectiveSense == .maximize
        #expect(agree(glp_mip_obj_val(problem), isNegated ? -best : best), "seed \(seed) by GLPK's reader")
      }
    }
  }

  /// What the library writes HiGHS's reader understands, and what HiGHS writes ours does.
  @Test(arguments: ["mps", "lp"]) func otherReadersAgree(_ ending: String) throws {
    guard conformingSolvers.count > 1 else { return }
    try withTemporaryDirectory { folder in
      for seed in 1...40 as ClosedRange<UInt64> {
        var random = RandomSource(seed: seed)
        let model = try Instances.random(&random)
        let original = try GLPKSolver().solve(model)
        let (path, copy) = ("\(folder)/\(seed).\(ending)", "\(folder)/\(seed)-copy.\(ending)")
        try ModelFile.write(model, to: path)
        let isNegated = ending == "mps" && model.objectiveSense == .maximize
        let other = try HiGHSReader.solve(path, copy: copy)
        #expect(other.isOptimal == (original.status == .optimal), "seed \(seed)")
        let back = try GLPKSolver().solve(try ModelFile.read(copy))
        #expect(back.status == original.status, "seed \(seed) from HiGHS's writer")
        guard let best = original.objective else { continue }
        #expect(agree(other.objective, isNegated ? -best : best), "seed \(seed) by HiGHS's reader")
        #expect(agree(back.objective, isNegated ? -best : best), "seed \(seed) from HiGHS's writer")
      }
    }
  }

  @Test func mpsWithRangesAndSense() throws {
    let text = """
      * a comment
      NAME example
      OBJSENSE
          MAX
      ROWS
       N cost
       L lim1
       G lim2
       E eq
       N other
      COLUMNS
       x cost 1 lim1 1
       x lim2 1
       MARKER 'MARKER' 'INTORG'
       y cost 2 lim1 1
       y eq -1 other 4
       MARKER 'MARKER' 'INTEND'
       z cost -1 eq 1
      RHS
       RHS cost -3 lim1 4
       lim2 1 eq 7
      RANGES
       RNG lim1 2.5 lim2 3
       RNG eq -2
      BOUNDS
       UP BND x 4
       LI BND y -1
       UP BND y 1.5
       MI BND z
      ENDATA
      """
    try withTemporaryDirectory { folder in
      let path = folder + "/example.mps"
      try FileAccess.write(text, to: path)
      let model = try ModelFile.read(path)
      #expect(model.name == "example" && model.objectiveSense == .maximize && model.objectiveConstant == 3)
      #expect(model.objectiveCoefficients == [1, 2, -1])
      #expect(model.kinds == [.continuous, .integer, .continuous])
      #expect(model.columnLower == [0, -1, -.infinity] && model.columnUpper == [4, 1, .infinity])
      #expect(model.rowLower == [1.5, 1, 5, -.infinity] && model.rowUpper == [4, 4, 7, .infinity])

      // Cut anywhere, the file is refused, and nothing crashes.
      let bytes = Array(text.utf8)
      for count in stride(from: 0, to: bytes.count - 6, by: 7) {
        try FileAccess.write(bytes[..<count], to: path)
        #expect(throws: OutsideFailure.self, "cut after \(count)") { try ModelFile.read(path) }
      }
    }
  }

  @Test func lpWithEverything() throws {
    let text = """
      \\ a comment
      Maximize
       profit: 3 x + 2.5e0 y - z + 4
      Subject To
       c1: x + y + z <= 10 \\ another
       - 2 <= x - 2 y <= 6
       c3: z >= -5
      Bounds
       -inf <= z <= 8
       x <= 4
       1 <= y <= 7.5
      General
       y
      End
      """
    try withTemporaryDirectory { folder in
      let path = folder + "/example.lp"
      try FileAccess.write(text, to: path)
      let model = try ModelFile.read(path)
      #expect(model.objectiveConstant == 4 && model.objectiveCoefficients == [3, 2.5, -1])
      #expect(model.rowLower == [-.infinity, -2, -5] && model.rowUpper == [10, 6, .infinity])
      #expect(model.columnLower == [0, 1, -.infinity] && model.columnUpper == [4, 7, 8])
      #expect(model.kinds == [.continuous, .integer, .continuous])
      #expect(rowNames(model) == ["c1", "r2", "c3"])
      for wrong in ["", "Minimize\n x\n", "Minimize\n x ^ 2\nEnd", "Minimize\n x\nSubject To\n x 3\nEnd", "Garbage"] {
        try FileAccess.write(wrong, to: path)
        #expect(throws: OutsideFailure.self, "\(wrong)") { try ModelFile.read(path) }
      }
    }
  }

  /// Files want names that differ and have no blanks; what is unique and has none stays as it was given.
  @Test(arguments: ["mps", "lp"]) func namesInFilesAreUnique(_ ending: String) throws {
    let model = Model()
    let a = try model.addVariable(name: "x2")
    try model.addVariable()
    try model.addVariables(3, prefix: "x")
    try model.addVariable(name: "two words")
    try model.addVariable(name: "")
    for upper in [1.0, 2] { try model.constrain(LinearExpression(a), .lessOrEqual, upper, name: "row") }
    // A column that no row and no objective has is not written to LP files.
    try model.setObjective(coefficients: [Double](repeating: 1, count: 7), .minimize)
    try withTemporaryDirectory { folder in
      let path = "\(folder)/names.\(ending)"
      try ModelFile.write(model, to: path)
      let read = try ModelFile.read(path)
      let names = columnNames(read)
      #expect(Set(names).count == 7 && names[0] == "x2", "\(names)")
      #expect(names.allSatisfy { !$0.isEmpty && !$0.contains(" ") }, "\(names)")
      #expect(rowNames(read) == ["row", "row_2"])
    }
  }
}
