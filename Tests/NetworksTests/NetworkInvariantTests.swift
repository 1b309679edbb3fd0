import Essentials
import Networks
import Tensors
import TestSupport
import Testing

/// However a network is made, its layers fit each other and lie in one piece.
@Suite struct NetworkInvariantTests {
  @Test(arguments: 1...30 as ClosedRange<UInt64>) func theyHoldHoweverItIsMade(_ seed: UInt64) throws {
    var random = RandomSource(seed: seed)
    let widths = (0..<2 + random.below(3)).map { _ in 1 + random.below(6) }
    // Weights that are views: transposed, and cut out of larger tensors.
    let layers = try zip(widths, widths.dropFirst()).map { inputs, outputs in
      let numbers = (0..<inputs * outputs).map { _ in random.normal() }
      let bias = try Tensor((0..<2 * outputs).map { _ in random.normal() }, shape: [outputs, 2]).select(axis: 1, 0)
      return try Layer(weight: Tensor(numbers, shape: [inputs, outputs]).transposed(), bias: bias)
    }
    let network = try Network(layers: layers)
    #expect(network.violatedInvariants == [], "seed \(seed)")
    #expect(try network.copy().violatedInvariants == [], "seed \(seed)")
    #expect(try Network.initialized(widths: widths, seed: seed).violatedInvariants == [], "seed \(seed)")
    try withTemporaryDirectory { folder in
      try NetworkFile.write(network, to: folder + "/network.safetensors")
      #expect(try NetworkFile.read(folder + "/network.safetensors").violatedInvariants == [], "seed \(seed)")
    }
    // What does not fit is refused.
    #expect(throws: Misuse.self) { try Network(layers: layers + [randomNetwork([99, 1], seed: 1).layers[0]]) }
  }

  /// The same weights with other ReLUs are another network: what is proved of one says nothing about the other.
  @Test func otherReLUsMakeAnotherNetwork() throws {
    let network = try randomNetwork([3, 4, 2], seed: 1)
    let passing = try Network(layers: [
      network.layers[0].rectifying(NeuronSet([true, true, false, true])), network.layers[1],
    ])
    #expect(try network.hasSameParameters(as: network.copy()) && passing.hasSameParameters(as: passing.copy()))
    #expect(!network.hasSameParameters(as: passing))
  }
}
