import Essentials
import Interchange
import TestSupport
import Testing

@Suite("ONNX files that are not piecewise linear are refused with file, node and operator")
struct BadModelTests {
  /// A model with one node that is wrong, and what the message must name.
  static let nodes: [(node: String, parts: [String])] = [
    ("node('Erf', ['x'], ['y'], name='s')", ["'s'", "Erf", "MatMul"]),
    ("node('MaxPool', ['x'], ['y'])", ["node 1", "MaxPool", "kernel_shape"]),
    ("node('Mul', ['x', 'x'], ['y'], name='m')", ["'m'", "Mul", "affine"]),
    ("node('MatMul', ['x', 'w'], ['y'], name='m')", ["'m'", "MatMul", "1x2x4", "3x3"]),
    ("node('Div', ['x', 'zero'], ['y'], name='d')", ["'d'", "Div", "zero"]),
    ("node('Reshape', ['x', 'shape'], ['y'], name='r')", ["'r'", "Reshape", "1x2x4"]),
    ("node('Add', ['x', 'lost'], ['y'], name='a')", ["'a'", "Add", "'lost'"]),
    ("node('Gemm', ['x', 'w'], ['y'], name='g')", ["'g'", "Gemm", "matrix"]),
    ("node('Conv', ['x', 'k'], ['y'], name='c')", ["'c'", "Conv"]),
    ("node('Mul', ['x', 'zero'], ['r']), node('Exp', ['x'], ['y'], name='e')", ["'e'", "Exp", "constants only"]),
    ("node('Identity', ['w'], ['y'])", ["output 'y'", "constant"]),
    ("node('AveragePool', ['x'], ['y'], name='p', kernel_shape=[9])", ["'p'", "AveragePool", "9"]),
  ]

  @Test(
    "and so are the replays", .enabled(if: Component.python.isWanted, Comment(rawValue: Component.python.reason)))
  func refused() throws {
    try withTemporaryDirectory { folder in
      let script = """
        import numpy as np
        from onnx import helper, numpy_helper, TensorProto, save_model
        node = helper.make_node
        constants = {'w': np.ones((3, 3), np.float32), 'zero': np.zeros(4, np.float32),
                     'shape': np.array([3, -1], np.int64), 'k': np.ones((2, 5, 2), np.float32)}
        for number, nodes in enumerate([\(Self.nodes.map { "[\($0.node)]" }.joined(separator: ", "))]):
            graph = helper.make_graph(nodes, 'g',
                [helper.make_tensor_value_info('x', TensorProto.FLOAT, [1, 2, 4])],
                [helper.make_tensor_value_info('y', TensorProto.FLOAT, None)],
                [numpy_helper.from_array(value, name) for name, value in constants.items()])
            save_model(helper.make_model(graph), f'\(folder)/{number}.onnx')
        """
      let run = try CommandLineRun(try Component.python.path(), ["-c", script])
      try #require(run.status == 0, "\(run.errors)")
      for (number, bad) in Self.nodes.enumerated() {
        let path = "\(folder)/\(number).onnx"
        let error = #expect(throws: OutsideFailure.self, "\(bad.node)") { try ONNXFile.read(path) }
        let message = error?.message ?? ""
        #expect(message.hasPrefix(path), "\(message)")
        for part in bad.parts { #expect(message.contains(part), "\(message)") }
      }
      // What is not affine can be run all the same; what is nonsense cannot.
      let squares = try ONNXModel(reading: "\(folder)/2.onnx")
      #expect(try ONNXReplay.outputs(of: squares, input: [1, -1, 2, -2, 3, -3, 4, -4]) == [1, 1, 4, 4, 9, 9, 16, 16])
      for number in [0, 1, 3, 5, 7, 8, 11] {
        let model = try ONNXModel(reading: "\(folder)/\(number).onnx")
        #expect(throws: OutsideFailure.self, "\(number)") {
          try ONNXReplay.outputs(of: model, input: [Double](repeating: 1, count: 8))
        }
      }
      #expect(throws: Misuse.self) { try ONNXReplay.outputs(of: squares, input: [1]) }
    }
  }

