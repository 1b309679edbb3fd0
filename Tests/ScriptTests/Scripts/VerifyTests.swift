import Essentials
import FoundationEssentials
import TestSupport
import Testing

@Suite("verify.lua and the competition's scripts")
struct VerifyTests {
  static let script = "Scripts/experiments/verify.lua"

  /// Writes a network that adds its two inputs and negates the sum, as ONNX, and properties about it.
  static func withSum(_ body: (_ folder: String) throws -> Void) throws {
    try withTemporaryDirectory { folder in
      let making = """
        local nn, tensor = require "vnn.nn", require "vnn.tensor"
        local sum = nn.from_layers {
          { weight = tensor.from { { 1, 1 }, { -1, -1 } }, bias = tensor.zeros(2) },
          { weight = tensor.from { { 1, -1 }, { -1, 1 } }, bias = tensor.zeros(2) },
        }
        assert(sum:save("\(folder)/sum.onnx"))
        """
      let run = try CommandLineRun.vnnlua(["-e", making])
      try #require(run.status == 0, "\(run.errors)")
      let box = """
        (declare-const X_0 Real) (declare-const X_1 Real) (declare-const Y_0 Real) (declare-const Y_1 Real)
        (assert (>= X_0 0)) (assert (<= X_0 1)) (assert (>= X_1 0)) (assert (<= X_1 1))

        """
      for (name, text) in [
        ("reached", "(assert (>= Y_0 1.5)) (assert (<= Y_1 -1.5))"), ("missed", "(assert (>= Y_0 2.001))"),
        ("either", "(assert (or (>= Y_0 2.5) (and (<= Y_0 0.5) (>= Y_0 0.25))))"),
        ("regions", "(assert (or (and (<= X_0 0.5) (>= Y_0 1.75)) (and (>= X_0 0.5) (<= X_1 0.5) (>= Y_0 1.75))))"),
        ("budget", "(assert (>= Y_0 1.25)) (assert (<= (+ (abs (- X_0 0.5)) (abs (- X_1 0.5))) 0.2))"),
        ("budgeted", "(assert (>= Y_0 1.25)) (assert (<= (+ (abs (- X_0 0.5)) (abs (- X_1 0.5))) 0.3))"),
      ] { try FileAccess.write(box + text + "\n", to: "\(folder)/\(name).vnnlib") }
      try body(folder)
    }
  }

  @Test("answers, exit codes and counterexamples")
  func answers() throws {
    try Self.withSum { folder in
      for (name, verdict) in [
        ("reached", "sat"), ("missed", "unsat"), ("either", "sat"), ("regions", "unsat"), ("budget", "unsat"),
        ("budgeted", "sat"),
      ] {
        let run = try CommandLineRun.vnnlua([
          Self.script, "\(folder)/sum.onnx", "\(folder)/\(name).vnnlib", "--time-limit", "20",
          "--counterexample", "\(folder)/\(name).txt", "--json=\(folder)/\(name).json",
        ])
        #expect(run.status == 0 && run.output == verdict + "\n", "\(name): \(run.output)\(run.errors)")
        #expect(FileAccess.exists("\(folder)/\(name).txt") == (verdict == "sat"))
        let record = try JSON(parsing: try FileAccess.read("\(folder)/\(name).json"), path: name)
        #expect(record["verdict"]?.string == verdict)
        #expect((record["input"]?.array?.count == 2) == (verdict == "sat"))
      }
      let lines = String(decoding: try FileAccess.read("\(folder)/reached.txt"), as: UTF8.self).split(separator: "\n")
      #expect(lines.count == 4 && lines[0].hasPrefix("((X_0 ") && lines[3].hasPrefix("(Y_1 -"))
      #expect(lines[3].hasSuffix("))"))
    }
  }

