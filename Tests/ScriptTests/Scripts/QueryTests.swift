import Essentials
import FoundationEssentials
import TestSupport
import Testing

@Suite("vnnlua verify and supports")
struct QueryTests {
  /// A folder with two small networks of two inputs as ONNX, the second being the first one's pruned copy.
  static func withNetworks(_ body: (_ folder: String) throws -> Void) throws {
    try withTemporaryDirectory { folder in
      let making = """
        local nn, prune = require "vnn.nn", require "vnn.prune"
        local dense = nn.mlp({ 2, 6, 2 }, { seed = 3 })
        assert(dense:save("\(folder)/dense.onnx"))
        assert(prune.apply(dense, { rate = 0.5, warn = false }):save("\(folder)/sparse.onnx"))
        """
      let run = try CommandLineRun.vnnlua(["-e", making])
      try #require(run.status == 0, "\(run.errors)")
      try body(folder)
    }
  }

  static let declarations = """
    (vnnlib-version <2.0>)
    (declare-network f (declare-input A float32 [1,2]) (declare-hidden H float32 [1,6] "sum.0")
      (declare-output B float32 [1,2]))
    (declare-network g (declare-input C float32 [1,2]) (declare-output D float32 [1,2]))
    (assert (<= 0.0 A[0,0] 1.0)) (assert (<= 0.0 A[0,1] 1.0)) (assert (== A[0,0] C[0,0])) (assert (== A[0,1] C[0,1]))

    """

