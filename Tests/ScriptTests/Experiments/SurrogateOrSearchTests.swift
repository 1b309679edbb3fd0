import Essentials
import TestSupport
import Testing

@Suite("Surrogate or search: Algorithm 1 taken apart", .serialized)
struct SurrogateOrSearchTests {
  private static func run(_ folder: String, _ arguments: [String] = []) throws -> CommandLineRun {
    try .vnnlua(
      [
        "Scripts/experiments/surrogate-or-search.lua", "--out", folder, "--datasets", "digits", "--images", "1",
        "--time-limit", "0.5",
      ] + arguments)
  }

  @Test("every condition is solved once, on synthetic digits, and reported")
  func everyCondition() throws {
    try withTemporaryDirectory { folder in
      let run = try Self.run(folder, ["--architectures", "2x16", "--jobs", "2"])
      #expect(run.status == 0 && run.errors.contains("37 of 37 done, 0 failed"), "\(run.errors)")
      let report = String(decoding: try FileAccess.read("\(folder)/report/report.md"), as: UTF8.self)
      for text in [
        "| strict | dense | 1 |", "| published, other norm | magnitude 0.9 | 1 |", "| few pixels | refined | 1 |",
        "Somers' D",
      ] {
        #expect(report.contains(text), "\(report)")
      }
      let rows = String(decoding: try FileAccess.read("\(folder)/report/rows.csv"), as: UTF8.self)
      #expect(rows.split(separator: "\n").count == 38)
    }
  }

  @Test("a solver without relaxations, a shape and a data set that there are not: one line each")
  func misuse() throws {
    try withTemporaryDirectory { folder in
      let solver = try Self.run(folder, ["--solver", "highs"])
      #expect(solver.status == 2 && solver.errors.contains("does not show the relaxations"), "\(solver.errors)")
      let shape = try Self.run(folder, ["--architectures", "2y"])
      #expect(shape.status == 2 && shape.errors.contains("such as 2x32 or 64-32, got '2y'"), "\(shape.errors)")
      let data = try Self.run(folder, ["--datasets", "mnst"])
      #expect(data.status == 2 && data.errors.contains("got 'mnst'"), "\(data.errors)")
    }
  }
}
