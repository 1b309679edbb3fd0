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

  /// What a network says when some hidden neurons are silent, by plain loops over its layers.
  private func outputs(_ network: Network, silencing silent: [[Bool]], at x: [Double]) -> [Double] {
    var values = x
    for (index, layer) in network.layers.enumerated() {
      values = (0..<layer.outputCount).map { neuron in
        if silent[index][neuron] { return 0 }
        let sum = zip(layer.row(neuron), values).reduce(layer.bias(of: neuron)) { $0 + $1.0 * $1.1 }
        return layer.rectified.contains(neuron) ? max(sum, 0) : sum
      }
    }
    return values
  }

  /// A removed neuron is one that says 0, wherever what it said was read, carried or added to.
  @Test func removedNeuronsAreSilentOnes() throws {
    var (random, removed, carried) = (RandomSource(seed: 0), 0, 0)
    for seed in UInt64(300)..<420 {
      let network = try graph(seed, &random)
      carried += network.layers.dropLast().count { !$0.rectified.isAll }
      var options = PruningOptions()
      options.structure = .structured
      options.scope = seed.isMultiple(of: 2) ? .global : .layerwise
      let rate = [0.3, 0.6, 0.9][Int(seed % 3)]
      let mask = try Pruner(options: options).mask(for: network, by: Chance(seed: seed), amount: .rate(rate))
      let pruned = try mask.apply(to: network)
      let small = try Compaction(pruned).network
      let silent = network.layers.enumerated().map { index, layer in
        (0..<layer.outputCount).map { neuron in
          // A filter's neurons have weights that all may be beyond the border.
          let unit = neuron * layer.unitCount / layer.outputCount
          return index < network.layers.count - 1
            && layer.biasPlaces(ofUnit: unit).allSatisfy { mask.biases[index].base[$0] == 0 }
        }
      }
      removed += silent.joined().count { $0 }
      for _ in 0..<5 {
        let x = point(network, &random)
        let expected = outputs(network, silencing: silent, at: x)
        for own in [try pruned.forward(x), try small.forward(x)] {
          #expect(
            zip(own, expected).allSatisfy { abs($0 - $1) < 1e-9 * (1 + abs($1)) }, "seed \(seed): \(network)")
        }
      }
    }
    #expect(removed > 200 && carried > 50)
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
    for row in 0..<5 {
      for place in 0..<144 { expected += pow2(calibration.inputs[2].base[row * 144 + place]) * 2 / 5 }
    }
    #expect(abs(diagonal[2].array[..<144].reduce(0, +) - expected) < 1e-9 * expected)
    for _ in 0..<20 {
      #expect(try error(pruned, small, at: point(network, &random)) < 1e-11)
    }
  }

  /// The least squared error of what the layer says is where the surgeon leads: of neurons with some inputs each, and of
  /// filters whose weights meet the input at many places.
  @Test(arguments: ["sparse", "convolution", "groups"]) func surgeonMakesUp(_ kind: String) throws {
    var random = RandomSource(seed: 5)
    var builder = NetworkBuilder(inputCount: 2 * 5 * 5)
    var values = builder.inputs
    if kind == "sparse" {
      var matrix = SparseMatrix(columnCount: 50)
      for row in 0..<12 {
        for column in stride(from: row % 5, to: 50, by: 5) { matrix.append(column, random.normal()) }
        matrix.endRow()
      }
      values = builder.rectify(try builder.product(matrix, values))
    } else {
      let convolution = try Convolution(
        channels: 2, filters: 4, inputSize: [5, 5], kernelSize: [3, 3], stride: [2, 1], padding: [1, 1],
        groups: kind == "groups" ? 2 : 1)
      let kernel = (0..<convolution.kernelShape.reduce(1, *)).map { _ in random.normal() }
      values = builder.rectify(try builder.convolution(convolution, kernel: kernel, bias: [1, 0, -1, 2], of: values))
    }
    var last = SparseMatrix(columnCount: values.count)
    for column in 0..<values.count { last.append(column, random.normal()) }
    last.endRow()
    let network = try builder.network(outputs: builder.product(last, values))
    #expect(network.layers[0].connections.kind == (kind == "sparse" ? "sparse" : "convolution"))
    // Inputs that go together, so that there is something to make up for.
    let rows = (0..<60).map { _ -> [Double] in
      let common = random.normal()
      return (0..<50).map { _ in common + 0.5 * random.normal() }
    }
    let batch = try Tensor(rows.flatMap { $0 }, shape: [60, 50])
    func error(_ other: Network) throws -> Double {
      try rows.reduce(0) { sum, x in
        zip(try network.preactivations(x)[0], try other.preactivations(x)[0]).reduce(sum) {
          $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
        }
      }
    }
    let criterion = try SurgeonCriterion(Calibration(network, batch: batch), dampening: 1e-12)
    let mask = try Pruner().mask(for: network, by: criterion, amount: .rate(0.5))
    let pruned = try criterion.pruned(network, keeping: mask)
    let best = try error(pruned)
    #expect(try best < error(mask.apply(to: network)))
    #expect(try best < error(Pruner().mask(for: network, by: Magnitude(), amount: .rate(0.5)).apply(to: network)))
    for (tensor, kept) in [(0, mask.weights[0]), (1, mask.biases[0])] {
      for place in 0..<kept.count {
        for change in [-1e-3, 1e-3] where kept.base[place] != 0 {
          let other = try pruned.copy()
          (tensor == 0 ? other.layers[0].weight : other.layers[0].bias).base[place] += change
          #expect(try error(other) >= best, "\(kind), \(tensor), \(place)")
        }
        if tensor == 0, kept.base[place] == 0 { #expect(pruned.layers[0].weight.base[place].bitPattern == 0) }
      }
    }
  }

  private func pow2(_ value: Double) -> Double { value * value }
}
