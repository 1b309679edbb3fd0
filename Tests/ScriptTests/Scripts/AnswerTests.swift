import Essentials
import TestSupport
import Testing

@Suite("decide.lua and find.lua answer for one problem file")
struct AnswerTests {
  /// The answer's members, after checking the exit code.
  private func answer(_ script: String, _ arguments: [String], in folder: String, code: Int32) throws -> JSON {
    let run = try CommandLineRun.vnnlua(
      ["Scripts/experiments/\(script).lua", "--json", "\(folder)/answer.json"] + arguments)
    #expect(run.status == code, "\(run.output)\(run.errors)")
    let path = "\(folder)/answer.json"
    let json = try JSON(parsing: FileAccess.read(path), path: path)
    #expect(run.output.hasPrefix(json["verdict"]?.string ?? "no verdict"))
    return json
  }

  /// Writes a network, a problem with an adversarial input and one without.
  private func prepare(_ folder: String) throws {
    let made = try CommandLineRun.vnnlua(
      [
        "-e",
        """
        local data, nn = require 'vnn.data', require 'vnn.nn'
        local protocol, tensor = require 'vnn.protocol', require 'vnn.tensor'
        local digits = assert(data.load('digits', { side = 9 }))
        local dense = nn.train(nn.mlp({ 81, 16, 16, 10 }, { seed = 1 }), digits, { epochs = 3, seed = 1 })
        assert(dense:save '\(folder)/net.safetensors' and dense:save '\(folder)/net.onnx')
        assert(assert(protocol.problem(dense, digits, 3)):save '\(folder)/open.json')
        local input = digits:images(1, 1):reshape { 81 }
        local class = dense:forward(input):argmax()
        assert(require('vnn.verify').problem {
          input = input, norm = 'l1', epsilon = 0.001, class = class, target = class % 10 + 1,
        }:save '\(folder)/shut.json')
        """,
      ])
    try #require(made.status == 0, "\(made.errors)")
  }

  /// The surrogate's models and the dense MILP alone, so that the solver has to do it. One that is missing says so, and with
  /// everything required it must not be.
  @Test("find and decide by every solver", arguments: ["scip", "highs", "gurobi", "best"])
  func solvers(_ solver: String) throws {
    let facts = try CommandLineRun.vnnlua(["-e", "print((select(2, require('vnn.milp').capabilities '\(solver)')))"])
    let reason = facts.output.split(separator: "\n").first.map(String.init) ?? facts.errors
    guard reason == "nil" else {
      if Component.areAllRequired { Issue.record("\(reason)") } else { print("skipping \(solver): \(reason)") }
      return
    }
    try withTemporaryDirectory { folder in
      try prepare(folder)
      let open = ["--network", "\(folder)/net.safetensors", "--problem", "\(folder)/open.json", "--solver", solver]
      let shut = ["--network", "\(folder)/net.onnx", "--problem", "\(folder)/shut.json", "--solver", solver]
      let found = try answer("find", open + ["--rate", "0.5"], in: folder, code: 0)
      #expect(found["verdict"]?.string == "adversarial" && found["solver"]?.string == solver)
      let hit = try answer("decide", open + ["--stages", "surrogates"], in: folder, code: 0)
      #expect(hit["verdict"]?.string == "adversarial" && hit["margin"]?.double ?? 0 > 0)
      let proof = try answer("decide", shut + ["--stages", "milp"], in: folder, code: 0)
      #expect(proof["verdict"]?.string == "robust" && proof["witness"] == nil)
    }
  }

  @Test("verdicts, what comes with them, and exit codes")
  func verdicts() throws {
    try withTemporaryDirectory { folder in
      try prepare(folder)
      let open = ["--network", "\(folder)/net.safetensors", "--problem", "\(folder)/open.json"]
      let shut = ["--network", "\(folder)/net.onnx", "--problem", "\(folder)/shut.json"]

      let hit = try answer("decide", open + ["--witness", "\(folder)/witness.json"], in: folder, code: 0)
      #expect(hit["verdict"]?.string == "adversarial" && hit["margin"]?.double ?? 0 > 0)
      #expect(hit["witness"]?.array?.count == 81 && hit["distance"]?.double != nil)
      #expect(FileAccess.exists("\(folder)/witness.json"))
      let proof = try answer("decide", shut, in: folder, code: 0)
      #expect(proof["verdict"]?.string == "robust" && proof["witness"] == nil && proof["bound"] == nil)

      let found = try answer("find", open + ["--rate", "0.5"], in: folder, code: 0)
      #expect(found["verdict"]?.string == "adversarial" && found["rate"]?.double == 0.5)
      #expect(found["clocks"]?["solve"]?.double != nil && found["solver"]?.string == "glpk")
      // A pruned copy proves nothing about the dense network.
      let nothing = try answer("find", shut + ["--rate", "0.5"], in: folder, code: 3)
      #expect(nothing["verdict"]?.string == "unknown")
      let direct = try answer("find", shut + ["--rate", "0"], in: folder, code: 0)
      #expect(direct["verdict"]?.string == "robust" && direct["decided_by"]?.string == "bounds")
    }
  }

