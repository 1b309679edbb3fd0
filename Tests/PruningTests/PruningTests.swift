import Essentials
import Glibc
import Networks
import Pruning
import Tensors
import Testing

@Suite struct PruningTests {
  private func network(_ widths: [Int], seed: UInt64) throws -> Network {
    var random = RandomSource(seed: seed)
    return try Network(
      layers: zip(widths, widths.dropFirst()).map { inputs, outputs in
        try Layer(
          weight: Tensor((0..<inputs * outputs).map { _ in random.normal() }, shape: [outputs, inputs]),
          bias: Tensor((0..<outputs).map { _ in random.normal() }))
      }, metadata: ["seed": "\(seed)"])
  }

  private func zeros(_ tensor: Tensor) -> Int { tensor.array.reduce(0) { $0 + ($1 == 0 ? 1 : 0) } }

  private func prune(
    _ network: Network, _ criterion: some Criterion, _ amount: PruningAmount, within mask: Mask? = nil,
    _ change: (inout PruningOptions) -> Void = { _ in }
  ) throws -> Mask {
    var options = PruningOptions()
    change(&options)
    return try Pruner(options: options).mask(for: network, by: criterion, amount: amount, within: mask)
  }

  @Test func removesTheSmallestWeightsOfEveryHiddenLayer() throws {
    let network = try network([10, 8, 6, 3], seed: 1)
    let before = network.layers.map(\.weight.array)
    let mask = try prune(network, Magnitude(), .rate(0.9))
    let pruned = try mask.apply(to: network)
    #expect(zeros(pruned.layers[0].weight) == 72 && zeros(pruned.layers[1].weight) == 43)
    #expect(zeros(pruned.layers[2].weight) == 0)
    for index in 0..<3 {
      let after = pruned.layers[index].weight.array
      let kept = zip(before[index], after).filter { $0.1 != 0 }
      let gone = zip(before[index], after).filter { $0.1 == 0 }
      // Positive zero and untouched bits.
      for (old, new) in gone { #expect(new.bitPattern == 0 && old != 0) }
      for (old, new) in kept { #expect(old.bitPattern == new.bitPattern) }
      let largestGone = gone.map { abs($0.0) }.max() ?? 0
      let smallestKept = kept.map { abs($0.0) }.min() ?? .infinity
      #expect(largestGone <= smallestKept)
      #expect(pruned.layers[index].bias.array == network.layers[index].bias.array)
    }
    #expect(network.layers.map(\.weight.array) == before, "the network itself has changed")
    #expect(pruned.metadata == network.metadata)
  }

  /// Halves go to the even number, as Python's and PyTorch's `round` do.
  @Test(arguments: [(0.3, 5, 2), (0.5, 5, 2), (0.5, 7, 4), (0.25, 10, 2), (0.35, 10, 4), (0.99, 10, 10), (0, 10, 0)])
  func roundsAsPyTorchDoes(rate: Double, count: Int, expected: Int) throws {
    let network = try network([count, 1, 2], seed: 2)
    let pruned = try prune(network, Magnitude(), .rate(rate)).apply(to: network)
    #expect(zeros(pruned.layers[0].weight) == expected)
  }

  @Test func globalPruningPoolsTheLayers() throws {
    let network = try network([6, 5, 4, 3], seed: 3)
    for index in 0..<network.layers[1].weight.count { network.layers[1].weight.base[index] *= 1e-3 }
    let mask = try prune(network, Magnitude(), .count(20)) { $0.scope = .global }
    #expect(mask.keptWeights(ofLayer: 0) == 30 && mask.keptWeights(ofLayer: 1) == 0)
    let all = try prune(network, Magnitude(), .rate(0.5)) {
      $0.scope = .global
      $0.layers = .all
    }
    #expect((0..<3).reduce(0) { $0 + all.keptWeights(ofLayer: $1) } == 31)
    #expect(abs(all.sparsity - 31.0 / 62) < 1e-12)
  }

  @Test func laterRoundsTakeFromWhatIsLeft() throws {
    let network = try network([10, 10, 2], seed: 4)
    var mask = try prune(network, Magnitude(), .rate(0.5))
    #expect(mask.keptWeights(ofLayer: 0) == 50)
    let pruned = try mask.apply(to: network)
    mask = try prune(pruned, Magnitude(), .rate(0.5), within: mask)
    #expect(mask.keptWeights(ofLayer: 0) == 25)
    #expect(try mask.and(Mask(nonzerosOf: pruned)).keptWeights(ofLayer: 0) == 25)
    let once = try prune(network, Magnitude(), .rate(0.75))
    #expect(once.weights[0].array == mask.weights[0].array)
  }

  /// The published code prunes five times, each time the same share of what is left.
  @Test func roundsAreGeometric() throws {
    let network = try network([20, 20, 10], seed: 14)
    var options = PruningOptions()
    options.layers = .all
    let mask = try Pruner(options: options).mask(for: network, by: Magnitude(), rate: 0.9, rounds: 5)
    let share = 1 - pow(0.1, 0.2)
    for (index, total) in [400, 200].enumerated() {
      var left = total
      for _ in 0..<5 { left -= Int((share * Double(left)).rounded(.toNearestOrEven)) }
      #expect(mask.keptWeights(ofLayer: index) == left)
      #expect(abs(Double(left) - 0.1 * Double(total)) <= 2)
    }
    let single = try Pruner(options: options).mask(for: network, by: Magnitude(), rate: 0.9, rounds: 1)
    #expect(single.keptWeights(ofLayer: 0) == 40 && single.emptyLayers.isEmpty)
    #expect(throws: Misuse.self) {
      try Pruner().mask(for: network, by: Magnitude(), rate: 0.9, rounds: 0)
    }
    #expect(throws: Misuse.self) {
      try Pruner().mask(for: network, by: Magnitude(), rate: 1, rounds: 5)
    }
    let everything = try prune(network, Magnitude(), .count(400))
    #expect(everything.emptyLayers == [0])
  }

