import Essentials
import Networks
import Pruning
import Tensors
import Testing

@Suite struct CompactionTests {
  private func network(_ widths: [Int], using random: inout RandomSource) throws -> Network {
    try Network(
      layers: zip(widths, widths.dropFirst()).map { inputs, outputs in
        try Layer(
          weight: Tensor((0..<inputs * outputs).map { _ in random.normal() }, shape: [outputs, inputs]),
          bias: Tensor((0..<outputs).map { _ in random.normal() }))
      })
  }

  private func expectEqual(_ a: Network, _ b: Network, _ random: inout RandomSource, _ what: String) throws {
    for _ in 0..<200 {
      let x = (0..<a.inputCount).map { _ in random.normal() }
      for (first, second) in zip(try a.forward(x), try b.forward(x)) {
        #expect(abs(first - second) <= 1e-11 * (1 + abs(first)), "\(what)")
      }
    }
  }

  @Test(arguments: 0..<20) func computesTheSameFunction(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    let dense = try network([8, 10, 9, 7, 3], using: &random)
    var options = PruningOptions()
    options.structure = seed % 2 == 0 ? .structured : .unstructured
    options.keepsBiases = seed % 4 == 0
    options.layers = seed % 3 == 0 ? .all : .hidden
    let mask = try Pruner(options: options).mask(
      for: dense, by: Chance(seed: UInt64(100 * seed)), amount: .rate([0.5, 0.8, 0.95][seed % 3]))
    let pruned = try mask.apply(to: dense)
    let compaction = try Compaction(pruned)
    try expectEqual(pruned, compaction.network, &random, "seed \(seed)")
    let original = pruned.layers.dropLast().map(\.outputCount).reduce(0, +)
    let kept = compaction.kept.reduce(0) { $0 + $1.count }
    #expect(kept + compaction.unusedCount + compaction.constantCount == original)
    if seed % 2 == 0 { #expect(kept < original) }
    // Compacting again finds nothing, unless a layer vanished and left its stand-in.
    if compaction.kept.allSatisfy({ !$0.isEmpty }) {
      #expect(try Compaction(compaction.network).network.widths == compaction.network.widths)
    }
  }

  @Test func structuredPruningShrinksTheWidths() throws {
    var random = RandomSource(seed: 40)
    let dense = try network([12, 10, 8, 3], using: &random)
    var options = PruningOptions()
    options.structure = .structured
    let pruned = try Pruner(options: options).mask(for: dense, by: Magnitude(), amount: .rate(0.5)).apply(to: dense)
    let compaction = try Compaction(pruned)
    #expect(compaction.network.widths == [12, 5, 4, 3])
    #expect(compaction.unusedCount + compaction.constantCount == 9)
  }

  @Test func aVanishedLayerLeavesAConstant() throws {
    var random = RandomSource(seed: 41)
    let dense = try network([5, 4, 4, 3], using: &random)
    for index in 0..<dense.layers[1].weight.count { dense.layers[1].weight.base[index] = 0 }
    let compaction = try Compaction(dense)
    #expect(compaction.network.widths == [5, 1, 1, 3])
    try expectEqual(dense, compaction.network, &random, "constant")
  }

  @Test func aDenseNetworkStaysAsItIs() throws {
    var random = RandomSource(seed: 42)
    let dense = try network([5, 4, 3], using: &random)
    let compaction = try Compaction(dense)
    #expect(compaction.network.layers.map(\.weight.array) == dense.layers.map(\.weight.array))
    #expect(compaction.network.layers.map(\.bias.array) == dense.layers.map(\.bias.array))
    #expect(compaction.unusedCount == 0 && compaction.constantCount == 0)
  }
}
