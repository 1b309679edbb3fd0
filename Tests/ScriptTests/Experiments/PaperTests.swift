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

  @Test("has 6,560 cases and each dense one again, every dimension can be chosen, and the dense runs come along")
  func cases() throws {
    try withTemporaryDirectory { folder in
      try FileAccess.makeDirectory("\(folder)/empty")
      // What a sweep has there that was ended before its first row.
      try FileAccess.write("", to: "\(folder)/empty/results-1-of-1.jsonl")
      func total(_ filters: [String], _ arguments: [String] = []) throws -> Int? {
        let command = ["Scripts/experiments/paper.lua", "--status", "--out", "\(folder)/empty"] + arguments
        let run = try CommandLineRun.vnnlua(command + filters.flatMap { ["--only", $0] })
        #expect(run.status == 0, "\(run.errors)")
        return run.output.split(separator: " ").drop { $0 != "of" }.dropFirst().first.flatMap { Int($0) }
      }
      #expect(try total([]) == 6560 + 160)
      #expect(try total([], ["--repeat", "3"]) == 3 * 6560)
      #expect(try total([], ["--finetuning", "none"]) == 160 * (2 + 20))
      #expect(try total(["rate=0.9"]) == 160 * (2 + 8))
      #expect(try total(["seeds=0,10", "method=magnitude", "finetuned=false"]) == 32 * (2 + 10))
      #expect(try total(["network=dense", "dataset=fashion", "side=28", "layers=4", "width=64"]) == 20)
      #expect(try total(["dataset=mnist", "structure=structured", "rates=0.3,0.5", "seed=90"]) == 8 * (2 + 8))
    }
  }

  @Test("strict: rows say everything, and verdicts are about the dense network")
  func strict() throws {
    try withTemporaryDirectory { folder in
      let run = try Self.paper(folder, ["--only", "seed=0,30", "--only", "rate=0.9", "--only", "finetuned=false"])
      #expect(run.status == 0, "\(run.errors)")
      let rows = try Self.rows(folder)
      #expect(rows.count == 6)
      for row in rows {
        #expect(row["classes"]?.string == "dense" && row["norm"]?.string == "l1")
        #expect(row["x0_counts"] == .boolean(false) && row["same_pair"] == .boolean(true))
        #expect(row["limit_in"]?.string == "processor")
        #expect((row["verdict"]?.string != "unknown") == (row["decided"] == .boolean(true)))
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
        #expect((row["first_hit_iterations"] != nil) == isFound && (row["first_hit_nodes"] != nil) == isFound)
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
      #expect(rows.count == 4)
      for row in rows {
        #expect(row["classes"]?.string == "embedded" && row["over"]?.string == "box")
        #expect(row["network"]?.string == "dense" || row["pruned_layers"]?.string == "all")
        #expect(["limit", "optimal"].contains(row["status"]?.string), "it never stops at a hit")
        #expect(row["class"]?.int == row["embedded_class"]?.int && row["target"]?.int == row["embedded_target"]?.int)
        #expect(row["x0_counts"] == row["dense_prefers_embedded_target"])
        // The problem's classes are the embedded network's.
        #expect(row["class_changed"] == .boolean(false) || row["same_pair"] == .boolean(false))
      }
      let plain = try #require(rows.first { $0["finetuned"] == .boolean(false) })
      #expect(plain["rounds"]?.int == 5 && plain["finetuning"]?.string == "none")
      let finetuned = try #require(rows.first { $0["finetuned"] == .boolean(true) })
      #expect(finetuned["finetuning"]?.string == "rewind")
      #expect(try #require(finetuned["prune_s"]?.double) > 0.1)
    }
  }

  @Test("one factor at a time: each option is a parameter of the cases, and changes what it says and nothing else")
  func factors() throws {
    try withTemporaryDirectory { folder in
      var settings: [String: JSON] = [:]
      let names = [
        "classes", "norm", "over", "bounds", "candidates", "rounds", "pruned_layers", "finetuning", "protocol",
      ]
      let slice = ["--time-limit", "0.3", "--only", "seed=30", "--only", "rate=0.9", "--only", "finetuned=false"]
      for (name, value) in [
        ("", ""), ("classes", "embedded"), ("norm", "l1_row_max"), ("over", "box"), ("bounds", "interval"),
        ("candidates", "incumbents"), ("rounds", "5"), ("pruned_layers", "all"),
      ] {
        let option = name.isEmpty ? [] : ["--" + name.replacing("_", with: "-"), value]
        let run = try Self.paper("\(folder)/\(name)", slice + option)
        #expect(run.status == 0, "\(run.errors)")
        let pruned = try #require(try Self.rows("\(folder)/\(name)").first { $0["network"]?.string == "pruned" })
        if name.isEmpty { for name in names { settings[name] = pruned[name] } }
        for other in names where other != name { #expect(pruned[other] == settings[other], "\(other) with \(name)") }
        if !name.isEmpty { #expect(pruned[name] != settings[name], "\(name)") }
      }
    }
  }

  @Test(
    "60 solves, recomputed from their rows in NumPy and SciPy: every number of the report; what is changed is noticed",
    .enabled(if: Component.python.isWanted, "\(Component.python.reason)"))
  func recomputed() throws {
    try withTemporaryDirectory { folder in
      // A copy of the experiment, so that one of its modules can be changed.
      let copy = "\(folder)/Scripts/experiments"
      try FileAccess.makeDirectory(copy)
      for name in ["paper", "paper.lua", "shared"] {
        try FileManager.default.copyItem(
          atPath: "\(packageDirectory)/Scripts/experiments/\(name)", toPath: "\(copy)/\(name)")
      }
      func paper(_ arguments: String...) throws -> CommandLineRun {
        try .vnnlua(
          ["\(copy)/paper.lua", "--out", "\(folder)/out"] + arguments,
          environment: ["VNNLUA_DATA": try Component.data.path()])
      }
      let slice = ["dataset=mnist", "side=18", "layers=2", "width=32", "method=magnitude", "structure=unstructured"]
      // An odd limit: the squares of runs without a hit lie exactly on the border.
      let run = try CommandLineRun.vnnlua(
        ["\(copy)/paper.lua", "--out", "\(folder)/out", "--jobs", "2", "--time-limit", "0.7331"]
          + (slice + ["finetuned=false", "rate=0.5,0.8,0.9,0.95"]).flatMap { ["--only", $0] },
        environment: ["VNNLUA_DATA": try Component.data.path()])
      #expect(run.status == 0, "\(run.errors)")
      #expect(try Self.rows("\(folder)/out").count == 60)
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/Stdlib", withDestinationPath: "\(packageDirectory)/Stdlib")
      let script = "\(packageDirectory)/Tests/ScriptTests/Experiments/recompute.py"
      let recomputed = try CommandLineRun(try Component.python.path(), [script, "\(folder)/out", folder])
      #expect(recomputed.status == 0, "\(recomputed.output)\(recomputed.errors)")
      let count = recomputed.output.firstMatch(of: /(\d+) numbers and facts, 0 differences/)?.1
      #expect(try #require(count.flatMap { Int($0) }) > 1200, "\(recomputed.output)")

      // A number that is another one in the report is found.
      let page = "\(folder)/out/report/report.md"
      let text = String(decoding: try FileAccess.read(page), as: UTF8.self)
      let cell = try #require(text.firstMatch(of: /\((\d) of 8; \d+–\d+\)/))
      try FileAccess.write(text.replacing(cell.0, with: "(7 of 8; 1–2)", maxReplacements: 1), to: page)
      let doubted = try CommandLineRun(try Component.python.path(), [script, "\(folder)/out", folder])
      #expect(doubted.status == 1 && doubted.output.contains("1 differences"), "\(doubted.output)")

      // A changed option, row, module.
      #expect(
        try paper("--report", "--time-limit", "0.5").errors.contains(
          "was begun with other options: --time-limit 0.7331"))
      #expect(
        try paper("--report", "--over", "box").errors.contains("was begun with other options: none in place of --over"))
      let path = "\(folder)/out/results-1-of-1.jsonl"
      let rows = String(decoding: try FileAccess.read(path), as: UTF8.self)
      try FileAccess.write(
        rows.replacing(/"points_tested":\d+/, with: "\"points_tested\":987654", maxReplacements: 1), to: path)
      let damaged = try paper("--report")
      #expect(damaged.status == 1 && damaged.errors.contains("1 of 60 rows are damaged"), "\(damaged.errors)")
      try FileAccess.write(rows, to: path)
      let tables = String(decoding: try FileAccess.read("\(copy)/paper/tables.lua"), as: UTF8.self)
      try FileAccess.write(tables + "-- No row depends on this.\n", to: "\(copy)/paper/tables.lua")
      #expect(try paper("--report").status == 0)
      let solve = String(decoding: try FileAccess.read("\(copy)/paper/solve.lua"), as: UTF8.self)
      try FileAccess.write(solve + "-- changed\n", to: "\(copy)/paper/solve.lua")
      let refused = try paper("--report")
      #expect(refused.status == 2 && refused.errors.contains("60 rows in"), "\(refused.errors)")
      #expect(refused.errors.contains("of other code (changed: paper.solve)"), "\(refused.errors)")
    }
  }

  @Test(
    "statistics are SciPy's", .enabled(if: Component.python.isWanted, "\(Component.python.reason)"))
  func statistics() throws {
    let run = try CommandLineRun(
      try Component.python.path(),
      ["\(packageDirectory)/Tests/ScriptTests/Experiments/peer_statistics.py", CommandLineRun.builtExecutable])
    #expect(run.status == 0 && run.output.contains("60 fixtures agree"), "\(run.output)\(run.errors)")
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
      #expect(seen["figures"]?.int == 4 && seen["hiddenFigures"]?.int == 0)
      #expect(seen["described"]?.int == 4, "what pictures show is said")
      #expect(seen["links"]?.int == 7 && seen["brokenLinks"]?.int == 0, "contents")
      #expect(try #require(seen["widest"]?.double) <= 1, "tables are as wide as a printed page")
      #expect(try #require(seen["rows40"]?.double) <= 1, "40 ways to prune are as high as a printed page")
      #expect(seen["brokenImages"]?.int == 0)
      #expect(try #require(seen["marks"]?.int) >= 6, "points and borders are drawn")
      // An empty page of this size takes a fifth of that.
      #expect(try FileAccess.read("\(folder)/page.png").count > 80_000)

      let table = String(decoding: try FileAccess.read("\(folder)/report/rows.csv"), as: UTF8.self)
      #expect(table.split(separator: "\n").count == 9 && table.hasPrefix("id,protocol,solver,time_limit,limit_in,"))

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
        described: all('figure svg').filter(s => s.getAttribute('aria-label').length > 20).length
          + all('figure img').filter(i => i.alt.length > 20).length,
        links: all('nav a').length,
        brokenLinks: all('nav a').filter(a => !document.getElementById(decodeURI(a.hash.slice(1)))).length,
        ...measurePrint(),
      })
    })
    // A4 without the margins of the page, and what is only for print.
    const measurePrint = () => {
      const rules = [...document.styleSheets].flatMap(s => [...s.cssRules])
      const own = rules.filter(r => r.media?.mediaText == 'print').flatMap(r => [...r.cssRules])
      const style = document.createElement('style')
      style.textContent = own.map(r => r.cssText).join('') + 'body{width:186mm}'
      document.head.append(style)
      const width = document.body.clientWidth, table = [...document.querySelectorAll('table')]
        .find(t => t.caption.textContent.startsWith('Table 3.')), body = table.tBodies[0]
      body.rows[0].cells[0].textContent = 'unstructured magnitude, finetuned'
      while (body.rows.length < 40) body.append(body.rows[0].cloneNode(true))
      return {
        widest: Math.max(...[...document.querySelectorAll('table')].map(t => t.offsetWidth)) / width,
        rows40: table.offsetHeight / width * 186 / 273,
      }
    }</script>
    """
}
