import Essentials
import Solvers
import TestSupport
import Testing

@Suite("Examples of models that are not about networks")
struct ModellingExamplesTests {
  private func run(_ name: String, _ arguments: [String] = []) throws -> [String] {
    let run = try CommandLineRun.vnnlua(["Scripts/experiments/\(name).lua"] + arguments)
    #expect(run.status == 0, "\(run.errors)")
    return run.output.split(separator: "\n").map(String.init)
  }

  // Other tests add solvers of their own.
  private static var solvers: [String] {
    SolverRegistry.reports.filter { $0.reason == nil }.map(\.name).filter { ["glpk", "highs"].contains($0) }
  }

  @Test("knapsack: every solver finds the same value")
  func knapsack() throws {
    for seed in 1...3 {
      var values: Set<String> = []
      for solver in Self.solvers {
        let lines = try run("knapsack", ["--solver", solver, "--seed", "\(seed)"])
        let result = try #require(lines.first { $0.hasPrefix("optimal: value ") })
        values.insert(String(result.split(separator: ",")[0]))
      }
      #expect(values.count == 1, "seed \(seed): \(values)")
    }
  }

  @Test("travelling salesman: one tour through all places, with rows added on demand")
  func travellingSalesman() throws {
    var rows = 0
    for seed in 1...4 {
      let lines = try run("travelling-salesman", ["--places", "14", "--seed", "\(seed)"])
      let result = try #require(lines.first { $0.hasPrefix("optimal: length ") })
      rows += result.split(separator: " ").compactMap { Int($0) }.first ?? 0
      let tour = try #require(lines.last).split(separator: " ").compactMap { Int($0) }
      #expect(tour.sorted() == Array(1...14), "seed \(seed): \(tour)")
    }
    #expect(rows > 0, "some tours should have needed subtour rows")
  }

  @Test("facility location: the heuristic changes the way, not the answer")
  func facilityLocation() throws {
    var answers: Set<String> = []
    for arguments in [[], ["--no-heuristic"]] + Self.solvers.map({ ["--solver", $0] }) {
      let lines = try run("facility-location", arguments)
      let result = try #require(lines.first { $0.hasPrefix("optimal: cost ") })
      answers.insert(String(result.split(separator: ",")[0]) + (lines.last ?? ""))
      if arguments.isEmpty { #expect(!result.contains(" 0 submitted"), "\(result)") }
    }
    #expect(answers.count == 1, "\(answers)")
  }
}
