import Essentials
import Networks
import Pruning
import Tensors
import Testing

/// A network with normal parameters.
func randomNetwork(_ widths: [Int], seed: UInt64) throws -> Network {
  var random = RandomSource(seed: seed)
  return try Network(
    layers: zip(widths, widths.dropFirst()).map { inputs, outputs in
      try DenseLayer(
        weight: Tensor((0..<inputs * outputs).map { _ in random.normal() }, shape: [outputs, inputs]),
        bias: Tensor((0..<outputs).map { _ in random.normal() }))
    })
}

/// Ranges of a network over a box by interval arithmetic.
func intervalRanges(_ network: Network, lower: [Double], upper: [Double]) throws -> RegionRanges {
  var (low, high) = (lower, upper)
  var (lowers, uppers): ([[Double]], [[Double]]) = ([], [])
  for layer in network.layers {
    let weights = layer.weight.array
    var (least, most) = (layer.bias.array, layer.bias.array)
    for neuron in least.indices {
      for input in low.indices {
        let weight = weights[neuron * low.count + input]
        least[neuron] += min(weight * low[input], weight * high[input])
        most[neuron] += max(weight * low[input], weight * high[input])
      }
    }
    lowers.append(least)
    uppers.append(most)
    (low, high) = (least.map { max($0, 0) }, most.map { max($0, 0) })
  }
  return try RegionRanges(inputLower: lower, inputUpper: upper, lower: lowers, upper: uppers)
}

@Suite("Criteria against their definitions")
struct CriterionTests {
  static let seed: UInt64 = 3
  let network: Network
  let batch: Tensor
  let labels: [Int]
  var random = RandomSource(seed: 17)

  init() throws {
    network = try randomNetwork([6, 5, 4, 3], seed: Self.seed)
    var source = RandomSource(seed: 18)
    batch = try Tensor((0..<40 * 6).map { _ in source.normal() }, shape: [40, 6])
    labels = (0..<40).map { _ in source.below(3) }
  }

  private func loss(_ network: Network) throws -> Double {
    try network.crossEntropy(batch: batch, labels: labels).loss
  }