  @Test("no time is a timeout, and whatever is wrong is one clear message")
  func limits() throws {
    try Self.withSum { folder in
      let (network, property) = ("\(folder)/sum.onnx", "\(folder)/missed.vnnlib")
      let run = try CommandLineRun.vnnlua([Self.script, network, property, "--time-limit", "0"])
      #expect(run.status == 3 && run.output == "timeout\n", "\(run.output)\(run.errors)")
      try FileAccess.write(
        "(declare-const X_0 Real) (declare-const Y_0 Real)\n(assert (>= X_0 0)) (assert (<= X_0 1))\n(assert (>= Y_0 0))",
        to: "\(folder)/other.vnnlib")
      try FileAccess.write("(assert (>= X_0\n", to: "\(folder)/cut.vnnlib")
      for (arguments, status, parts) in [
        ([network, "\(folder)/other.vnnlib"], 1, ["other.vnnlib", "1 inputs", "2"]),
        ([network, "\(folder)/cut.vnnlib"], 1, ["cut.vnnlib:1:"]),
        (["\(folder)/none.onnx", property], 1, ["none.onnx"]), ([network], 2, ["PROPERTY", "missing"]),
        ([network, property, "more"], 2, ["more"]), ([property, network], 1, ["missed.vnnlib"]),
        ([network, property, "--certificate", "\(folder)/none/c"], 1, ["none/c", "no folder"]),
      ] as [([String], Int32, [String])] {
        let run = try CommandLineRun.vnnlua([Self.script] + arguments)
        #expect(run.status == status && run.output.isEmpty, "\(run.output)\(run.errors)")
        for part in parts { #expect(run.errors.contains(part), "\(run.errors)") }
        #expect(run.errors.split(separator: "\n").count <= 2, "\(run.errors)")
      }
      // Only the file that cannot be read is named.
      try FileAccess.write(try FileAccess.read(network).prefix(100), to: "\(folder)/short.onnx")
      let unread = try CommandLineRun.vnnlua([Self.script, "\(folder)/short.onnx", property])
      #expect(unread.status == 1 && unread.errors.hasPrefix("verify: \(folder)/short.onnx: "), "\(unread.errors)")
    }
  }

  @Test("no certificate, and no file of one, where the region is empty")
  func emptyRegion() throws {
    try Self.withSum { folder in
      let missed = String(decoding: try FileAccess.read("\(folder)/missed.vnnlib"), as: UTF8.self)
      try FileAccess.write(missed + "(assert (>= X_0 1.5))\n", to: "\(folder)/empty.vnnlib")
      let run = try CommandLineRun.vnnlua([
        Self.script, "\(folder)/sum.onnx", "\(folder)/empty.vnnlib", "--certificate", "\(folder)/c",
      ])
      #expect(run.status == 1 && run.output == "unsat\n", "\(run.output)\(run.errors)")
      #expect(run.errors.contains("as the region is empty") && !run.errors.contains("in the script"), "\(run.errors)")
      #expect(!FileAccess.exists("\(folder)/c.problem.json") && !FileAccess.exists("\(folder)/c"))
    }
  }

  @Test("the competition's scripts write what its rules ask for")
  func competition() throws {
    try Self.withSum { folder in
      let environment = ["VNNLUA": CommandLineRun.builtExecutable]
      func instance(_ property: String, seconds: String = "20") throws -> (Int32, String) {
        let files = ["\(folder)/sum.onnx", "\(folder)/\(property).vnnlib"]
        let prepared = try CommandLineRun(
          "\(packageDirectory)/Scripts/vnncomp/prepare_instance.sh", ["v1", "tests"] + files, environment: environment)
        let isBad = property == "absent" || property == "cut"
        #expect(prepared.status == (isBad ? 1 : 0) && prepared.output.isEmpty, "\(prepared.errors)")
        #expect(!isBad || prepared.errors.contains("\(property).vnnlib"), "\(prepared.errors)")
        let results = "\(folder)/results.txt"
        let run = try CommandLineRun(
          "\(packageDirectory)/Scripts/vnncomp/run_instance.sh", ["v1", "tests"] + files + [results, seconds],
          environment: environment, directory: folder)
        #expect(!isBad || run.errors.contains("\(property).vnnlib"), "\(run.errors)")
        return (run.status, String(decoding: try FileAccess.read(results), as: UTF8.self))
      }
      #expect(try instance("missed") == (0, "unsat\n"))
      #expect(try instance("missed", seconds: "0") == (0, "timeout\n"))
      #expect(try instance("absent") == (0, "error\n"))
      try FileAccess.write("(assert (>= X_0\n", to: "\(folder)/cut.vnnlib")
      #expect(try instance("cut") == (0, "error\n"))
      let (status, text) = try instance("reached")
      #expect(status == 0 && text.hasPrefix("sat\n((X_0 ") && text.hasSuffix("))\n"), "\(text)")
      for script in ["install_tool", "prepare_instance", "run_instance"] {
        let run = try CommandLineRun("\(packageDirectory)/Scripts/vnncomp/\(script).sh", ["v2"])
        #expect(run.status == 1 && run.errors.contains("v1"), "\(run.errors)")
      }
    }
  }

  @Test("a benchmark goes on after instances that cannot be run")
  func benchmarkWithErrors() throws {
    try Self.withSum { folder in
      let instances = ["none.onnx,missed.vnnlib,5", "sum.onnx,missed.vnnlib,5", "sum.onnx,reached.vnnlib,5"]
      try FileAccess.write(instances.joined(separator: "\n"), to: "\(folder)/instances.csv")
      let run = try CommandLineRun(
        "\(packageDirectory)/Scripts/bench/verification/verifiers", ["\(folder):5", "--tools", "vnnlua"],
        environment: ["VNNLUA": CommandLineRun.builtExecutable], directory: folder)
      #expect(run.status == 0, "\(run.errors)")
      let words = run.output.split(separator: " ").joined(separator: " ")
      // Decided, sat, unsat, timeout, unknown, error.
      for part in ["5 s vnnlua 2 of 3 1 1 0 0 1 0", "none missed error", "none.onnx"] {
        #expect(words.contains(part), "\(run.output)")
      }
    }
  }

  @Test("a verdict is printed even where a file cannot be written")
  func verdictBeforeFiles() throws {
    try Self.withSum { folder in
      for (option, name) in [("--json", "missed"), ("--counterexample", "reached")] {
        let files = ["\(folder)/sum.onnx", "\(folder)/\(name).vnnlib"]
        let run = try CommandLineRun.vnnlua([Self.script] + files + [option, "\(folder)/none/file"])
        #expect(run.status == 1 && run.output == (name == "missed" ? "unsat\n" : "sat\n"), "\(run.output)")
        #expect(run.errors.contains("none/file") && !run.errors.contains("in the script"), "\(run.errors)")
      }
    }
  }

  /// Instances of the competition that take a moment: network, property, verdict by other tools.
  static let instances = [
    ("mnist_fc", "mnist-net_256x2", "prop_1_0.03", "sat"), ("mnist_fc", "mnist-net_256x2", "prop_0_0.05", "sat"),
    ("mnist_fc", "mnist-net_256x2", "prop_0_0.03", "unsat"),
    ("acasxu", "ACASXU_run2a_1_1_batch_2000", "prop_1", "unsat"),
    ("acasxu", "ACASXU_run2a_1_1_batch_2000", "prop_3", "unsat"),
    ("acasxu", "ACASXU_run2a_1_2_batch_2000", "prop_2", "sat"),
    ("acasxu", "ACASXU_run2a_1_9_batch_2000", "prop_4", "sat"),
  ]

  @Test(
    "the competition's own files", .enabled(if: Component.data.isWanted, Comment(rawValue: Component.data.reason)),
    arguments: instances)
  func benchmark(_ item: (category: String, network: String, property: String, verdict: String)) throws {
    try withTemporaryDirectory { folder in
      let root = "\(try Component.data.path())/vnncomp/\(item.category)"
      let run = try CommandLineRun.vnnlua([
        Self.script, "\(root)/onnx/\(item.network).onnx.gz", "\(root)/vnnlib/\(item.property).vnnlib.gz",
        "--time-limit", "60", "--counterexample", "\(folder)/example.txt",
      ])
      #expect(run.status == 0 && run.output == item.verdict + "\n", "\(run.output)\(run.errors)")
      #expect(FileAccess.exists("\(folder)/example.txt") == (item.verdict == "sat"))
    }
  }
}
