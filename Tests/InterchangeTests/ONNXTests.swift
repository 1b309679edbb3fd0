import Essentials
import FoundationEssentials
import Interchange
import Networks
import TestSupport
import Tensors
import Testing
import Verification

@Suite("ONNX networks come in as onnxruntime computes them")
struct ONNXTests {
  /// What a script wrote about one network.
  private struct Case {
    let path: String
    let output: String
    let drops: Bool
    let inputs: [[Double]]
    let outputs: [[Double]]

    init(_ path: String) throws {
      let content = try JSON(parsing: try FileAccess.read(path), path: path)
      func rows(_ name: String) -> [[Double]] {
        (content[name]?.array ?? []).map { ($0.array ?? []).compactMap(\.double) }
      }
      self.path = path.replacing(".json", with: ".onnx")
      output = content["output"]?.string ?? ""
      drops = content["drops"] == .boolean(true)
      (inputs, outputs) = (rows("inputs"), rows("outputs"))
    }
  }

  private func difference(_ actual: [Double], _ expected: [Double]) -> Double {
    let scale = expected.reduce(1) { max($0, abs($1)) }
    guard actual.count == expected.count else { return .infinity }
    // NaN differs from everything.
    return zip(actual, expected).reduce(0) { largest, pair in
      let difference = abs(pair.0 - pair.1) / scale
      return difference <= largest ? largest : difference.isNaN ? .infinity : difference
    }
  }

  @Test(
    "outputs equal onnxruntime's, from the lowered network, from that saved and loaded, and from the replay",
    .enabled(if: Component.python.isWanted, Comment(rawValue: Component.python.reason)),
    arguments: ["models.py", "operators.py"])
  func equalsRuntime(_ script: String) throws {
    try withCases(script, []) { cases in
      #expect(cases.count > 30)
      for known in cases { try check(known) }
    }
  }

  /// More of them by VNNLUA_GRAPHS, others by VNNLUA_GRAPH_SEED.
  @Test(
    "random graphs: outputs equal onnxruntime's, and bounds hold what samples give",
    .enabled(if: Component.python.isWanted, Comment(rawValue: Component.python.reason)))
  func randomGraphs() throws {
    func setting(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }
    let (seed, count) = (setting("VNNLUA_GRAPH_SEED") ?? 5, setting("VNNLUA_GRAPHS") ?? 40)
    try withCases("random_graphs.py", ["\(seed)", "\(count)"]) { cases in
      #expect(cases.count == count)
      var random = RandomSource(seed: UInt64(seed))
      for known in cases {
        try check(known)
        try checkBounds(known, &random)
      }
    }
  }

  private func withCases(_ script: String, _ arguments: [String], _ body: ([Case]) throws -> Void) throws {
    try withTemporaryDirectory { folder in
      let command = ["\(packageDirectory)/Tests/InterchangeTests/\(script)", folder] + arguments
      let run = try CommandLineRun(try Component.python.path(), command)
      try #require(run.status == 0, "\(run.errors)")
      try body(try FileAccess.list(folder).filter { $0.hasSuffix(".json") }.map { try Case("\(folder)/\($0)") })
    }
  }

