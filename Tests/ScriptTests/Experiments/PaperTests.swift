import Essentials
import FoundationEssentials
import TestSupport
import Testing

@Suite("The paper's experiment", .enabled(if: Component.data.isWanted, "\(Component.data.reason)"))
struct PaperTests {
  /// Runs a slice of four to eight cases: one network for each of two seeds, two rates.
  private static func paper(
    _ folder: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> CommandLineRun {
    let slice = ["dataset=mnist", "sides=18", "layers=2", "width=32", "method=magnitude", "structure=unstructured"]
    return try .vnnlua(
      ["Scripts/experiments/paper.lua", "--out", folder] + slice.flatMap { ["--only", $0] } + arguments,
      environment: environment.merging(["VNNLUA_DATA": try Component.data.path()]) { own, _ in own })
  }

  private static func rows(_ folder: String) throws -> [JSON] {
    let path = "\(folder)/results-1-of-1.jsonl"
    let text = String(decoding: try FileAccess.read(path), as: UTF8.self)
    return try text.split(separator: "\n").map { try JSON(parsing: Array($0.utf8), path: path) }
  }

  @Test("has 6,560 cases, each dimension of which can be chosen, and the dense runs come along")
  func cases() throws {
    try withTemporaryDirectory { folder in
      try FileAccess.makeDirectory("\(folder)/empty")
      func total(_ filters: [String]) throws -> Int? {
        let command = ["Scripts/experiments/paper.lua", "--status", "--out", "\(folder)/empty"]
        let run = try CommandLineRun.vnnlua(command + filters.flatMap { ["--only", $0] })
        #expect(run.status == 0, "\(run.errors)")
        return run.output.split(separator: " ").drop { $0 != "of" }.dropFirst().first.flatMap { Int($0) }
      }
      #expect(try total([]) == 6560)
      #expect(try total(["rate=0.9"]) == 160 * 9)
      #expect(try total(["seeds=0,10", "method=magnitude", "finetuned=false"]) == 32 * (1 + 10))
      #expect(try total(["network=dense", "dataset=fashion", "side=28", "layers=4", "width=64"]) == 10)
      #expect(try total(["dataset=mnist", "structure=structured", "rates=0.3,0.5", "seed=90"]) == 8 * (1 + 8))
    }
  }

  @Test("strict: rows say everything, and verdicts are about the dense network")
  func strict() throws {
    try withTemporaryDirectory { folder in
      let run = try Self.paper(folder, ["--only", "seed=0,30", "--only", "rate=0.9", "--only", "finetuned=false"])
      #expect(run.status == 0, "\(run.errors)")
      let rows = try Self.rows(folder)
      #expect(rows.count == 4)
      for row in rows {
        #expect(row["classes_of"]?.string == "dense" && row["start_counts"] == .boolean(false))
        #expect(try #require(row["dense_accuracy"]?.double) > 0.9)
        #expect(row["bounds"]?.string == "backward" && row["over"]?.string == "region")
        #expect(row["candidates"]?.string == "relaxations")
        for clock in ["train", "prune", "attack", "tighten", "build", "solve"] {
          #expect(row["\(clock)_s"]?.double != nil && row["\(clock)_processor_s"]?.double != nil, "\(clock)")
        }
        let isPruned = row["network"]?.string == "pruned"
        #expect((row["embedded_sparsity"]?.double ?? 0 > 0.85) == isPruned)
        if isPruned { #expect(row["verdict"]?.string != "robust") }
        let isFound = row["verdict"]?.string == "adversarial"
        #expect(isFound == (row["seed"]?.int == 30), "the image of seed 0 is safe, that of seed 30 is not")
        #expect((row["first_hit_s"] != nil) == isFound && (row["witness"] != nil) == isFound)
        if isFound { #expect(try #require(row["witness_margin"]?.double) > 0 && row["status"]?.string == "stopped") }
      }
    }
  }

  @Test("published: goes on after the hit, with the pruned network's classes, and trains to rewound weights")
  func published() throws {
    try withTemporaryDirectory { folder in
      let run = try Self.paper(
        folder, ["--protocol", "published", "--time-limit", "0.5", "--only", "seed=0", "--only", "rate=0.95"])
      #expect(run.status == 0, "\(run.errors)")
      let rows = try Self.rows(folder)
      #expect(rows.count == 3)
      for row in rows {
        #expect(row["classes_of"]?.string == row["network"]?.string && row["over"]?.string == "box")
        #expect(["limit", "optimal"].contains(row["status"]?.string), "it never stops at a hit")
        #expect(row["class"]?.int == row["embedded_class"]?.int && row["target"]?.int == row["embedded_target"]?.int)
        #expect(row["start_counts"] == row["dense_prefers_embedded_target"])
      }
      let finetuned = try #require(rows.first { $0["finetuned"] == .boolean(true) })
      #expect(try #require(finetuned["prune_s"]?.double) > 0.1)
    }
  }

  @Test(
    "the report is one page on which a browser shows every table and figure, and asks for nothing else",
    .enabled(if: Component.browser.isWanted, "\(Component.browser.reason)"))
  func report() throws {
    try withTemporaryDirectory { folder in
      let slice = ["--only", "seed=0,30", "--only", "rate=0.5,0.9", "--only", "finetuned=false"]
      let run = try Self.paper(folder, slice)
      #expect(run.status == 0 && run.output.contains("Table 1."), "\(run.errors)")
      let page = String(decoding: try FileAccess.read("\(folder)/report/index.html"), as: UTF8.self)
      let probed = "\(folder)/probed.html"
      try FileAccess.write(page.replacing("</body>", with: Self.probe + "</body>"), to: probed)
      let browser = try CommandLineRun(
        try Component.browser.path(),
        [
          "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder)/profile", "--window-size=1100,4000",
          "--virtual-time-budget=5000", "--screenshot=\(folder)/page.png", "--dump-dom", "file://\(probed)",
        ])
      let title = try #require(browser.output.firstMatch(of: /<title>(.*?)<\/title>/), "\(browser.errors)").1
      let seen = try JSON(parsing: Array(title.utf8), path: "title")
      #expect(seen["requests"]?.int == 0)
      #expect(try #require(seen["tables"]?.int) >= 8 && seen["hiddenTables"]?.int == 0)
      #expect(seen["figures"]?.int == 3 && seen["hiddenFigures"]?.int == 0)
      #expect(seen["brokenImages"]?.int == 0)
      #expect(try #require(seen["marks"]?.int) >= 6, "points and borders are drawn")
      // An empty page of this size takes a fifth of that.
      #expect(try FileAccess.read("\(folder)/page.png").count > 80_000)

      let table = String(decoding: try FileAccess.read("\(folder)/report/rows.csv"), as: UTF8.self)
      #expect(table.split(separator: "\n").count == 7 && table.hasPrefix("id,protocol,solver,time_limit,"))

      // Without gnuplot everything else is there, and no figure of the report before.
      try FileManager.default.removeItem(atPath: "\(folder)/report/rows.csv")
      #expect(FileAccess.exists("\(folder)/report/figure1.svg"))
      let bare = try Self.paper(folder, slice + ["--report"], environment: ["PATH": "\(folder)/nothing"])
      #expect(bare.status == 0 && bare.errors.contains("no figures: gnuplot is not installed"), "\(bare.errors)")
      #expect(try FileAccess.read("\(folder)/report/rows.csv") == Array(table.utf8))
      let plain = String(decoding: try FileAccess.read("\(folder)/report/index.html"), as: UTF8.self)
      #expect(plain.contains("Table 1.") && !plain.contains("<svg"))
      #expect(!FileAccess.exists("\(folder)/report/figure1.svg"))
    }
  }

  /// Writes into the page's title what the browser made of it.
  private static let probe = """
    <script>addEventListener('load', () => {
      const all = name => [...document.querySelectorAll(name)]
      const area = e => { const b = e.getBoundingClientRect(); return b.width * b.height }
      document.title = JSON.stringify({
        requests: performance.getEntriesByType('resource').filter(e => !e.name.startsWith('data:')).length,
        tables: all('table').length,
        hiddenTables: all('table').filter(t => t.rows.length < 2 || area(t) < 2000).length,
        figures: all('figure').length,
        hiddenFigures: all('figure svg, figure img').filter(f => area(f) < 20000).length,
        brokenImages: all('img').filter(i => i.naturalWidth == 0).length,
        marks: all('svg use').filter(u => area(u) > 0).length,
      })
    })</script>
    """
}
