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
      try Layer(
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
  return try RegionRanges(of: network, inputLower: lower, inputUpper: upper, lower: lowers, upper: uppers)
}

@Suite("Criteria against their definitions")
struct CriterionTests {
  static let seed: UInt64 = 3
  let network: Network
  let batch: Tensor
  let labels: [Int]

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
    #expect(calibration.inputs[0].array == batch.array)
    #expect(throws: Misuse.self) { try Calibration(network, batch: Tensor([1, 2], shape: [1, 2])) }
  }

  @Test("OBD: the diagonal of the last layer is the exact second derivative")
  func diagonal() throws {
    let criterion = try DiagonalHessianCriterion(Calibration(network, batch: batch))
    let step = 1e-3
    let middle = try loss(network)
    for place in 0..<12 {
      let (more, less) = (try network.copy(), try network.copy())
      more.layers[2].weight.base[place] += step
      less.layers[2].weight.base[place] -= step
      let second = (try loss(more) - 2 * middle + loss(less)) / (step * step)
      #expect(abs(criterion.diagonal[2].array[place] - second) < 1e-4 * (1 + second))
    }
    let scores = try criterion.scores(of: 2, in: network).array
    for place in scores.indices {
      let weight = network.layers[2].weight.array[place]
      #expect(abs(scores[place] - criterion.diagonal[2].array[place] * weight * weight / 2) < 1e-15)
    }
    // Every curvature is a mean of squares times something that is not negative.
    #expect(criterion.diagonal.allSatisfy { $0.array.allSatisfy { $0 >= 0 } })
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
    let other = try randomNetwork([6, 5, 3], seed: 1)
    #expect(throws: Misuse.self) { try ranges.sensitivity(of: [weights], in: other) }
  }
}
