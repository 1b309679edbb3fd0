import Essentials
import Interchange
import Networks
import TestSupport
import Tensors
import Testing

@Suite("ONNX networks come in and go out as other tools know them")
struct ONNXTests {
  @Test(
    "outputs equal onnxruntime's, from the lowered network and from the replay",
    .enabled(if: Component.python.isWanted, Comment(rawValue: Component.python.reason)))
  func equalsRuntime() throws {
    try withTemporaryDirectory { folder in
      let python = try Component.python.path()
      let run = try CommandLineRun(python, ["\(packageDirectory)/Tests/InterchangeTests/models.py", folder])
      try #require(run.status == 0, "\(run.errors)")
      let cases = try JSON(parsing: try FileAccess.read("\(folder)/cases.json"), path: "cases.json").object ?? [:]
      #expect(cases.count > 30)
      for (name, content) in cases.sorted(by: { $0.key < $1.key }) {
        let path = "\(folder)/\(name).onnx"
        let model = try ONNXModel(reading: path)
        let network = try ONNXFile.read(path)
        let inputs = content["inputs"]?.array ?? []
        #expect(inputs.count == 4)
        for (input, output) in zip(inputs, content["outputs"]?.array ?? []) {
          let x = (input.array ?? []).compactMap(\.double)
          let expected = (output.array ?? []).compactMap(\.double)
          let scale = expected.reduce(1) { max($0, abs($1)) }
          for (way, actual) in [
            ("lowered", try network.forward(x)), ("replay", try ONNXReplay.outputs(of: model, input: x)),
          ] {
            #expect(actual.count == expected.count, "\(name), \(way)")
            let error = zip(actual, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(error <= (model.isDouble ? 1e-12 : 1e-5) * scale, "\(name), \(way): off by \(error)")
          }
        }
      }
    }
  }
}
