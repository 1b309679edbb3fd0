import Essentials
import TestSupport
import Networks
import Tensors
import Testing

/// Training of what structured masks leave: products leave out what moves nothing, the optimizer does not.
@Suite struct CompactTrainingTests {
  /// Masks that take inputs and neurons out, some of these with the weights that read them, some with the bias, and single
  /// weights beside them.
  private func masks(
    _ network: Network, share: Double, _ random: inout RandomSource
  ) -> (weights: [Tensor?], biases: [Tensor?]) {
    var goes = (0..<network.inputCount).map { _ in random.uniform() < share / 2 }
    var result: (weights: [Tensor?], biases: [Tensor?]) = ([], [])
    for (index, layer) in network.layers.enumerated() {
      let isLast = index == network.layers.count - 1
      let (mask, bias) = (Tensor.zeros(layer.weight.shape), Tensor.zeros(layer.bias.shape))
      let gone = (0..<layer.outputCount).map { _ in !isLast && random.uniform() < share }
      let isRead = goes.map { !$0 || random.below(3) == 0 }
      let keepsSome = random.below(2) == 0
      for k in 0..<mask.count {
        let (neuron, input) = (k / layer.inputCount, k % layer.inputCount)
        // Some weights of a neuron that nothing reads stay, and some that read one that is zero.
        let stays = gone[neuron] ? keepsSome && random.below(4) == 0 : random.uniform() < 0.9
        mask.base[k] = stays && isRead[input] ? 1 : 0
      }
      for k in 0..<bias.count { bias.base[k] = gone[k] && random.below(3) > 0 ? 0 : 1 }
      result.weights.append(mask)
      result.biases.append(isLast ? nil : bias)
      goes = gone
    }
    return result
  }

  /// Steps in Float64 of the whole network, whose masks are applied after each.
  private func reference(_ network: Network, _ data: Dataset, _ options: TrainingOptions) throws -> [Double] {
    let optimizer = try ParameterOptimizer(
      network: network, optimizer: options.optimizer, learningRate: options.learningRate,
      weightDecay: options.weightDecay)
    for _ in 0..<options.epochs {
      for first in stride(from: 0, to: data.count, by: options.batchSize) {
        let range = first..<min(first + options.batchSize, data.count)
        let (_, gradients) = try network.crossEntropy(batch: data.images(range), labels: Array(data.labels[range]))
        try optimizer.step(gradients, masks: options.masks, biasMasks: options.biasMasks)
      }
    }
    return parameters(network)
  }

  @Test(arguments: [0.3, 0.7, 0.9, 1.0]) func stepsAgreeWithFloat64OfTheWholeNetwork(_ share: Double) throws {
    for seed in UInt64(0)..<12 {
      var random = RandomSource(seed: seed)
      let widths = [[40, 24, 12, 5], [33, 9, 3], [20, 40, 30, 20, 6], [17, 8, 8, 2]][Int(seed) % 4]
      let network = try Network.initialized(widths: widths, seed: seed)
      for layer in network.layers { for k in 0..<layer.bias.count { layer.bias.base[k] = random.uniform(-0.2, 0.4) } }
      let data = try randomDataset(
        count: 70, inputs: widths[0], classes: widths[widths.count - 1], zeroShare: 0.5, seed: seed + 100)
      var options = TrainingOptions()
      (options.epochs, options.batchSize, options.shuffle) = (2, [13, 64, 70][Int(seed) % 3], false)
      (options.optimizer, options.weightDecay) = (seed % 2 == 0 ? .adam() : .descent(momentum: 0.9), 0.05)
      let masks = masks(network, share: share, &random)
      (options.masks, options.biasMasks) = (masks.weights, masks.biases)
      let copy = try network.copy()
      for (layer, (weight, bias)) in zip(copy.layers, zip(masks.weights, masks.biases)) {
        for (parameter, mask) in [(layer.weight, weight), (layer.bias, bias)] {
          if let mask { for k in 0..<mask.count where mask.base[k] == 0 { parameter.base[k] = 0 } }
        }
      }
      let expected = try reference(copy, data, options)
      _ = try Trainer(network: network, dataset: data, options: options).run()
      #expect(largestDifference(parameters(network), expected) < 3e-5, "\(widths), share \(share), seed \(seed)")
      for (layer, (weight, bias)) in zip(network.layers, zip(masks.weights, masks.biases)) {
        for (parameter, mask) in [(layer.weight, weight), (layer.bias, bias)] {
          for k in 0..<(mask?.count ?? 0) where mask?.base[k] == 0 {
            #expect(parameter.base[k] == 0 && parameter.base[k].sign == .plus)
          }
        }
      }
    }
  }

