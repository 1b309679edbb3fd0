import Essentials
import FoundationEssentials
import Networks
import Tensors
import TestSupport
import Testing

@Suite struct NetworkFileTests {
  @Test func networksComeBackExactly() throws {
    try withTemporaryDirectory { folder in
      let path = "\(folder)/net.safetensors"
      let network = try randomNetwork([6, 5, 3], seed: 1)
      network.metadata = ["seed": "2", "dataset": "mnist"]
      try NetworkFile.write(network, to: path)
      let again = try NetworkFile.read(path)
      #expect(parameters(again) == parameters(network))
      #expect(again.widths == [6, 5, 3])
      #expect(again.metadata == ["seed": "2", "dataset": "mnist", "architecture": "6-5-3"])

      try NetworkFile.write(network, to: path, elementType: .float32)
      #expect(parameters(try NetworkFile.read(path)) == parameters(network).map { Double(Float($0)) })
    }
  }

  /// Files as they were written: before other layers than dense ones were known, and in the second format.
  @Test func keptFilesAreRead() throws {
    try withTemporaryDirectory { folder in
      let path = "\(folder)/kept.safetensors"
      func read(_ text: String) throws -> Network {
        try FileAccess.write(try #require(Data(base64Encoded: text)), to: path)
        return try NetworkFile.read(path)
      }
      let first = try read(Self.firstFormat)
      #expect("\(first)" == "Network(2 -> 2 -> 1, 17% pruned)" && first.metadata["seed"] == "7")
      #expect(try first.forward([1, -1]) == [3 * 3.25 + 8])
      let second = try read(Self.secondFormat)
      #expect("\(second)" == "Network(3 -> 4 convolution -> 2 sparse (1 rectified) -> 1)")
      #expect(try second.forward([1, 2, 3]) == [-90.5])
      // What is written today is what was written then.
      for (network, text) in [(first, Self.firstFormat), (second, Self.secondFormat)] {
        try NetworkFile.write(network, to: path)
        #expect(try FileAccess.read(path) == Array(try #require(Data(base64Encoded: text))))
      }
    }
  }

  private static let firstFormat = """
    SAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJhcmNoaXRlY3R1cmUiOiIyLTItMSIsInNlZWQiOiI3In0sImxheWVycy4wLmJpYXMiOnsiZGF0YV\
    9vZmZzZXRzIjpbMzIsNDhdLCJkdHlwZSI6IkY2NCIsInNoYXBlIjpbMl19LCJsYXllcnMuMC53ZWlnaHQiOnsiZGF0YV9vZmZzZXRzIjpbMCwz\
    Ml0sImR0eXBlIjoiRjY0Iiwic2hhcGUiOlsyLDJdfSwibGF5ZXJzLjEuYmlhcyI6eyJkYXRhX29mZnNldHMiOls2NCw3Ml0sImR0eXBlIjoiRj\
    Y0Iiwic2hhcGUiOlsxXX0sImxheWVycy4xLndlaWdodCI6eyJkYXRhX29mZnNldHMiOls0OCw2NF0sImR0eXBlIjoiRjY0Iiwic2hhcGUiOlsx\
    LDJdfX0gAAAAAAAA8D8AAAAAAAAAwAAAAAAAAOA/AAAAAAAAAAAAAAAAAADQPwAAAAAAAPC/AAAAAAAACEAAAAAAAAAQwAAAAAAAACBA
    """
  private static let secondFormat = """
    sAQAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJhcmNoaXRlY3R1cmUiOiIzLTQtMi0xIiwibmV0d29ya19mb3JtYXQiOiIyIiwic2VlZCI6IjcifS\
    wibGF5ZXJzLjAuYmlhcyI6eyJkYXRhX29mZnNldHMiOlsxNiwyNF0sImR0eXBlIjoiRjY0Iiwic2hhcGUiOlsxXX0sImxheWVycy4wLmRpbGF0\
    aW9uIjp7ImRhdGFfb2Zmc2V0cyI6WzQ4LDU2XSwiZHR5cGUiOiJJNjQiLCJzaGFwZSI6WzFdfSwibGF5ZXJzLjAuZ3JvdXBzIjp7ImRhdGFfb2\
    Zmc2V0cyI6WzY0LDcyXSwiZHR5cGUiOiJJNjQiLCJzaGFwZSI6WzFdfSwibGF5ZXJzLjAub3V0cHV0Ijp7ImRhdGFfb2Zmc2V0cyI6WzMyLDQw\
    XSwiZHR5cGUiOiJJNjQiLCJzaGFwZSI6WzFdfSwibGF5ZXJzLjAucGFkZGluZyI6eyJkYXRhX29mZnNldHMiOls1Niw2NF0sImR0eXBlIjoiST\
    Y0Iiwic2hhcGUiOlsxXX0sImxheWVycy4wLnNpemUiOnsiZGF0YV9vZmZzZXRzIjpbMjQsMzJdLCJkdHlwZSI6Ikk2NCIsInNoYXBlIjpbMV19\
    LCJsYXllcnMuMC5zdHJpZGUiOnsiZGF0YV9vZmZzZXRzIjpbNDAsNDhdLCJkdHlwZSI6Ikk2NCIsInNoYXBlIjpbMV19LCJsYXllcnMuMC53ZW\
    lnaHQiOnsiZGF0YV9vZmZzZXRzIjpbMCwxNl0sImR0eXBlIjoiRjY0Iiwic2hhcGUiOlsxLDEsMl19LCJsYXllcnMuMS5iaWFzIjp7ImRhdGFf\
    b2Zmc2V0cyI6Wzk2LDExMl0sImR0eXBlIjoiRjY0Iiwic2hhcGUiOlsyXX0sImxheWVycy4xLmNvbHVtbnMiOnsiZGF0YV9vZmZzZXRzIjpbMT\
    M2LDE2MF0sImR0eXBlIjoiSTY0Iiwic2hhcGUiOlszXX0sImxheWVycy4xLmlucHV0cyI6eyJkYXRhX29mZnNldHMiOlsxNjAsMTY4XSwiZHR5\
    cGUiOiJJNjQiLCJzaGFwZSI6WzFdfSwibGF5ZXJzLjEucmVjdGlmaWVkIjp7ImRhdGFfb2Zmc2V0cyI6WzE2OCwxNzBdLCJkdHlwZSI6IlU4Ii\
    wic2hhcGUiOlsyXX0sImxheWVycy4xLnN0YXJ0cyI6eyJkYXRhX29mZnNldHMiOlsxMTIsMTM2XSwiZHR5cGUiOiJJNjQiLCJzaGFwZSI6WzNd\
    fSwibGF5ZXJzLjEud2VpZ2h0Ijp7ImRhdGFfb2Zmc2V0cyI6WzcyLDk2XSwiZHR5cGUiOiJGNjQiLCJzaGFwZSI6WzNdfSwibGF5ZXJzLjIuYm\
    lhcyI6eyJkYXRhX29mZnNldHMiOlsxODYsMTk0XSwiZHR5cGUiOiJGNjQiLCJzaGFwZSI6WzFdfSwibGF5ZXJzLjIud2VpZ2h0Ijp7ImRhdGFf\
    b2Zmc2V0cyI6WzE3MCwxODZdLCJkdHlwZSI6IkY2NCIsInNoYXBlIjpbMSwyXX19ICAgICAAAAAAAAAAQAAAAAAAAPC/AAAAAAAA4D8DAAAAAA\
    AAAAQAAAAAAAAAAQAAAAAAAAABAAAAAAAAAAEAAAAAAAAAAQAAAAAAAAAAAAAAAADwPwAAAAAAAADAAAAAAAAAEEAAAAAAAAAAAAAAAAAAAPC/\
    AAAAAAAAAAABAAAAAAAAAAMAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAMAAAAAAAAABAAAAAAAAAAAAQAAAAAAAAhAAAAAAAAAEMAAAAAAAAAgQA\
    ==
    """

  @Test func damagedFilesAreExplained() throws {
    try withTemporaryDirectory { folder in
      let path = "\(folder)/net.safetensors"
      let network = try randomNetwork([6, 5, 3], seed: 1)
      try NetworkFile.write(network, to: path)
      let good = try SafeTensors(reading: path)

      func expect(_ words: String, _ change: (inout [SafeTensors.Entry]) throws -> Void) throws {
        var content = good
        content.entries = content.entries.map {
          SafeTensors.Entry(name: $0.name, tensor: $0.tensor.copy(), elementType: $0.elementType)
        }
        content.entries.sort { $0.name < $1.name }
        try change(&content.entries)
        try content.write(to: path)
        let error = #expect(throws: OutsideFailure.self) { try NetworkFile.read(path) }
        let message = error?.message ?? ""
        #expect(message.hasPrefix(path) && message.contains(words), "\(message)")
      }
      // Sorted: layers.0.bias, layers.0.weight, layers.1.bias, layers.1.weight.
      try expect("layers.1.bias") { $0.remove(at: 2) }
      try expect("layers.1.weight") { $0.remove(at: 3) }
      try expect("layers.0.weight") { $0.removeFirst(2) }
      try expect("layers.0.weight") { $0.removeAll() }
      try expect("layers.1.bias") { $0[2].name = "layers.2.bias" }
      try expect("layers.1.weight before") {
        $0[2].name = "layers.2.bias"
        $0[3].name = "layers.2.weight"
      }
      try expect("extra") { $0.append(.init(name: "extra", tensor: Tensor.zeros([1]))) }
      try expect("layers.0.bias of shape 5, got 4") { $0[0].tensor = Tensor.zeros([4]) }
      try expect("with 5 inputs") { $0[3].tensor = Tensor.zeros([3, 4]) }
      try expect("outputs x inputs, got 30") { $0[1].tensor = Tensor.zeros([30]) }
      try expect("layers.1.weight holds") { $0[3].tensor.base[7] = .nan }
      #expect(throws: OutsideFailure.self) { try NetworkFile.read("\(folder)/absent.safetensors") }
    }
  }

  @Test func numbersThatAreNotFiniteAreNotWritten() throws {
    try withTemporaryDirectory { folder in
      let network = try randomNetwork([6, 5, 3], seed: 1)
      network.layers[1].bias.base[0] = .infinity
      #expect(throws: Misuse.self) { try NetworkFile.write(network, to: "\(folder)/net.safetensors") }
      #expect(!FileAccess.exists("\(folder)/net.safetensors"))
    }
  }

  @Test func descriptionsSayWhatIsPruned() throws {
    let network = try randomNetwork([784, 64, 10], seed: 1)
    #expect("\(network)" == "Network(784 -> 64 -> 10)")
    let weight = network.layers[0].weight
    weight.base[3] = 0
    #expect("\(network)" == "Network(784 -> 64 -> 10, 1% pruned)")
    for k in 0..<weight.count where k >= 784 && k % 3 != 0 { weight.base[k] = 0 }
    for k in 0..<784 { weight.base[k] = 0 }
    #expect("\(network)" == "Network(784 -> 64 -> 10, 66% pruned)")
    let summary = network.summary
    #expect(summary[0].emptyNeurons == 1 && summary[1].zeroWeights == 0)
    #expect(summary.map(\.parameters) == [785 * 64, 650])
  }

  @Test func initializationStaysInItsBoundsAndRepeats() throws {
    for scheme in Initialization.allCases {
      let network = try Network.initialized(widths: [300, 100, 10], scheme: scheme, seed: 4)
      for layer in network.layers {
        let bound = scheme.bound(inputs: layer.inputCount, outputs: layer.outputCount)
        let weights = layer.weight.array
        let largest = weights.reduce(0) { max($0, abs($1)) }
        #expect(largest <= bound * (1 + 1e-7) && largest > 0.98 * bound)
        // The variance of a uniform distribution is a third of its squared bound.
        let variance = weights.reduce(0) { $0 + $1 * $1 } / Double(weights.count)
        #expect(abs(variance / (bound * bound / 3) - 1) < 0.1)
        #expect(layer.bias.array.allSatisfy { abs($0) <= 1 / Double(layer.inputCount).squareRoot() * (1 + 1e-7) })
        #expect(weights.allSatisfy { Double(Float($0)) == $0 })
      }
      #expect(
        try parameters(Network.initialized(widths: [300, 100, 10], scheme: scheme, seed: 4)) == parameters(network))
    }
    #expect(throws: Misuse.self) { try Network.initialized(widths: [4], seed: 1) }
    #expect(throws: Misuse.self) { try Network.initialized(widths: [4, 0], seed: 1) }
  }
}
