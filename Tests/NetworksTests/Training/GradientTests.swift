import Essentials
import Glibc
import Networks
import Tensors
import Testing

@Suite struct GradientTests {
  /// The mean cross-entropy of a network at rows, one after the other.
  private func crossEntropy(_ network: Network, _ rows: [Double], _ labels: [Int]) -> Double {
    let width = rows.count / labels.count
    return labels.indices.reduce(0) { sum, row in
      let logits = PlainLoops.forward(network, Array(rows[row * width..<(row + 1) * width]))
      return sum + log(logits.reduce(0) { $0 + exp($1) }) - logits[labels[row]]
    } / Double(labels.count)
  }

  /// The slope of a function of a parameter by a central difference.
  private func difference(of function: () -> Double, by parameter: UnsafeMutablePointer<Double>) -> Double {
    let here = parameter.pointee
    defer { parameter.pointee = here }
    parameter.pointee = here + 1e-6
    let above = function()
    parameter.pointee = here - 1e-6
    return (above - function()) / 2e-6
  }

  @Test(arguments: [[5, 3], [6, 8, 4], [9, 17, 12, 10], [20, 33, 5, 7, 3]])
  func inputGradientsAgreeWithFiniteDifferences(_ widths: [Int]) throws {
    let network = try randomNetwork(widths, seed: 3)
    var input = randomInput(widths[0], seed: 4)
    var random = RandomSource(seed: 5)
    let weights = (0..<widths[widths.count - 1]).map { _ in random.normal() }
    func value(_ input: [Double]) -> Double {
      zip(PlainLoops.forward(network, input), weights).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let result = try network.inputGradient(input, outputWeights: weights)
    #expect(abs(result.value - value(input)) < 1e-12)
    // No preactivation is so near zero that a step of this size would cross it.
    let step = 1e-6
    #expect(try network.preactivations(input).joined().allSatisfy { abs($0) > 1e-4 }, "choose another seed")
    for k in input.indices {
      let here = input[k]
      input[k] = here + step
      let above = value(input)
      input[k] = here - step
      let below = value(input)
      input[k] = here
      #expect(abs(result.gradient[k] - (above - below) / (2 * step)) < 1e-7, "\(widths), input \(k)")
    }
  }

  @Test(arguments: [[4, 3], [5, 7, 3], [6, 9, 5, 4]])
  func parameterGradientsAgreeWithFiniteDifferences(_ widths: [Int]) throws {
    let network = try randomNetwork(widths, seed: 6)
    let batch = try Tensor(randomInput(7 * widths[0], seed: 7), shape: [7, widths[0]])
    let labels = (0..<7).map { $0 % widths[widths.count - 1] }
    func loss() -> Double { crossEntropy(network, batch.array, labels) }
    let result = try network.crossEntropy(batch: batch, labels: labels)
    #expect(abs(result.loss - loss()) < 1e-12)
    for (layer, gradient) in zip(network.layers, result.gradients) {
      for (parameter, slopes) in [(layer.weight, gradient.weight), (layer.bias, gradient.bias)] {
        #expect(slopes.shape == parameter.shape)
        for k in 0..<parameter.count {
          let slope = difference(of: loss, by: parameter.base + k)
          #expect(abs(slopes.base[k] - slope) < 1e-7, "\(widths), parameter \(k)")
        }
      }
    }
  }

  /// The trainer's own gradient, which one step of plain descent at the rate 1 shows; by lists where a mask keeps little.
  @Test(arguments: [nil, 0.8]) func gradientsOfStepsAgreeWithFiniteDifferences(_ rate: Double?) throws {
    let network = try randomNetwork([6, 9, 5, 4], seed: 8)
    let data = try randomDataset(count: 70, inputs: 6, classes: 4, zeroShare: 0.3, seed: 9)
    var random = RandomSource(seed: 10)
    let masks = network.layers.map { layer in
      let mask = Tensor.zeros(layer.weight.shape)
      for k in 0..<mask.count { mask.base[k] = random.uniform() < rate ?? 0 ? 0 : 1 }
      for k in 0..<mask.count { layer.weight.base[k] *= mask.base[k] }
      return mask
    }
    let (rows, labels) = (try data.images(0..<70).array, try data.labels)
    func loss() -> Double { crossEntropy(network, rows, labels) }
    let stepped = try network.copy()
    var options = TrainingOptions()
    (options.epochs, options.batchSize, options.shuffle) = (1, 70, false)
    (options.optimizer, options.learningRate, options.weightDecay) = (.descent(), 1, 0)
    options.masks = rate == nil ? nil : masks
    _ = try Trainer(network: stepped, dataset: data, options: options).run()
    for (layer, (after, mask)) in zip(network.layers, zip(stepped.layers, masks)) {
      for (parameter, moved) in [(layer.weight, after.weight), (layer.bias, after.bias)] {
        for k in 0..<parameter.count where parameter !== layer.weight || mask.base[k] != 0 {
          let here = parameter.base[k]
          let slope = difference(of: loss, by: parameter.base + k)
          #expect(abs(here - moved.base[k] - slope) < 1e-6, "rate \(rate ?? 0), parameter \(k)")
        }
      }
    }
  }

  @Test func labelsOutsideTheClassesAreRefused() throws {
    let network = try randomNetwork([2, 3], seed: 6)
    let batch = Tensor.zeros([2, 2])
    #expect(throws: Misuse.self) { try network.crossEntropy(batch: batch, labels: [0, 3]) }
    #expect(throws: Misuse.self) { try network.crossEntropy(batch: batch, labels: [0]) }
    #expect(throws: Misuse.self) { try network.crossEntropy(batch: Tensor.zeros([0, 2]), labels: []) }
  }
}