  @Test("what each layer reads is what single forward passes give")
  func activations() throws {
    let calibration = try Calibration(network, batch: batch)
    for row in 0..<40 {
      let x = Array(batch.array[row * 6..<(row + 1) * 6])
      let hidden = try network.preactivations(x).map { $0.map { max($0, 0) } }
      for index in 0..<2 {
        let width = network.layers[index].outputCount
        let got = calibration.inputs[index + 1].array[row * width..<(row + 1) * width]
        for (a, b) in zip(got, hidden[index]) { #expect(abs(a - b) < 1e-12) }
      }
    }
    let norms = calibration.inputNorms(ofLayer: 0)
    let expected = (0..<6).map { input in
      (0..<40).reduce(0) { $0 + batch.array[$1 * 6 + input] * batch.array[$1 * 6 + input] }.squareRoot()
    }
    for (a, b) in zip(norms, expected) { #expect(abs(a - b) < 1e-12) }
    #expect(throws: Misuse.self) { try calibration.gradients() }
    #expect(throws: Misuse.self) { try Calibration(network, batch: batch, labels: [7]) }
    #expect(throws: Misuse.self) { try Calibration(network, batch: Tensor([1, 2], shape: [1, 2])) }
  }

  @Test("SNIP and Taylor: the change of the loss under a small relative change of the weight or neuron")
  mutating func gradients() throws {
    let gradients = try Calibration(network, batch: batch, labels: labels).gradients()
    let snip = GradientCriterion(gradients: gradients)
    let taylor = GradientCriterion(gradients: gradients, rule: .taylor)
    let step = 1e-6
    for index in 0..<3 {
      let scores = try snip.scores(of: index, in: network, using: &random).array
      let squares = try taylor.scores(of: index, in: network, using: &random).array
      for place in stride(from: 0, to: scores.count, by: 3) {
        let (more, less) = (try network.copy(), try network.copy())
        more.layers[index].weight.base[place] *= 1 + step
        less.layers[index].weight.base[place] *= 1 - step
        let change = (try loss(more) - loss(less)) / (2 * step)
        #expect(abs(scores[place] - abs(change)) < 1e-6 * (1 + abs(change)))
        #expect(abs(squares[place] - change * change) < 1e-5 * (1 + change * change))
      }
      let neurons = try taylor.neuronScores(of: index, in: network, using: &random)
      for neuron in neurons.indices {
        let (more, less) = (try network.copy(), try network.copy())
        let inputs = network.layers[index].inputCount
        for (changed, factor) in [(more, 1 + step), (less, 1 - step)] {
          for input in 0..<inputs { changed.layers[index].weight.base[neuron * inputs + input] *= factor }
          changed.layers[index].bias.base[neuron] *= factor
        }
        let change = (try loss(more) - loss(less)) / (2 * step)
        #expect(abs(neurons[neuron] - change * change) < 1e-5 * (1 + change * change))
      }
    }
  }

  @Test("Wanda compares within neurons: all lose the same share")
  mutating func wanda() throws {
    let criterion = ActivationCriterion(try Calibration(network, batch: batch))
    var options = PruningOptions()
    options.scope = criterion.usualScope
    options.layers = .all
    let mask = try Pruner(options: options).mask(for: network, by: criterion, amount: .rate(0.5), using: &random)
    for index in 0..<3 {
      let layer = network.layers[index]
      let norms = try Calibration(network, batch: batch).inputNorms(ofLayer: index)
      for neuron in 0..<layer.outputCount {
        let row = neuron * layer.inputCount
        let scores = (0..<layer.inputCount).map { abs(layer.weight.array[row + $0]) * norms[$0] }
        let gone = Set(
          scores.indices.sorted { scores[$0] < scores[$1] }
            .prefix(Int((0.5 * Double(scores.count)).rounded(.toNearestOrEven))))
        for input in scores.indices {
          #expect((mask.weights[index].array[row + input] == 0) == gone.contains(input))
        }
      }
    }
    options.structure = .structured
    #expect(throws: Misuse.self) {
      try Pruner(options: options).mask(for: network, by: criterion, amount: .rate(0.5), using: &random)
    }
  }

  @Test("OBD: the diagonal of the last layer is the exact second derivative")
  mutating func diagonal() throws {
    let criterion = try DiagonalHessianCriterion(Calibration(network, batch: batch, labels: labels))
    let step = 1e-3
    let middle = try loss(network)
    for place in 0..<12 {
      let (more, less) = (try network.copy(), try network.copy())
      more.layers[2].weight.base[place] += step
      less.layers[2].weight.base[place] -= step
      let second = (try loss(more) - 2 * middle + loss(less)) / (step * step)
      #expect(abs(criterion.diagonal[2].array[place] - second) < 1e-4 * (1 + second))
    }
    let scores = try criterion.scores(of: 2, in: network, using: &random).array
    for place in scores.indices {
      let weight = network.layers[2].weight.array[place]
      #expect(abs(scores[place] - criterion.diagonal[2].array[place] * weight * weight / 2) < 1e-15)
    }
    // Every curvature is a mean of squares times something that is not negative.
    #expect(criterion.diagonal.allSatisfy { $0.array.allSatisfy { $0 >= 0 } })
  }

  @Test("criteria of the region: the terms of interval arithmetic")
  mutating func regions() throws {
    let (low, high) = ([0, -1, 0.2, 0, 0, 0.5], [1, 1, 0.4, 0, 1, 0.5])
    let ranges = try intervalRanges(network, lower: low, upper: high)
    let bound = try BoundCriterion(ranges).scores(of: 0, in: network, using: &random).array
    let wide = try IntervalWidthCriterion(ranges).scores(of: 0, in: network, using: &random).array
    let narrow = try IntervalWidthCriterion(ranges, order: .narrow).scores(of: 0, in: network, using: &random).array
    for neuron in 0..<5 {
      var width = 0.0
      for input in 0..<6 {
        let place = neuron * 6 + input
        let weight = abs(network.layers[0].weight.array[place])
        #expect(bound[place] == (ranges.upper[0][neuron] <= 0 ? 0 : weight * max(abs(low[input]), abs(high[input]))))
        #expect(wide[place] == -narrow[place])
        width += narrow[place]
      }
      #expect(abs(width - (ranges.upper[0][neuron] - ranges.lower[0][neuron])) < 1e-12)
    }
    #expect(throws: Misuse.self) {
      let other = try randomNetwork([6, 5, 3], seed: 1)
      return try BoundCriterion(ranges).scores(of: 0, in: other, using: &random)
    }
  }

  @Test("the margin's reaction is its gradient where every ReLU is decided")
  func sensitivity() throws {
    var source = RandomSource(seed: 5)
    let x = (0..<6).map { _ in source.normal() }
    let ranges = try intervalRanges(network, lower: x, upper: x)
    let weights = [-1.0, 1, 0]
    let reaction = try ranges.sensitivity(of: [weights], in: network)
    // dm/dz of the first layer: move each bias.
    for neuron in 0..<5 {
      let step = 1e-6
      let (more, less) = (try network.copy(), try network.copy())
      more.layers[0].bias.base[neuron] += step
      less.layers[0].bias.base[neuron] -= step
      func margin(_ network: Network) throws -> Double {
        zip(weights, try network.forward(x)).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let slope = (try margin(more) - margin(less)) / (2 * step)
      #expect(abs(reaction[0][neuron] - abs(slope)) < 1e-6)
    }
    #expect(reaction[2] == [1, 1, 0])
  }

  @Test("stability: neurons that never fire go first, those that always fire last")
  mutating func stability() throws {
    let layer = try DenseLayer(
      weight: Tensor([1, 1, 1, 1, 1, 1], shape: [3, 2]), bias: Tensor([-3, -1.9, 0.5]))
    let out = try DenseLayer(weight: Tensor([1, 1, 1], shape: [1, 3]), bias: Tensor([0]))
    let small = try Network(layers: [layer, out])
    let ranges = try intervalRanges(small, lower: [0, 0], upper: [1, 1])
    let scores = try StabilityCriterion(ranges).scores(of: 0, in: small, using: &random).array
    #expect(scores[0] == 0 && scores[1] == 0)
    #expect(abs(scores[2] - 0.05) < 1e-12 && scores[4] == 1)
  }
}