  /// Pixels that are black in all pictures, in runs, as the margins of digits are.
  @Test(arguments: [0.0, 0.8]) func blackMarginsMoveNothing(_ rate: Double) throws {
    var random = RandomSource(seed: 21)
    for widths in [[64, 5, 3], [64, 40, 3]] {
      let pixels = (0..<70 * 64).map { k in
        (2..<6).contains(k % 8) && (20..<50).contains(k % 64) ? UInt8(random.below(256)) : 0
      }
      let data = try Dataset(
        name: "margins", split: "train", pixels: pixels, labels: (0..<70).map { $0 % 3 }, rows: 8, columns: 8,
        classNames: ["a", "b", "c"])
      let network = try Network.initialized(widths: widths, seed: 22)
      var options = TrainingOptions()
      (options.epochs, options.batchSize, options.shuffle) = (2, 70, false)
      let mask = Tensor.zeros(network.layers[0].weight.shape)
      for k in 0..<mask.count { mask.base[k] = random.uniform() < rate ? 0 : 1 }
      for k in 0..<mask.count { network.layers[0].weight.base[k] *= mask.base[k] }
      options.masks = rate > 0 ? [mask, nil] : nil
      let expected = try reference(try network.copy(), data, options)
      _ = try Trainer(network: network, dataset: data, options: options).run()
      #expect(largestDifference(parameters(network), expected) < 1e-5, "\(widths) at rate \(rate)")
    }
  }

  @Test func inputsThatAreNotReadAreLeftOutOfRowsOfNumbers() throws {
    var random = RandomSource(seed: 5)
    let rows = try Tensor((0..<60 * 9).map { _ in random.uniform(-3, 9) }, shape: [60, 9])
    let targets = try Tensor((0..<60).map { _ in random.normal() }, shape: [60, 1])
    let data = try Dataset(name: "rows", rows: rows, targets: targets)
    let start = try Network.initialized(widths: [9, 7, 1], seed: 6)
    let mask = Tensor.zeros([7, 9])
    for k in 0..<63 where [1, 4, 8].contains(k % 9) { mask.base[k] = 1 }
    var options = TrainingOptions()
    (options.epochs, options.batchSize, options.standardizes) = (4, 16, false)
    options.masks = [mask, nil]
    let masked = try start.copy()
    _ = try Trainer(network: masked, dataset: data, options: options).run()
    // The same training of a network and rows without the others.
    let few = try Tensor((0..<180).map { rows.base[$0 / 3 * 9 + [1, 4, 8][$0 % 3]] }, shape: [60, 3])
    let smallData = try Dataset(name: "rows", rows: few, targets: targets)
    let weight = try Tensor(
      (0..<21).map { start.layers[0].weight.base[$0 / 3 * 9 + [1, 4, 8][$0 % 3]] }, shape: [7, 3])
    let small = try Network(layers: [
      Layer(weight: weight, bias: start.layers[0].bias.copy()), start.layers[1].copy(),
    ])
    options.masks = nil
    _ = try Trainer(network: small, dataset: smallData, options: options).run()
    let (own, expected) = (try masked.forward(batch: rows).array, try small.forward(batch: few).array)
    #expect(largestDifference(own, expected) < 1e-5)
  }

  @Test func aCheckpointOfAMaskedTrainingGoesOnWithTheSameNumbers() throws {
    let data = try randomDataset(count: 90, inputs: 30, classes: 4, seed: 7)
    let start = try Network.initialized(widths: [30, 20, 12, 4], seed: 8)
    var random = RandomSource(seed: 9)
    var options = TrainingOptions()
    (options.epochs, options.batchSize) = (4, 32)
    let masks = masks(start, share: 0.6, &random)
    (options.masks, options.biasMasks) = (masks.weights, masks.biases)
    let whole = try start.copy()
    _ = try Trainer(network: whole, dataset: data, options: options).run()
    let rest = try start.copy()
    try withTemporaryDirectory { folder in
      options.checkpointPath = folder + "/half.safetensors"
      _ = try Trainer(network: try start.copy(), dataset: data, options: options).run(onEpoch: {
        $0.epoch == 2 ? .stop : .proceed
      })
      let trainer = try Trainer(network: rest, dataset: data, options: options)
      try trainer.resume(from: folder + "/half.safetensors")
      _ = try trainer.run()
    }
    #expect(rest.hasSameParameters(as: whole))
  }
}