  @Test func structuredPruningTakesRowBiasAndColumn() throws {
    let network = try network([5, 6, 4, 3], seed: 5)
    let norms = (0..<6).map { neuron in (0..<5).reduce(0) { $0 + abs(network.layers[0].weight.array[neuron * 5 + $1]) }
    }
    let gone = Set(norms.indices.sorted { norms[$0] < norms[$1] }.prefix(3))
    let pruned = try prune(network, Magnitude(), .rate(0.5)) { $0.structure = .structured }
      .apply(to: network)
    for neuron in 0..<6 {
      let row = Array(pruned.layers[0].weight.array[neuron * 5..<(neuron + 1) * 5])
      #expect(row.allSatisfy { $0 == 0 } == gone.contains(neuron))
      #expect((pruned.layers[0].bias.array[neuron] == 0) == gone.contains(neuron))
    }
    for output in 0..<4 where pruned.layers[1].bias.array[output] != 0 {
      for input in 0..<6 {
        #expect((pruned.layers[1].weight.array[output * 6 + input] == 0) == gone.contains(input))
      }
    }
    let published = try prune(network, Magnitude(), .rate(0.5)) {
      $0.structure = .structured
      $0.keepsBiases = true
      $0.layers = .all
    }.apply(to: network)
    #expect(published.layers.map(\.bias.array) == network.layers.map(\.bias.array))
    // Rows only: 3 of 6 neurons, 2 of 4, and round(1.5) = 2 of 3 classes.
    #expect(published.layers.map { zeros($0.weight) } == [15, 12, 8])
  }

  @Test func masksCombine() throws {
    let network = try network([4, 4, 2], seed: 7)
    let a = try prune(network, Magnitude(), .rate(0.5))
    let b = try prune(network, Chance(seed: 9), .rate(0.5))
    let both = try a.and(b).weights[0].array
    let either = try a.or(b).weights[0].array
    for index in 0..<16 {
      #expect(both[index] == min(a.weights[0].array[index], b.weights[0].array[index]))
      #expect(either[index] == max(a.weights[0].array[index], b.weights[0].array[index]))
    }
    let other = try Mask(keepingAllOf: self.network([3, 4, 2], seed: 7))
    #expect(throws: Misuse.self) { try a.and(other) }
    #expect(throws: Misuse.self) { try other.apply(to: network) }
    #expect(throws: Misuse.self) { try Mask(weights: [Tensor([0.5], shape: [1, 1])], biases: [Tensor([1])]) }
  }

  @Test func refusesBadAmountsAndScores() throws {
    struct Broken: Criterion {
      var name: String { "broken" }
      let result: Tensor
      func scores(of index: Int, in network: Network) -> Tensor { result }
    }
    let network = try network([3, 2, 2], seed: 8)
    for rate in [-0.1, 1, 1.5, .nan, .infinity] {
      #expect(throws: Misuse.self) { try prune(network, Magnitude(), .rate(rate)) }
    }
    for count in [-1, 7] {
      #expect(throws: Misuse.self) { try prune(network, Magnitude(), .count(count)) }
    }
    #expect(throws: Misuse.self) { try prune(network, Magnitude(), .rate(0.5)) { $0.layers = .some([3]) } }
    for scores in [try Tensor([1, 2, 3, 4], shape: [2, 2]), try Tensor([1, 2, .nan, 4, 5, 6], shape: [2, 3])] {
      for structure in PruningOptions.Structure.allCases {
        let error = #expect(throws: Misuse.self) {
          try prune(network, Broken(result: scores), .rate(0.5)) { $0.structure = structure }
        }
        #expect(error?.message.hasPrefix("broken: ") == true)
      }
    }
  }
}
