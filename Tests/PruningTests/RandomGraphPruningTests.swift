import Essentials
import Networks
import Pruning
import Tensors
import TestSupport
import Testing

/// Masks and reductions of networks with passed values, sparse layers and convolutions.
@Suite struct RandomGraphPruningTests {
  private func graph(_ seed: UInt64, _ random: inout RandomSource) throws -> Network {
    random = RandomSource(seed: seed)
    return try RandomGraph(
      inputs: [3, 12, 16][random.below(3)], width: 6, steps: 2 + random.below(8), outputs: 2, using: &random
    ).network
  }

  private func point(_ network: Network, _ random: inout RandomSource) -> [Double] {
    (0..<network.inputCount).map { _ in random.normal() }
  }

  private func error(_ a: Network, _ b: Network, at x: [Double]) throws -> Double {
    zip(try a.forward(x), try b.forward(x)).reduce(0) { max($0, abs($1.0 - $1.1) / (1 + abs($1.1))) }
  }

  @Test func masksLeaveCarriedValuesAlone() throws {
    var random = RandomSource(seed: 0)
    for seed in UInt64(0)..<60 {
      let network = try graph(seed, &random)
      for structure in PruningOptions.Structure.allCases {
        var options = PruningOptions()
        options.structure = structure
        options.layers = seed % 2 == 0 ? .all : .hidden
        let mask = try Pruner(options: options).mask(for: network, by: Chance(seed: seed), amount: .rate(0.5))
        #expect(mask.violatedInvariants.isEmpty)
        let pruned = try mask.apply(to: network)
        #expect(pruned.violatedInvariants.isEmpty)
        var isGone = [Bool](repeating: false, count: network.inputCount)
        for (index, layer) in network.layers.enumerated() {
          let own = pruned.layers[index]
          #expect(own.connections == layer.connections && own.rectified == layer.rectified)
          for neuron in 0..<layer.outputCount where !layer.rectified.contains(neuron) {
            let (before, after) = (layer.row(neuron), own.row(neuron))
            let isLast = index == network.layers.count - 1
            if structure == .unstructured, before.count(where: { $0 != 0 }) == 1 {
              #expect(before == after, "seed \(seed): \(network)")
            } else if structure == .structured, !isLast {
              // Only what removed neurons said is gone.
              for input in before.indices where !isGone[input] {
                #expect(before[input] == after[input], "seed \(seed): \(network)")
              }
            }
          }
          isGone = (0..<layer.outputCount).map { neuron in
            layer.rectified.contains(neuron) && own.bias(of: neuron) == 0 && own.row(neuron).allSatisfy { $0 == 0 }
          }
        }
      }
    }
  }

  @Test func reductionsComputeTheSame() throws {
    var (random, removed, merged) = (RandomSource(seed: 0), 0, 0)
    for seed in UInt64(100)..<200 {
      let network = try graph(seed, &random)
      var options = PruningOptions()
      options.structure = seed % 2 == 0 ? .structured : .unstructured
      let pruned = try Pruner(options: options).mask(for: network, by: Chance(seed: seed), amount: .rate(0.7))
        .apply(to: network)
      let compaction = try Compaction(pruned)
      #expect(compaction.network.violatedInvariants.isEmpty)
      removed += compaction.unusedCount + compaction.constantCount
      // A region that leaves some neurons undecided.
      let center = point(network, &random)
      let (lower, upper) = (center.map { $0 - 0.1 }, center.map { $0 + 0.1 })
      let ranges = try intervals(network, lower, upper)
      let reduction = try LosslessReduction(network, over: ranges)
      #expect(reduction.network.violatedInvariants.isEmpty)
      merged += reduction.removedCount + reduction.mergedCount + reduction.foldedCount
      for _ in 0..<10 {
        let x = point(network, &random)
        #expect(try error(pruned, compaction.network, at: x) < 1e-9, "seed \(seed): \(pruned)")
        let inside = zip(lower, upper).map { random.uniform($0, $1) }
        #expect(try error(network, reduction.network, at: inside) < 1e-6, "seed \(seed): \(network)")
      }
    }
    #expect(removed > 100 && merged > 100)
  }

  /// Bounds of all preactivations by interval arithmetic.
  private func intervals(_ network: Network, _ lower: [Double], _ upper: [Double]) throws -> RegionRanges {
    var (low, high) = (lower, upper)
    var (lowers, uppers): ([[Double]], [[Double]]) = ([], [])
    for layer in network.layers {
      var (least, most) = (layer.biases, layer.biases)
      for neuron in least.indices {
        for (input, weight) in layer.row(neuron).enumerated() {
          least[neuron] += min(weight * low[input], weight * high[input])
          most[neuron] += max(weight * low[input], weight * high[input])
        }
        (least[neuron], most[neuron]) = (least[neuron] - 1e-9, most[neuron] + 1e-9)
      }
      lowers.append(least)
      uppers.append(most)
      low = least.indices.map { layer.rectified.contains($0) ? max(least[$0], 0) : least[$0] }
      high = most.indices.map { layer.rectified.contains($0) ? max(most[$0], 0) : most[$0] }
    }
    return try RegionRanges(of: network, inputLower: lower, inputUpper: upper, lower: lowers, upper: uppers)
  }

  @Test func convolutionsLoseFilters() throws {
    var random = RandomSource(seed: 3)
    var builder = NetworkBuilder(inputCount: 2 * 6 * 6)
    var values = builder.inputs
    var channels = 2
    for filters in [6, 4] {
      let convolution = try Convolution(
        channels: channels, filters: filters, inputSize: [6, 6], kernelSize: [3, 3], padding: [1, 1])
      let kernel = (0..<filters * channels * 9).map { _ in random.normal() }
      values = builder.rectify(
        try builder.convolution(
          convolution, kernel: kernel, bias: (0..<filters).map { _ in random.normal() }, of: values))
      channels = filters
    }
    var last = SparseMatrix(columnCount: values.count)
    for _ in 0..<3 {
      for column in 0..<values.count { last.append(column, random.normal()) }
      last.endRow()
    }
    let network = try builder.network(outputs: builder.product(last, values))
    var options = PruningOptions()
    options.structure = .structured
    let mask = try Pruner(options: options).mask(for: network, by: Magnitude(), amount: .rate(0.5))
    let pruned = try mask.apply(to: network)
    let small = try Compaction(pruned).network
    #expect(small.layers.map(\.weight.shape) == [[3, 2, 3, 3], [2, 3, 3, 3], [3, 72]])
    let single = try Pruner().mask(for: network, by: Magnitude(), amount: .rate(0.5))
    #expect(single.keptWeights(ofLayer: 0) == 54 && single.keptWeights(ofLayer: 1) == 108)
    // Shared weights have the second derivatives of all places together.
    let batch = try Tensor((0..<5 * 72).map { _ in random.normal() }, shape: [5, 72])
    let calibration = try Calibration(network, batch: batch)
    let diagonal = try DiagonalHessianCriterion(calibration, ofSquares: true).diagonal
    #expect(diagonal.map(\.shape) == network.layers.map(\.weight.shape))
    var expected = 0.0
    for row in 0..<5 { for place in 0..<144 { expected += pow2(calibration.inputs[2].base[row * 144 + place]) * 2 / 5 } }
    #expect(abs(diagonal[2].array[..<144].reduce(0, +) - expected) < 1e-9 * expected)
    for _ in 0..<20 {
      #expect(try error(pruned, small, at: point(network, &random)) < 1e-11)
    }
  }

  private func pow2(_ value: Double) -> Double { value * value }
}