  @Test("two networks in one query, and what is found satisfies it")
  func twoNetworks() throws {
    try Self.withNetworks { folder in
      let models = ["--network", "f=\(folder)/dense.onnx", "--network=g=\(folder)/sparse.onnx"]
      // The largest difference of the first outputs, from both sides.
      func verdict(_ bound: Double, _ more: [String] = []) throws -> CommandLineRun {
        try FileAccess.write(
          Self.declarations + "(assert (>= (- B[0,0] D[0,0]) \(bound))) (assert (>= H[0,0] -100.0))",
          to: "\(folder)/q.vnnlib")
        return try CommandLineRun.vnnlua(["verify", "\(folder)/q.vnnlib"] + models + ["--timeout", "20"] + more)
      }
      var (low, high) = (-10.0, 10.0)
      while high - low > 0.01 {
        let middle = (low + high) / 2
        let run = try verdict(middle)
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        if run.output.hasPrefix("sat\n") { low = middle } else { high = middle }
        #expect(run.output.hasPrefix("sat\n") || run.output == "unsat\n", "\(run.output)")
      }
      let grid = """
        local nn = require "vnn.nn"
        local f, g, best = assert(nn.load "\(folder)/dense.onnx"), assert(nn.load "\(folder)/sparse.onnx"), -1e9
        for i = 0, 200 do
          for j = 0, 200 do
            local x = { i / 200, j / 200 }
            best = math.max(best, f:forward(x)[1] - g:forward(x)[1])
          end
        end
        print(best)
        """
      let best = try #require(
        Double(try CommandLineRun.vnnlua(["-e", grid]).output.split(separator: "\n").first ?? ""))
      #expect(low - 0.01 < best && best < high + 0.01, "\(low) \(best) \(high)")

      let found = try verdict(low)
      let lines = found.output.split(separator: "\n").map(String.init)
      try #require(lines.count == 1 + 3 + 7 + 3 + 3 + 3)
      #expect(lines[1] == "A float32 [1,2]" && lines[4] == "H float32 [1,6]" && lines[11] == "B float32 [1,2]")
      #expect(lines[14] == "C float32 [1,2]" && lines[17] == "D float32 [1,2]")
      #expect(lines[2...3] == lines[15...16])
      #expect(try #require(Double(lines[12])) - (try #require(Double(lines[18]))) >= low)

      let saved = try verdict(low, ["--serialise-assignments", "\(folder)/values"])
      #expect(saved.output == "sat\n")
      let names = ["A", "B", "C", "D", "H"].map { "\($0).pb" }
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/values").sorted() == names)
    }
  }

  @Test("the standard's errors, and other ones, are messages on standard error alone")
  func mistakes() throws {
    try Self.withNetworks { folder in
      let (dense, sparse) = ("f=\(folder)/dense.onnx", "g=\(folder)/sparse.onnx")
      let query = "\(folder)/q.vnnlib"
      let condition = "(assert (>= B[0,0] 1.0))"
      let all = Self.declarations + condition
      for (text, arguments, status, part) in [
        (all, ["--network", dense], 1, "g: expected a file"),
        (all, ["--network", dense, "--network", sparse, "--network", "h=x.onnx"], 1, "no such network"),
        (all, ["--network", dense, "--network", dense], 2, "twice"), (all, ["--network", "f"], 2, "NAME=ONNX"),
        (all, ["--timeout", "soon"], 2, "soon"), (all, ["--frobnicate"], 2, "--frobnicate"),
        (all, ["--network", dense, "--network", "g=\(folder)/none.onnx"], 1, "none.onnx"),
        (all.replacing("float32", with: "float64"), ["--network", dense, "--network", sparse], 1, "float64"),
        (all.replacing("[1,6]", with: "[1,5]"), ["--network", dense, "--network", sparse], 1, "dense.onnx"),
        (all.replacing("\"sum.0\"", with: "\"sum.9\""), ["--network", dense, "--network", sparse], 1, "sum.9"),
        (
          all.replacing("network g ", with: "network g (equal-to f) "), ["--network", dense, "--network", sparse], 1,
          "equal"
        ),
        (all + "(assert (<= B[0] 1.0))", ["--network", dense, "--network", sparse], 1, "q.vnnlib:6:"),
      ] as [(String, [String], Int32, String)] {
        try FileAccess.write(text, to: query)
        let run = try CommandLineRun.vnnlua(["verify", query] + arguments)
        #expect(
          run.status == status && run.output.isEmpty && run.errors.contains(part), "\(part): \(run.output)\(run.errors)"
        )
      }
      // Real numbers stand for any type, and equal networks need one file.
      try FileAccess.write(
        all.replacing("float32", with: "real").replacing("network g ", with: "network g (equal-to f) "), to: query)
      let run = try CommandLineRun.vnnlua(["verify", query, "--network", dense])
      #expect(run.status == 0 && ["sat", "unsat"].contains(run.output.split(separator: "\n").first), "\(run.errors)")
      #expect(try CommandLineRun.vnnlua(["verify"]).status == 2)
      #expect(try CommandLineRun.vnnlua(["verify", "--help"]).output.hasPrefix("usage: vnnlua verify"))
    }
  }

  @Test("capabilities, name and version, a line for each answer")
  func capabilities() throws {
    func lines(_ arguments: [String]) throws -> [String] {
      let run = try CommandLineRun.vnnlua(arguments)
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      return run.output.split(separator: "\n").map(String.init)
    }
    #expect(try lines(["--name"]) == ["vnnlua"])
    #expect(try lines(["--version"])[0].wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+/) != nil)
    for (capability, answer) in [
      ("onnx-opset-versions", ["7", "21"]), ("onnx-element-types", ["float64", "float32", "real"]),
      ("vnnlib-versions", ["1.0", "2.0"]), ("hidden-node-theories", ["NH", "H"]),
      ("multiple-input-output-theories", ["SIO", "MIO"]), ("multiple-inputs-output-theories", ["SIO", "MIO"]),
      ("multiple-network-theories", ["SNET", "MENET", "MINET", "MNET"]),
      ("multiple-node-comparison-theories", ["SNC", "MNC"]),
      ("arithmetic-complexity-theories", ["BND", "OUTC", "LIN"]),
      ("optimised-disjunctive-reasoning", ["false"]), ("serialise-assignments", ["true"]),
    ] { #expect(try lines(["supports", "--\(capability)"]) == answer) }
    let operators = try lines(["supports", "--onnx-operators"])
    #expect(Set(["Gemm", "Conv", "MaxPool", "Relu"]).isSubset(of: operators))
    #expect(Set(["Softmax", "Pow", "Equal"]).isDisjoint(with: operators))
    let wrong = try CommandLineRun.vnnlua(["supports", "--vnnlib-version"])
    #expect(wrong.status == 2 && wrong.output.isEmpty && wrong.errors.contains("--vnnlib-versions"), "\(wrong.errors)")
  }

  @Test(
    "a test suite that others wrote: vnnlib-satisfactory",
    .enabled(if: Component.python.isWanted, Comment(rawValue: Component.python.reason)))
  func satisfactory() throws {
    let python = try Component.python.path()
    let present = try CommandLineRun(python, ["-c", "import vnntest"])
    guard present.status == 0 || Component.areAllRequired else { return }
    try withTemporaryDirectory { folder in
      func run(_ arguments: [String]) throws -> CommandLineRun {
        try CommandLineRun(
          python, ["-m", "vnntest"] + arguments + ["--solver", CommandLineRun.builtExecutable],
          environment: ["PYTHONUTF8": "1"], directory: folder)
      }
      let all = try run(["run"])
      let path = "\(folder)/.vnnlib-satisfactory/report.json"
      let report = try JSON(parsing: try FileAccess.read(path), path: path)
      let summary = try #require(report["summary"])
      #expect(summary["total"]?.int == 178 && summary["passed"]?.int ?? 0 >= 154, "\(all.output)")
      for name in ["failed", "suspect", "errored"] { #expect(summary[name]?.int == 0, "\(all.output)") }
      for name in ["opset", "vnnlib", "serialise-assignments"] {
        let checked = try run(["compliance", name])
        #expect(checked.status == 0 && checked.output.contains("PASS"), "\(checked.output)\(checked.errors)")
      }
    }
  }
}
