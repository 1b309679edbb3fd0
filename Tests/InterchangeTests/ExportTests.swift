import Essentials
import Interchange
import Networks
import TestSupport
import Tensors
import Testing

@Suite("What is written is read by others, and by us again")
struct ExportTests {
  @Test("networks come back from ONNX exactly, as Float32 or Float64 holds them")
  func comesBack() throws {
    try withTemporaryDirectory { folder in
      let network = try Network.initialized(widths: [6, 5, 4, 3], seed: 3)
      network.metadata = ["seed": "3", "dataset": "mnist"]
      let parameters = network.layers.flatMap { [$0.weight.array, $0.bias.array] }
      try ONNXFile.write(network, to: "\(folder)/a.onnx", elementType: .float64)
      let exact = try ONNXFile.read("\(folder)/a.onnx")
      #expect(exact.layers.flatMap { [$0.weight.array, $0.bias.array] } == parameters)
      #expect(exact.metadata == network.metadata)
      try ONNXFile.write(network, to: "\(folder)/a.onnx")
      let rounded = try ONNXFile.read("\(folder)/a.onnx")
      #expect(
        rounded.layers.flatMap { [$0.weight.array, $0.bias.array] }
          == parameters.map { $0.map { Double(Float($0)) } })
      // Neurons that pruning has cut off stay: those without inputs, those that nobody reads, and whole layers of them.
      for cut in 0..<3 {
        let pruned = try randomNetwork([6, 5, 4, 3], seed: 3)
        let (hidden, inputs) = (pruned.layers[1], 5)
        for neuron in cut == 2 ? 0..<4 : 1..<2 {
          for input in 0..<inputs {
            hidden.weight.base[cut == 1 ? input / 2 * inputs + 1 : neuron * inputs + input] = 0
          }
        }
        try ONNXFile.write(pruned, to: "\(folder)/pruned.onnx", elementType: .float64)
        let read = try ONNXFile.read("\(folder)/pruned.onnx")
        #expect(read.isPlain && read.hasSameParameters(as: pruned), "\(cut): \(read)")
      }
      network.layers[0].bias.base[0] = .nan
      #expect(throws: Misuse.self) { try ONNXFile.write(network, to: "\(folder)/a.onnx") }
      network.layers[0].bias.base[0] = 1e300
      #expect(throws: Misuse.self) { try ONNXFile.write(network, to: "\(folder)/a.onnx") }
      #expect(try ONNXFile.read("\(folder)/a.onnx").widths == [6, 5, 4, 3])
    }
  }

  @Test(
    "onnx's checker accepts the files and onnxruntime computes the same outputs",
    .enabled(if: Component.python.isWanted, Comment(rawValue: Component.python.reason)),
    arguments: [ElementType.float32, .float64])
  func otherTools(_ type: ElementType) throws {
    try withTemporaryDirectory { folder in
      let network = try randomNetwork([12, 9, 7, 4], seed: 5)
      var random = RandomSource(seed: 6)
      let x = try Tensor(randomNumbers(5 * 12, &random), shape: [5, 12])
      try ONNXFile.write(network, to: "\(folder)/net.onnx", elementType: type)
      try NumPyArchive.write([("x", x)], to: "\(folder)/x.npz")
      let run = try CommandLineRun(
        try Component.python.path(),
        ["\(packageDirectory)/Tests/InterchangeTests/export.py"]
          + ["net.onnx", "x.npz", "y.npz"].map { "\(folder)/\($0)" })
      try #require(run.status == 0, "\(run.errors)")
      let arrays = try NumPyArchive.read("\(folder)/y.npz")
      #expect(arrays.map(\.name) == ["y"])
      let expected = try network.forward(batch: x).array
      let actual = arrays[0].tensor.array
      #expect(actual.count == expected.count)
      let error = zip(actual, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(error < (type == .float32 ? 1e-5 : 1e-13), "off by \(error)")
    }
  }
}