  private func check(_ known: Case) throws {
    let model = try ONNXModel(reading: known.path, outputs: [known.output])
    let network = try ONNXFile.read(known.path, outputs: [known.output], dropsLast: known.drops)
    let saved = known.path + ".safetensors"
    try NetworkFile.write(network, to: saved)
    let ways = [("lowered", network), ("saved", try NetworkFile.read(saved))]
    #expect(known.inputs.count == 4)
    // What is left out of a network is compared with a replay that leaves it out as well.
    let rest = model.droppingLast()
    // Half precision is rounded where its tensors are stored, and by a network nowhere.
    let isHalf = model.inputs.contains { $0.type == .float16 }
    let tolerance = model.isDouble ? 1e-12 : 1e-5
    for (x, output) in zip(known.inputs, known.outputs) {
      let replayed = try ONNXReplay.outputs(of: model, input: x)
      #expect(difference(replayed, output) <= tolerance, "\(known.path), replay: \(replayed) for \(output)")
      let expected = known.drops ? try ONNXReplay.outputs(of: rest, input: x) : output
      for (way, network) in ways {
        let actual = try network.forward(x)
        #expect(
          difference(actual, expected) <= (isHalf ? 1e-3 : tolerance),
          "\(known.path), \(way): \(actual) for \(expected)")
      }
    }
  }

  /// Bounds of the network over a box, and of the graph as it is, hold what both make of points inside.
  private func checkBounds(_ known: Case, _ random: inout RandomSource) throws {
    let model = try ONNXModel(reading: known.path)
    let network = try ONNXFile.read(known.path)
    let center = known.inputs[0]
    let region = try BoxRegion(lower: center.map { $0 - 0.25 }, upper: center.map { $0 + 0.25 })
    let layers = try [
      PreactivationBounds.interval(network, over: region), .backwardLinear(network, over: region),
    ].map(\.outputs)
    let enclosure = try ONNXEnclosure.outputs(of: model, lower: region.lower, upper: region.upper)
    for _ in 0..<20 {
      let x = region.sample(using: &random)
      let (y, replayed) = (try network.forward(x), try ONNXReplay.outputs(of: model, input: x))
      for output in y.indices {
        for bounds in layers {
          #expect(bounds.lower[output] <= y[output] && y[output] <= bounds.upper[output], "\(known.path)")
        }
        let isInside = enclosure.lower[output] <= replayed[output] && replayed[output] <= enclosure.upper[output]
        #expect(isInside, "\(known.path)")
      }
    }
  }

  @Test(
    "inputs and outputs have names, and one of several outputs is asked for by its own",
    .enabled(if: Component.python.isWanted, Comment(rawValue: Component.python.reason)))
  func names() throws {
    try withTemporaryDirectory { folder in
      let path = "\(folder)/named.onnx"
      let script = """
        from onnx import helper, TensorProto, save_model
        def info(name, shape): return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        nodes = [helper.make_node('Sub', ['a', 'b'], ['h']), helper.make_node('Relu', ['h'], ['r']),
                 helper.make_node('Neg', ['r'], ['y'])]
        graph = helper.make_graph(nodes, 'g', [info('a', [1, 2]), info('b', ['batch', 2])],
                                  [info('y', [1, 2]), info('r', [1, 2])])
        save_model(helper.make_model(graph), '\(path)')
        """
      let run = try CommandLineRun(try Component.python.path(), ["-c", script])
      try #require(run.status == 0, "\(run.errors)")
      let refusal = #expect(throws: OutsideFailure.self) { try ONNXFile.read(path) }
      #expect(refusal?.message == "\(path): it has 2 outputs, 'y', 'r': output = \"y\" takes one of them")
      let unknown = #expect(throws: OutsideFailure.self) { try ONNXFile.read(path, outputs: ["z"]) }
      #expect(unknown?.message == "\(path): no output is called 'z'; there are 'y', 'r'")
      // Any value of the graph is one if asked for, and so are several.
      for (names, expected) in [
        (["y"], [-0.0, -3]), (["r"], [0, 3]), (["h"], [-1, 3]), (["h", "y"], [-1, 3, 0, -3]),
      ] {
        let model = try ONNXModel(reading: path, outputs: names)
        #expect(model.inputs.map(\.name) == ["a", "b"] && model.inputs.map(\.shape) == [[1, 2], [1, 2]])
        #expect(try ONNXReplay.outputs(of: model, input: [1, 2, 2, -1]) == expected)
        let network = try ONNXFile.read(path, outputs: names)
        #expect(try network.forward([1, 2, 2, -1]) == expected)
        #expect(network.metadata["inputs"] == "a 1x2, b 1x2")
      }
    }
  }
}