  /// A classifier as it is exported with its last activation: refused with a word about the way in, and the outputs before
  /// it where they are asked for. An activation in the middle stays refused.
  @Test(
    "an activation at the end is dropped where that is asked for",
    .enabled(if: Component.python.isWanted, Comment(rawValue: Component.python.reason)),
    arguments: ["Softmax", "LogSoftmax", "Sigmoid", "Tanh"])
  func lastActivation(_ activation: String) throws {
    try withTemporaryDirectory { folder in
      let script = """
        import numpy as np
        from onnx import helper, numpy_helper, TensorProto, save_model
        node = helper.make_node
        constants = [numpy_helper.from_array(np.arange(12, dtype=np.float32).reshape(4, 3) - 5, 'w')]
        for name, nodes in [('end', [node('MatMul', ['x', 'w'], ['z']), node('\(activation)', ['z'], ['y'])]),
                            ('middle', [node('\(activation)', ['x'], ['z']), node('MatMul', ['z', 'w'], ['y'])])]:
            graph = helper.make_graph(nodes, 'g', [helper.make_tensor_value_info('x', TensorProto.FLOAT, [1, 4])],
                [helper.make_tensor_value_info('y', TensorProto.FLOAT, None)], constants)
            save_model(helper.make_model(graph), f'\(folder)/{name}.onnx')
        """
      let run = try CommandLineRun(try Component.python.path(), ["-c", script])
      try #require(run.status == 0, "\(run.errors)")
      let refusal = #expect(throws: OutsideFailure.self) { try ONNXFile.read("\(folder)/end.onnx") }
      #expect(refusal?.message.contains("last = \"drop\"") == true && refusal?.message.contains(activation) == true)
      let network = try ONNXFile.read("\(folder)/end.onnx", dropsLast: true)
      let x: [Double] = [1, 0, 0, 2]
      #expect(try network.widths == [4, 3] && network.forward(x) == [3, 6, 9])
      // A query that only compares the outputs needs no word; whoever replays has the activation all the same.
      func models(_ condition: String) throws -> VNNLIBModels {
        let names = (0..<4).map { "X_\($0)" } + (0..<3).map { "Y_\($0)" }
        let text = names.map { "(declare-const \($0) Real)" }.joined() + "(assert (<= 0 X_0 X_1 X_2 X_3 1))"
        let property = try VNNLIBFile.decode(Array((text + "(assert \(condition))").utf8), path: "p")
        return try VNNLIBModels(property, paths: ["N": "\(folder)/end.onnx"])
      }
      for condition in ["true", "(>= Y_0 Y_1)", "(or (> (* 2 Y_0) (* 2 Y_1)) (not (<= Y_2 Y_0)))", "(= Y_1 Y_2)"] {
        let compared = try models(condition)
        let lowered = try compared.network()
        #expect(Array(try lowered.forward(x)[..<3]) == [3, 6, 9], "\(condition)")
        #expect(Array(try compared.replayNetwork(x)[..<3]) == [3, 6, 9], "\(condition)")
        #expect(Array(try compared.replay(x)[..<3]) != [3, 6, 9], "\(condition)")
        #expect(compared.dropsActivations)
      }
      for condition in [
        "(>= Y_0 0.5)", "(>= Y_0 (+ Y_1 0.1))", "(>= (+ Y_0 Y_1) Y_2)", "(>= (* 2 Y_0) Y_1)", "(>= Y_0 (- Y_1))",
        "(or (>= Y_0 Y_1) (>= Y_0 0.5))", "(>= Y_0 X_0)",
      ] {
        let refusal = #expect(throws: OutsideFailure.self, "\(condition)") { try models(condition).network() }
        #expect(refusal?.message.contains("last = \"drop\"") == true)
        #expect(try !models(condition).dropsActivations)
      }
      for drops in [false, true] {
        let error = #expect(throws: OutsideFailure.self) {
          try ONNXFile.read("\(folder)/middle.onnx", dropsLast: drops)
        }
        #expect(error?.message.contains("only at the end") == true)
      }
    }
  }

  @Test("files that are not ONNX at all")
  func otherFiles() throws {
    try withTemporaryDirectory { folder in
      for (name, bytes) in [("empty", [UInt8]()), ("text", Array("(assert true)".utf8)), ("zeros", [0, 0, 0, 0])] {
        try FileAccess.write(bytes, to: "\(folder)/\(name).onnx")
        let error = #expect(throws: OutsideFailure.self) { try ONNXFile.read("\(folder)/\(name).onnx") }
        #expect(error?.message.contains("not a readable ONNX file") == true)
      }
      #expect(throws: OutsideFailure.self) { try ONNXFile.read("\(folder)/absent.onnx") }
    }
  }
}
