import Essentials
import FoundationEssentials
import TestSupport
import Testing

/// One finished run of the main job, shared by the tests that look at it.
struct QuickstartRun: Sendable {
  let directory: String
  let run: CommandLineRun

  init(_ options: [String]) throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "vnnlua-quickstart-\(UUID().uuidString)").path
    let script = ["Scripts/experiments/quickstart.lua"]
    var environment: [String: String] = [:]
    if let data = Component.data.found { environment["VNNLUA_DATA"] = data }
    run = try CommandLineRun.vnnlua(script + options + ["--out", directory], environment: environment)
  }

  /// The rows of `results.jsonl`.
  func rows() throws -> [JSON] {
    let text = String(decoding: try FileAccess.read("\(directory)/results.jsonl"), as: UTF8.self)
    return try text.split(separator: "\n").map { try JSON(parsing: Array($0.utf8), path: "results.jsonl") }
  }

  /// The numbers of the problems that have a file `prefix-NN.json`.
  func numbers(_ prefix: String) throws -> [Int] {
    try FileManager.default.contentsOfDirectory(atPath: directory).compactMap { name in
      guard name.hasPrefix(prefix + "-"), name.hasSuffix(".json") else { return nil }
      return Int(name.dropFirst(prefix.count + 1).dropLast(5))
    }.sorted()
  }

  static let digits = Result { try QuickstartRun(["--problems", "6"]) }
  static let mnist = Result { try QuickstartRun(["--dataset", "mnist"]) }
}

@Suite("The main job, end to end")
struct QuickstartTests {
  @Test("digits: every file is there, and every row is complete")
  func digitsFiles() throws {
    let quickstart = try QuickstartRun.digits.get()
    #expect(quickstart.run.status == 0, "\(quickstart.run.errors)")
    let names = Set(try FileManager.default.contentsOfDirectory(atPath: quickstart.directory))
    #expect(names.isSuperset(of: ["dense.safetensors", "pruned-0.5.safetensors", "pruned-0.9.safetensors"]))
    #expect(!names.contains { $0.hasSuffix(".partial") })

    let rows = try quickstart.rows()
    let problems = try quickstart.numbers("problem")
    #expect(rows.count == 3 * problems.count && !problems.isEmpty)
    for row in rows {
      let verdict = try #require(row["verdict"]?.string)
      #expect(["adversarial", "already_adversarial", "robust", "unknown"].contains(verdict))
      #expect((row["margin"]?.double ?? 0 > 0) == (verdict == "adversarial"))
      #expect((row["first_hit_s"] != nil) == (verdict == "adversarial"))
      // A finished pruned model proves nothing about the dense network.
      if row["network"]?.string != "dense" { #expect(verdict != "robust") }
    }
    let found = Set(rows.filter { $0["verdict"]?.string == "adversarial" }.compactMap { $0["problem"]?.int })
    #expect(try quickstart.numbers("witness") == found.sorted())
    #expect(!found.isEmpty)
  }

  @Test("digits: the table, the accuracy and the first picture are shown")
  func digitsOutput() throws {
    let output = try QuickstartRun.digits.get().run.output
    for part in ["problem", "class → target", "at rate 0.9", "verdict", "adversarial", "L1 distance", "██"] {
      #expect(output.contains(part), "missing: \(part)")
    }
  }

  @Test(
    "an independent program accepts every witness", .enabled(if: Component.peers.isWanted, "\(Component.peers.reason)"),
    .enabled(if: Component.python.isWanted, "\(Component.python.reason)"))
  func independentRecheck() throws {
    let script = try Component.peers.path() + "/check_witness.py"
    let python = try Component.python.path()
    var runs = [try QuickstartRun.digits.get()]
    if Component.data.isWanted { runs.append(try QuickstartRun.mnist.get()) }
    for quickstart in runs {
      let numbers = try quickstart.numbers("witness").map { $0 < 10 ? "0\($0)" : "\($0)" }
      #expect(!numbers.isEmpty)
      for number in numbers {
        let folder = quickstart.directory
        let check = try CommandLineRun(
          python,
          [
            script, "--network", "\(folder)/dense.safetensors", "--problem", "\(folder)/problem-\(number).json",
            "--witness", "\(folder)/witness-\(number).json",
          ])
        #expect(check.status == 0, "problem \(number): \(check.output)\(check.errors)")
      }
    }
  }

  @Test(
    "MNIST at side 18: the network learns, and what gradients can attack the dense solve attacks too",
    .enabled(if: Component.data.isWanted, "\(Component.data.reason)"))
  func mnist() throws {
    let quickstart = try QuickstartRun.mnist.get()
    #expect(quickstart.run.status == 0, "\(quickstart.run.errors)")
    // For each problem: its number, whether Frank-Wolfe finds a witness, and the accuracy on the test split.
    let script = """
      local nn, verify, data = require "vnn.nn", require "vnn.verify", require "vnn.data"
      local dense = assert(nn.load(arg[1] .. "/dense.safetensors"))
      print(dense:accuracy(assert(data.load("mnist", { split = "test", side = 18 }))))
      for i = 2, #arg do
        local problem = assert(verify.load_problem(("%s/problem-%02d.json"):format(arg[1], arg[i])))
        local point = verify.attack(dense, problem, { methods = { "frank_wolfe" } })
        print(arg[i], verify.check(dense, problem, point) and "attackable" or "-")
      end
      """
    let problems = try quickstart.numbers("problem")
    let attack = try CommandLineRun.vnnlua(
      ["-", quickstart.directory] + problems.map(String.init), input: script,
      environment: ["VNNLUA_DATA": try Component.data.path()])
    #expect(attack.status == 0, "\(attack.errors)")
    let lines = attack.output.split(separator: "\n")
    #expect(try #require(lines.first.flatMap { Double($0) }) >= 0.95)
    let attackable = Set(lines.filter { $0.hasSuffix("attackable") }.compactMap { Int($0.split(separator: "\t")[0]) })
    let dense = try quickstart.rows().filter { $0["network"]?.string == "dense" }
    let found = Set(dense.filter { $0["verdict"]?.string == "adversarial" }.compactMap { $0["problem"]?.int })
    #expect(!attackable.isEmpty)
    #expect(attackable.isSubset(of: found), "attackable \(attackable.sorted()), found \(found.sorted())")
  }

  @Test("one seed gives the same networks bit for bit")
  func reproducible() throws {
    let first = try QuickstartRun.digits.get()
    let second = try QuickstartRun(["--problems", "1"])
    #expect(
      try FileAccess.read("\(first.directory)/dense.safetensors")
        == FileAccess.read("\(second.directory)/dense.safetensors"))
  }
}