  /// Two classes, told by x0 + x1 > 1, as a classifier is exported.
  @Test(
    "an ONNX file that ends in an activation: its witnesses are single precision's, and onnxruntime confirms them",
    .enabled(if: Component.python.isWanted, Comment(rawValue: Component.python.reason)),
    arguments: ["Softmax", "Sigmoid"])
  func activation(_ activation: String) throws {
    try withTemporaryDirectory { folder in
      let making = """
        import numpy as np
        from onnx import helper, numpy_helper, TensorProto, save_model
        constants = [numpy_helper.from_array(np.array(value, np.float32), name) for name, value in [
            ('w', [[-3, 3], [-3, 3]]), ('v', [[1, 0], [0, 1]]), ('b', [3, -3])]]
        nodes = [helper.make_node('Gemm', ['x', 'w', 'b'], ['h']), helper.make_node('Relu', ['h'], ['r']),
                 helper.make_node('MatMul', ['r', 'v'], ['z']), helper.make_node('\(activation)', ['z'], ['y'])]
        graph = helper.make_graph(nodes, 'g', [helper.make_tensor_value_info('x', TensorProto.FLOAT, [1, 2])],
            [helper.make_tensor_value_info('y', TensorProto.FLOAT, [1, 2])], constants)
        save_model(helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)], ir_version=8),
                   '\(folder)/net.onnx')
        """
      let python = try Component.python.path()
      let made = try CommandLineRun(python, ["-c", making])
      try #require(made.status == 0, "\(made.errors)")
      // From 0.8 to 1.2 the classes change; from 0.6 to 0.8 they do not.
      for (name, input, epsilon) in [("open", 0.4, 0.2), ("shut", 0.3, 0.1)] {
        let problem = """
          {"input": [\(input), \(input + 0.1)], "lower": 0, "upper": 1, "norm": "l1", "epsilon": \(epsilon), "class": 1}
          """
        try FileAccess.write(problem, to: "\(folder)/\(name).json")
      }
      let files = ["--network", "\(folder)/net.onnx", "--output", "y", "--problem"]
      for (script, more) in [("decide", []), ("find", ["--rate", "0"])] {
        let proof = try answer(script, files + ["\(folder)/shut.json"] + more, in: folder, code: 0)
        #expect(proof["verdict"]?.string == "robust")
        let hit = try answer(script, files + ["\(folder)/open.json"] + more, in: folder, code: 0)
        let point = (hit["witness"]?.array ?? []).compactMap(\.double)
        #expect(point.count == 2)
        #expect(point.allSatisfy { Double(Float($0)) == $0 }, "\(point)")
        let running = """
          import numpy as np, onnxruntime
          session = onnxruntime.InferenceSession('\(folder)/net.onnx', providers=['CPUExecutionProvider'])
          y = session.run(None, {'x': np.array([\(point)], np.float32)})[0][0]
          print(y[1] >= y[0])
          """
        #expect(try CommandLineRun(python, ["-c", running]).output == "True\n", "\(point)")
      }
      // A property that only compares the outputs needs nothing to be dropped by hand; one of probabilities does.
      let box = """
        (declare-const X_0 Real) (declare-const X_1 Real) (declare-const Y_0 Real) (declare-const Y_1 Real)
        (assert (and (<= 0 X_0 0.5) (<= 0 X_1 0.7)))

        """
      for (condition, verdict) in [("(>= Y_1 Y_0)", "sat\n"), ("(and (> Y_1 Y_0) (<= X_1 0.4))", "unsat\n")] {
        try FileAccess.write(box + "(assert \(condition))", to: "\(folder)/p.vnnlib")
        let run = try CommandLineRun.vnnlua([
          "Scripts/experiments/verify.lua", "\(folder)/net.onnx", "\(folder)/p.vnnlib", "--time-limit", "20",
        ])
        #expect(run.output == verdict, "\(run.output)\(run.errors)")
      }
      try FileAccess.write(box + "(assert (>= Y_1 0.75))", to: "\(folder)/p.vnnlib")
      let refused = try CommandLineRun.vnnlua([
        "Scripts/experiments/verify.lua", "\(folder)/net.onnx", "\(folder)/p.vnnlib",
      ])
      #expect(refused.status == 1 && refused.errors.contains("last = \"drop\""), "\(refused.errors)")
    }
  }

  @Test("files that are missing or wrong", arguments: ["decide", "find"])
  func wrongFiles(_ script: String) throws {
    try withTemporaryDirectory { folder in
      try FileAccess.write("{\"input\": [1,", to: "\(folder)/cut.json")
      try FileAccess.write("no network", to: "\(folder)/net.safetensors")
      func message(_ arguments: [String]) throws -> String {
        let run = try CommandLineRun.vnnlua(["Scripts/experiments/\(script).lua"] + arguments)
        #expect(run.status == 1 && run.output.isEmpty, "\(run.output)")
        return run.errors
      }
      #expect(try message([]).contains("--network and --problem are needed"))
      #expect(try message(["--network", "\(folder)/none.onnx", "--problem", "p.json"]).contains("\(folder)/none.onnx"))
      #expect(try message(["--network", "\(folder)/net.safetensors", "--problem", "p"]).contains("net.safetensors"))
      let saved = try CommandLineRun.vnnlua(["-e", "require('vnn.nn').mlp({ 2, 2 }):save '\(folder)/net.npz'"])
      try #require(saved.status == 0, "\(saved.errors)")
      let cut = try message(["--network", "\(folder)/net.npz", "--problem", "\(folder)/cut.json"])
      #expect(cut.contains("cut.json: not valid JSON"))
      // What does not fit the network, or is not there, is said before anything is solved.
      for (name, problem) in [("wide", "input = { 0, 0, 0 }, class = 1"), ("high", "input = { 0, 0 }, class = 3")] {
        let made = try CommandLineRun.vnnlua([
          "-e", "require('vnn.verify').problem({ \(problem), epsilon = 1 }):save '\(folder)/\(name).json'",
        ])
        try #require(made.status == 0, "\(made.errors)")
        let unfit = try message(["--network", "\(folder)/net.npz", "--problem", "\(folder)/\(name).json"])
        #expect(unfit.contains("\(name).json: the problem is about") && !unfit.contains("in the script"), "\(unfit)")
      }
    }
  }
}
