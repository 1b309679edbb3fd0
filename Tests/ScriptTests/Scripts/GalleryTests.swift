import Essentials
import FoundationEssentials
import TestSupport
import Testing

@Suite("Every problem of the gallery has the optimum that is found without a model")
struct GalleryTests {
  private static let folder = packageDirectory + "/Scripts/gallery"

  static let problems = [
    "action", "car", "constrained", "counterfactual", "diet", "equivalence", "forest", "peaks", "prices", "scholarship",
    "sigmoid", "trees", "trust", "water", "wine", "workload",
  ]

  @Test("solves", arguments: problems)
  func solves(_ name: String) throws {
    let run = try CommandLineRun.vnnlua(["\(Self.folder)/\(name).lua", "--time-limit", "120"])
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.output)\(run.errors)")
    let lines = run.output.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("glpk   optimal ") } && lines.contains { $0.hasPrefix("check  ") })
    #expect(lines.last?.hasPrefix("same by ") == true, "\(run.output)")
  }

  @Test("fails where the search and the solver disagree, or there is nothing to compare")
  func fails() throws {
    try withTemporaryDirectory { folder in
      // Integers from 0 to 3: what is said to be the greatest, how much it may be missed by, and what is wrong.
      for (value, tolerance, complaint) in [
        ("3", "nil", nil), ("2.5", "0.5", nil), ("2.5", "0.4", "glpk: 0.5 better than can be"),
        ("3.1", "9", "glpk: 0.1 worse than what was found without it"),
        ("-math.huge", "nil", "glpk: nothing was found without it"),
      ] as [(String, String, String?)] {
        let script = """
          package.path = "\(Self.folder)/?.lua;" .. package.path
          return require("shared.gallery").script {
            name = "tried", description = "Is tried.",
            prepare = function() return {} end,
            build = function()
              local model = require("vnn.milp").model()
              model:maximize(model:variable { kind = "integer", upper = 3 })
              return model
            end,
            check = function() return { value = \(value), tolerance = \(tolerance), how = "by hand" } end,
          }
          """
        try FileAccess.write(script, to: "\(folder)/tried.lua")
        let run = try CommandLineRun.vnnlua(["\(folder)/tried.lua", "--solver", "glpk"])
        #expect(run.status == (complaint == nil ? 0 : 1), "\(value): \(run.output)\(run.errors)")
        #expect(complaint.map(run.errors.contains) ?? run.errors.isEmpty, "\(run.errors)")
      }
    }
  }

  @Test("every problem is tested, and begins by saying what it is")
  func complete() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter { $0.hasSuffix(".lua") }
    #expect(Set(files) == Set(Self.problems.map { $0 + ".lua" }))
    for file in files { #expect(try FileAccess.read("\(Self.folder)/\(file)").starts(with: "--- ".utf8), "\(file)") }
  }
}
