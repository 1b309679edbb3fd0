import Essentials
import Networks
import TestSupport
import Tensors
import Testing

@Suite("Networks in files of others, by the names that PyTorch gives")
struct StateDictionaryTests {
  /// Writes layers of these names and shapes (outputs, inputs), in the order given, and reads them as a network.
  func widths(_ layers: [(name: String, outputs: Int, inputs: Int)], _ folder: String, format: String) throws -> [Int] {
    let path = "\(folder)/net.\(format)"
    var random = RandomSource(seed: 1)
    let tensors = layers.flatMap { layer in
      [
        ("\(layer.name)weight", Tensor.zeros([layer.outputs, layer.inputs])),
        ("\(layer.name)bias", Tensor.zeros([layer.outputs])),
      ]
    }
    for (_, tensor) in tensors { for index in 0..<tensor.count { tensor.base[index] = random.uniform() } }
    if format == "npz" {
      try NumPyArchive.write(tensors.map { (name: $0.0, tensor: $0.1) }, to: path)
    } else {
      try SafeTensors(entries: tensors.map { .init(name: $0.0, tensor: $0.1) }).write(to: path)
    }
    return try NetworkFile.read(path).widths
  }

  @Test("order by numbers, by shapes, or by both", arguments: ["safetensors", "npz"])
  func orders(_ format: String) throws {
    try withTemporaryDirectory { folder in
      func check(_ expected: [Int], _ layers: [(name: String, outputs: Int, inputs: Int)]) throws {
        #expect(try widths(layers, folder, format: format) == expected)
      }
      // A Sequential: numbers with gaps, of more than one digit, in whatever order the file has them.
      try check([6, 5, 5, 5, 3], [("10.", 5, 5), ("2.", 5, 5), ("0.", 5, 6), ("12.", 3, 5)])
      try check([6, 5, 3], [("layers.0.", 5, 6), ("layers.2.", 3, 5)])
      // Names that say nothing about the order, where the shapes do.
      try check([6, 5, 4, 3], [("head.", 3, 4), ("body.", 4, 5), ("stem.", 5, 6)])
      // fc1 before fc2 by number, the output last by shape.
      try check([6, 5, 5, 3], [("out.", 3, 5), ("fc2.", 5, 5), ("fc1.", 5, 6)])
      try check([6, 3], [("", 3, 6)])
    }
  }

  /// Layers that make no network, and what the message must name.
  static let mistakes: [(layers: [(name: String, outputs: Int, inputs: Int)], parts: [String])] = [
    ([("a.", 5, 5), ("b.", 5, 5)], ["ambiguous", "a, b", "b, a"]),
    ([("0.", 5, 6), ("2.", 3, 4)], ["no order", "0 5x6", "2 3x4"]),
    ([("fc2.", 5, 6), ("fc1.", 3, 5)], ["no order", "fc1 3x5"]),
  ]

  @Test("what is ambiguous or does not fit is refused", arguments: mistakes)
  func refused(_ mistake: (layers: [(name: String, outputs: Int, inputs: Int)], parts: [String])) throws {
    try withTemporaryDirectory { folder in
      let error = #expect(throws: OutsideFailure.self) { try widths(mistake.layers, folder, format: "safetensors") }
      let message = error?.message ?? ""
      #expect(message.hasPrefix("\(folder)/net.safetensors"))
      for part in mistake.parts { #expect(message.contains(part), "\(message)") }
    }
  }

  @Test("a layer without a bias has one of zeros")
  func withoutBias() throws {
    try withTemporaryDirectory { folder in
      let path = "\(folder)/net.npz"
      let layers = [
        ("0.weight", try Tensor([1, 2], shape: [2, 1])), ("0.bias", try Tensor([1, 1])),
        ("2.weight", try Tensor([1, 1], shape: [1, 2])),
      ]
      try NumPyArchive.write(layers.map { (name: $0.0, tensor: $0.1) }, to: path)
      let network = try NetworkFile.read(path)
      #expect(try network.layers[1].bias.array == [0] && network.forward([1]) == [5])
    }
  }

  @Test("tensors of no dense layer are named")
  func strangers() throws {
    try withTemporaryDirectory { folder in
      let path = "\(folder)/net.npz"
      let layer = [("0.weight", Tensor.zeros([2, 3])), ("0.bias", Tensor.zeros([2]))]
      func message(_ more: [(String, Tensor)]) throws -> String {
        try NumPyArchive.write((layer + more).map { (name: $0.0, tensor: $0.1) }, to: path)
        let error = #expect(throws: OutsideFailure.self) { try NetworkFile.read(path) }
        return error?.message ?? ""
      }
      let stranger = try message([("1.running_mean", Tensor.zeros([2]))])
      #expect(stranger.contains("1.running_mean"))
      let misnamed = try message([("1.weight", Tensor.zeros([2, 2])), ("1.b", Tensor.zeros([2]))])
      #expect(misnamed.contains("1.b;"))
      let kernel = try message([("1.weight", Tensor.zeros([2, 2, 3, 3])), ("1.bias", Tensor.zeros([2]))])
      #expect(kernel.contains("2x2x3x3"))
    }
  }

  @Test("npz files of ours come back exactly")
  func comesBack() throws {
    try withTemporaryDirectory { folder in
      let network = try randomNetwork([6, 5, 5, 5, 3], seed: 1)
      try NetworkFile.write(network, to: "\(folder)/net.npz")
      #expect(parameters(try NetworkFile.read("\(folder)/net.npz")) == parameters(network))
    }
  }
}
