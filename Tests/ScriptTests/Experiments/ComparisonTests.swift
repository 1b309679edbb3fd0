import Essentials
import FoundationEssentials
import TestSupport
import Testing

@Suite("The comparison of pruning policies")
struct ComparisonTests {
  /// Compares on the first problem.
  private static func compare(
    _ folder: String, rates: String = "0.5", _ arguments: [String], environment: [String: String] = [:]
  ) throws -> CommandLineRun {
    try .vnnlua(
      ["Scripts/experiments/compare-policies.lua", "--out", folder, "--problems", "1", "--time-limit", "2"]
        + ["--rates", rates] + arguments, environment: environment)
  }

  private static func rows(_ folder: String) throws -> [JSON] {
    let path = "\(folder)/results-1-of-1.jsonl"
    guard FileAccess.exists(path) else { return [] }
    let lines = try FileAccess.read(path).split(separator: UInt8(ascii: "\n"))
    return try lines.map { try JSON(parsing: Array($0), path: path) }
  }

  private static func report(_ folder: String) throws -> String {
    String(decoding: try FileAccess.read("\(folder)/report/report.md"), as: UTF8.self)
  }

  @Test("one row for each problem, policy and rate; a table, plots, and what is new is all that a second run solves")
  func report() throws {
    try withTemporaryDirectory { folder in
      let first = try Self.compare(folder, rates: "0.5,0.9", ["--policies", "magnitude,anchored", "--jobs", "2"])
      #expect(first.status == 0 && first.output.contains("against magnitude"), "\(first.errors)")
      #expect(try Self.rows(folder).count == 6)
      let more = ["--policies", "magnitude,anchored,snip"]
      let second = try Self.compare(folder, rates: "0.5,0.9", more + ["--resume"])
      #expect(second.status == 0, "\(second.errors)")
      let rows = try Self.rows(folder)
      #expect(rows.count == 8)
      for row in rows {
        let isPruned = row["policy"] != nil
        #expect(isPruned == (row["rate"] != nil))
        #expect(try (#require(row["sparsity"]?.double) > 0.4) == isPruned)
        #expect((row["hit_s"] != nil) == (row["found"] == .boolean(true)))
        if isPruned { #expect(row["verdict"]?.string != "robust") }
      }
      let text = try Self.report(folder)
      #expect(text.contains("| anchored | 0.9 | ") && text.contains("## Problem by problem, rate 0.5"))
      #expect(text.contains("--policies magnitude,anchored,snip --rates 0.5,0.9"))
      if try CommandLineRun("/bin/sh", ["-c", "command -v gnuplot"]).status == 0 {
        let page = String(decoding: try FileAccess.read("\(folder)/report/index.html"), as: UTF8.self)
        #expect(page.matches(of: /<svg/).count == 2 && page.contains("anchored 0.9"))
      }
      let bare = try Self.compare(
        folder, rates: "0.5,0.9", more + ["--report"], environment: ["PATH": "\(folder)/nothing"])
      #expect(bare.status == 0 && bare.errors.contains("no plots: gnuplot is not installed"), "\(bare.errors)")
    }
  }

  @Test("the text of a policy, the network and its seed belong to a row; another name for the same network does not")
  func identity() throws {
    try withTemporaryDirectory { folder in
      func added(_ arguments: String...) throws -> Int {
        let before = try Self.rows(folder).count
        let run = try Self.compare(folder, ["--resume"] + arguments)
        #expect(run.status == 0, "\(run.errors)")
        return try Self.rows(folder).count - before
      }
      let own = "\(folder)/own.lua"
      func write(_ score: String) throws {
        try FileAccess.write(
          "return { name = 'own', description = 'd', score = function(layer) return \(score) end }", to: own)
      }
      try write("layer.weight:abs()")
      #expect(try added("--policies", "magnitude,\(own)") == 4)
      #expect(try added("--policies", "magnitude,\(own)", "--architectures", "32-32") == 0)
      try write("layer.weight")
      #expect(try added("--policies", "magnitude,\(own)") == 1, "the policy has changed")
      #expect(try added("--policies", "magnitude", "--seeds", "3") == 3, "the seed has changed")
      #expect(try added("--policies", "magnitude", "--seeds", "3,4") == 3, "one seed more")
      #expect(try Self.report(folder).contains("| 2x32, seed 4, problem 1 |"))
      #expect(try Self.report(folder).contains("networks trained with the seeds 3, 4"))
      #expect(try added("--policies", "snip", "--baseline", "magnitude") == 2, "the baseline takes part, unlisted")
      #expect(try Self.report(folder).contains("| magnitude | 0.5 | "))

      let network = "\(folder)/trained.safetensors"
      func train(_ seed: String) throws {
        let run = try CommandLineRun.vnnlua([
          "Scripts/experiments/train.lua", "--dataset", "digits", "--side", "18", "--layers", "24", "--epochs", "3",
          "--seed", seed, "--out", network, "--no-progress",
        ])
        #expect(run.status == 0, "\(run.errors)")
      }
      try train("3")
      #expect(try added("--policies", "magnitude", "--network", network) == 3)
      #expect(try added("--policies", "magnitude", "--network", network) == 0)
      try train("4")
      #expect(try added("--policies", "magnitude", "--network", network) == 3, "the network has changed")
    }
  }

  @Test("a policy that fails is a failed row, and the others are compared")
  func failure() throws {
    try withTemporaryDirectory { folder in
      let bad = "\(folder)/bad.lua"
      try FileAccess.write(
        "return { name = \"bad's\", description = 'd', score = function(layer) return layer.bias end }", to: bad)
      let run = try Self.compare(folder, ["--policies", "magnitude,\(bad)"])
      #expect(run.status == 1 && run.errors.contains("policy 'bad's'"), "\(run.errors)")
      #expect(run.output.contains("0 of 1 (1 failed)") && run.output.contains("bad's 0.5: 1 of 1 cases failed: policy"))
      let text = try Self.report(folder)
      #expect(text.contains("## Failed") && text.contains("| failed |"), "\(text)")
      if try CommandLineRun("/bin/sh", ["-c", "command -v gnuplot"]).status == 0 {
        #expect(!run.errors.contains("no plots"), "\(run.errors)")
      }
    }
  }

  @Test("options of a policy are part of its name; those that are the defaults are not")
  func policyOptions() throws {
    try withTemporaryDirectory { folder in
      let policies = "interval_width:order=narrow,margin_surgeon:points=20:dampening=0.01"
      let run = try Self.compare(folder, ["--policies", policies])
      #expect(run.status == 0, "\(run.errors)")
      let names = Set(try Self.rows(folder).compactMap { $0["policy"]?.string })
      #expect(names == ["magnitude", "interval_width:order=narrow", "margin_surgeon:points=20"])
      let pruned = try Self.rows(folder).first { $0["policy"]?.string == "interval_width:order=narrow" }
      #expect(try #require(pruned?["accuracy"]?.double) > 0.5, "the other order leaves nothing that is worth much")
    }
  }

  @Test(
    "what cannot be compared is refused, with the nearest name",
    arguments: [
      (["--baseline", "magnitde"], "baseline: ", "did you mean 'magnitude'?"),
      (["--policies", "nonesuch"], "policies: nonesuch", "; there are: magnitude, random"),
      (["--policies", "magnitude,magnitude"], "policies: ", "magnitude is given twice"),
      (["--policies", "margin_surgeon:point=2"], "unknown option '--point'", "did you mean '--points'?"),
      (["--policies", "margin_surgeon:points=x"], "--points: expected an integer", "'x'"),
      (["--seeds", "3,3"], "seeds: ", "3 is given twice"),
      (["--seeds", "x"], "seeds: expected integers", "'x'"),
      (["--architectures", "2x32,32-32"], "architectures: ", "2x32 is given twice"),
      (["--network", "n", "--seeds", "3"], "--seeds is about networks that are trained here", "--network"),
      (["--network", "n", "--architectures", "2x32"], "--architectures is about networks", "--network"),
      (["--architectures", "2by32"], "architectures: expected hidden layers such as 2x32 or 64-32", "'2by32'"),
      (["--architectures", "32-0"], "architectures: ", "'32-0'"),
      (["--network", "/nonexistent.safetensors"], "/nonexistent.safetensors", "No such file"),
    ])
  func misuse(_ arguments: [String], _ first: String, _ second: String) throws {
    let run = try CommandLineRun.vnnlua(["Scripts/experiments/compare-policies.lua"] + arguments)
    #expect(run.status == 2 && run.errors.contains(first) && run.errors.contains(second), "\(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1, "no traceback: \(run.errors)")
  }

  @Test("a policy's file with a wrong field and a network of another size are one line before anything runs")
  func wrongFiles() throws {
    try withTemporaryDirectory { folder in
      try FileAccess.write("return { name = 'p', description = 'd', scor = print }", to: "\(folder)/p.lua")
      let policy = try Self.compare("\(folder)/out", ["--policies", "\(folder)/p.lua"])
      #expect(policy.status == 2 && policy.errors.contains("p.lua: expected either a function 'score'"))
      #expect(policy.errors.split(separator: "\n").count == 1, "\(policy.errors)")
      let network = "\(folder)/small.safetensors"
      let made = try CommandLineRun.vnnlua(
        ["-e", "assert(require('vnn.nn').mlp({ 81, 8, 10 }, { seed = 1 }):save('\(network)'))"])
      #expect(made.status == 0, "\(made.errors)")
      let run = try Self.compare("\(folder)/out", ["--network", network])
      #expect(
        run.status == 2 && run.errors.contains("small.safetensors: expected 324 inputs and 10 outputs for data"))
      #expect(run.errors.contains("digits at --side 18, got 81 and 10") && !FileAccess.exists("\(folder)/out"))
    }
  }

  @Test("two policies of one name are refused")
  func sameName() throws {
    try withTemporaryDirectory { folder in
      for file in ["one", "two"] {
        try FileAccess.write(
          "return { name = 'own', description = 'd', score = function(layer) return layer.weight end }",
          to: "\(folder)/\(file).lua")
      }
      let run = try Self.compare(folder, ["--policies", "\(folder)/one.lua,\(folder)/two.lua"])
      #expect(run.status == 2 && run.errors.contains("two policies are called 'own'"), "\(run.errors)")
    }
  }
}
