import Essentials
import TestSupport
import Testing

@Suite("The experiments on optima of networks")
struct OptimumTests {
  private static func run(_ name: String, _ folder: String, _ arguments: [String]) throws -> CommandLineRun {
    try .vnnlua(["Scripts/experiments/\(name).lua", "--out", folder] + arguments)
  }

  private static func rows(_ folder: String) throws -> [JSON] {
    let path = "\(folder)/results-1-of-1.jsonl"
    let lines = try FileAccess.read(path).split(separator: UInt8(ascii: "\n"))
    return try lines.map { try JSON(parsing: Array($0), path: path) }
  }

  private static func numbers(_ list: JSON?) -> [Double] { (list?.array ?? []).compactMap(\.double) }

  private static func report(_ folder: String) throws -> String {
    String(decoding: try FileAccess.read("\(folder)/report/report.md"), as: UTF8.self)
  }

  @Test("maximise: every method keeps its best value, its input and how it came there, and the report has an answer")
  func maximise() throws {
    try withTemporaryDirectory { folder in
      let slice = ["--time-limit", "0.4", "--jobs", "2", "--only", "seed=50", "--only", "width=20,100"]
      let chosen = slice + ["--only", "layers=2,3", "--only", "inputs=10,100"]
      let few = try Self.run("maximise", folder, chosen + ["--only", "problem=chain"])
      #expect(few.status == 0, "\(few.errors)")
      #expect(try Self.rows(folder).count == 4)
      let all = try Self.run("maximise", folder, chosen + ["--resume"])
      #expect(all.status == 0 && all.output.contains("surrogate 0.8 "), "\(all.errors)")
      let rows = try Self.rows(folder)
      #expect(rows.count == 18 && Set(rows.compactMap { $0["problem"]?.string }).count == 4)
      for row in rows {
        let times = Self.numbers(row["trace_s"])
        let values = Self.numbers(row["trace_value"])
        #expect(times.count == values.count && times == times.sorted() && values == values.sorted())
        #expect(row["value"]?.double == nil ? values.isEmpty : row["input"]?.array?.isEmpty == false)
        if let value = row["value"]?.double, let last = values.last {
          #expect(abs(value - last) <= 1e-5 * max(1, abs(value)), "\(row)")
        }
        if row["method"]?.string == "gradients", row["problem"]?.string == "box" {
          #expect(try #require(row["value"]?.double) > 0.05, "a forward pass of the middle gives less")
        }
      }
      let text = try Self.report(folder)
      #expect(text.contains("| budget 10-2x20 | surrogate 0.8 |"))
      #expect(text.contains("chain 10-2x20: surrogate 0.8 ") && text.contains(" gradients (better on "))
    }
  }

  @Test("tighten: bounds, binaries, root bound and time of every network, dense and pruned in both structures")
  func tighten() throws {
    try withTemporaryDirectory { folder in
      let setting = ["--about", "peaks,digits", "--seeds", "1", "--rates", "0.5", "--time-limit", "1", "--jobs", "2"]
      let run = try Self.run("tighten", folder, setting)
      #expect(run.status == 0, "\(run.errors)")
      let rows = try Self.rows(folder)
      #expect(rows.count == 12)
      for row in rows {
        let objective = try #require(row["objective"]?.double)
        #expect(try #require(row["root"]?.double) >= objective - 1e-6 * max(1, abs(objective)))
        #expect(row["binaries"] == row["unstable"])
        let neurons = try #require(row["neurons"]?.int)
        #expect(neurons <= (row["about"]?.string == "peaks" ? 40 : 64))
        if row["structure"]?.string == "structured" { #expect(neurons <= 32) }
        #expect(try #require(row["quality"]?.double) > 0.6, "\(row)")
      }
      let text = try Self.report(folder)
      #expect(text.contains("| digits deep 4x16 | neurons | 0.5 |") && text.contains("keeps the quality within 0.02"))
      let wrong = try Self.run("tighten", "\(folder)/other", ["--about", "hills"])
      #expect(wrong.status == 2 && wrong.errors.contains("--about: expected peaks, digits, mnist or fashion, got h"))
    }
  }
}
