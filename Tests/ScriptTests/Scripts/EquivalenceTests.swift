import Essentials
import TestSupport
import Testing

@Suite("equivalence.lua")
struct EquivalenceTests {
  /// Makes networks of one input and two or three classes, pruned copies, and problems; prints for each problem what a
  /// grid says: the classes that win differ by some margin at a point or nowhere, and the largest difference there.
  static let making = """
    local folder = ...
    local nn, prune, verify = require "vnn.nn", require "vnn.prune", require "vnn.verify"
    local function winner(outputs)
      local best, second = 1, nil
      for k = 2, #outputs do if outputs[k] > outputs[best] then best = k end end
      for k = 1, #outputs do
        if k ~= best and (not second or outputs[k] > outputs[second]) then second = k end
      end
      return best, outputs[best] - outputs[second]
    end
    for seed = 1, 8 do
      local dense = nn.mlp({ 1, 6, seed % 2 + 2 }, { seed = seed })
      local sparse = prune.apply(dense, { rate = seed > 4 and 0.2 or 0.5, warn = false })
      assert(dense:save(("%s/a%d.safetensors"):format(folder, seed)))
      assert(sparse:save(("%s/b%d.safetensors"):format(folder, seed)))
      assert(dense:save(("%s/a%d.onnx"):format(folder, seed)) and sparse:save(("%s/b%d.onnx"):format(folder, seed)))
      local epsilon = seed % 3 == 0 and 0.02 or 0.5
      local problem = verify.problem { input = { 0.5 }, norm = "linf", epsilon = epsilon, class = 1 }
      assert(problem:save(("%s/p%d.json"):format(folder, seed)))
      local apart, largest = 0, 0
      for step = 0, 20000 do
        local x = { 0.5 - epsilon + 2 * epsilon * step / 20000 }
        local a, b = dense:forward(x):table(), sparse:forward(x):table()
        local first, margin = winner(a)
        local second, other = winner(b)
        if first ~= second then apart = math.max(apart, math.min(margin, other)) end
        for k = 1, #a do largest = math.max(largest, math.abs(a[k] - b[k])) end
      end
      print(apart, largest)
    end
    """

  @Test("agrees with a grid of inputs")
  func grid() throws {
    try withTemporaryDirectory { folder in
      try FileAccess.write(Self.making, to: "\(folder)/making.lua")
      let made = try CommandLineRun.vnnlua(["\(folder)/making.lua", folder])
      try #require(made.status == 0, "\(made.errors)")
      let lines = made.output.split(separator: "\n").map { $0.split(separator: "\t").compactMap { Double($0) } }
      #expect(lines.count == 8)
      var verdicts: Set<String> = []
      for (index, line) in lines.enumerated() {
        let (a, b) = ("\(folder)/a\(index + 1).safetensors", "\(folder)/b\(index + 1).safetensors")
        let json = "\(folder)/out.json"
        let run = try CommandLineRun.vnnlua([
          "Scripts/experiments/equivalence.lua", "--network", a, "--other", b, "--problem",
          "\(folder)/p\(index + 1).json", "--time-limit", "20", "--json", json,
        ])
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        let record = try JSON(parsing: try FileAccess.read(json), path: json)
        let verdict = try #require(record["verdict"]?.string)
        verdicts.insert(verdict)
        #expect(verdict == (line[0] > 1e-6 ? "different" : "equivalent"), "seed \(index + 1): \(line)")
        #expect((record["input"]?.array?.count == 1) == (verdict == "different"))
        let largest = try #require(record["largest_difference"]?.double)
        #expect(largest >= line[1] - 1e-6 && largest <= line[1] + 1e-3, "seed \(index + 1): \(largest), \(line[1])")
        #expect(record["largest_difference_input"]?.array?.count == 1)
      }
      #expect(verdicts == ["different", "equivalent"])
      // Of files in single precision the point is one of that precision.
      let files = try CommandLineRun.vnnlua([
        "Scripts/experiments/equivalence.lua", "--network", "\(folder)/a1.onnx", "--other", "\(folder)/b1.onnx",
        "--problem", "\(folder)/p1.json", "--time-limit", "20", "--json", "\(folder)/files.json",
      ])
      let record = try JSON(parsing: try FileAccess.read("\(folder)/files.json"), path: "files.json")
      #expect(record["verdict"]?.string == (lines[0][0] > 1e-6 ? "different" : "equivalent"), "\(files.errors)")
      #expect((record["input"]?.array ?? []).compactMap(\.double).allSatisfy { Double(Float($0)) == $0 })
      let same = try CommandLineRun.vnnlua([
        "Scripts/experiments/equivalence.lua", "--network", "\(folder)/a1.safetensors", "--other",
        "\(folder)/a1.safetensors", "--problem", "\(folder)/p1.json", "--time-limit", "3",
      ])
      #expect(same.output.hasPrefix("equivalent"), "\(same.output)\(same.errors)")
      for (arguments, part) in [([], "--other"), (["--other", "none.onnx"], "none.onnx")] as [([String], String)] {
        let run = try CommandLineRun.vnnlua(
          [
            "Scripts/experiments/equivalence.lua", "--network", "\(folder)/a1.safetensors", "--problem",
            "\(folder)/p1.json",
          ] + arguments)
        #expect(run.status == 1 && run.errors.contains(part), "\(run.errors)")
      }
    }
  }
}
