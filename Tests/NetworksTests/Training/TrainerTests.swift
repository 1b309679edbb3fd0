import Essentials
import Networks
import Tensors
import Testing

@Suite struct TrainerTests {
  /// The trainer's recipe in Float64 from other parts: gradients that are tested against finite differences, and the
  /// optimizer of `ParameterOptimizer`, tested on its own below.
  private func reference(_ network: Network, _ dataset: Dataset, _ options: TrainingOptions) throws -> [Double] {
    let optimizer = try ParameterOptimizer(
      network: network, optimizer: options.optimizer, learningRate: options.learningRate,
      weightDecay: options.weightDecay)
    for epoch in 0..<options.epochs {
      optimizer.learningRate = options.learningRate * options.schedule.factor(epoch: epoch, of: options.epochs)
      for first in stride(from: 0, to: dataset.count, by: options.batchSize) {
        let range = first..<min(first + options.batchSize, dataset.count)
        var (_, gradients) = try network.crossEntropy(
          batch: dataset.images(range), labels: Array(dataset.labels[range]))
        if let limit = options.gradientNormLimit {
          // What is pruned is no parameter.
          for (gradient, mask) in zip(gradients, options.masks ?? []) {
            guard let mask else { continue }
            for k in 0..<mask.count { gradient.weight.base[k] *= mask.base[k] }
          }
          let all = gradients.flatMap { $0.weight.array + $0.bias.array }
          let scale = min(1, limit / (all.reduce(0) { $0 + $1 * $1 }.squareRoot() + 1e-6))
          for gradient in gradients {
            for tensor in [gradient.weight, gradient.bias] { for k in 0..<tensor.count { tensor.base[k] *= scale } }
          }
        }
        try optimizer.step(gradients, masks: options.masks)
        gradients = []
      }
    }
    return parameters(network)
  }

  private static func options(_ change: (inout TrainingOptions) -> Void) -> TrainingOptions {
    var options = TrainingOptions()
    options.epochs = 2
    options.batchSize = 13
    options.shuffle = false
    change(&options)
    return options
  }

  /// Widths and batches around the kernels' tiles, dense and sparse pictures, both optimizers.
  private static var cases: [(widths: [Int], zeroShare: Double, options: TrainingOptions)] {
    [
      ([5, 3], 0.0, options { $0.batchSize = 1 }),
      ([12, 7, 5, 3], 0.0, options { $0.weightDecay = 0.1 }),
      ([12, 7, 5, 3], 0.9, options { $0.gradientNormLimit = 0.2 }),
      ([70, 33, 18, 10], 0.0, options { $0.schedule = .step(factor: 0.3, every: 1) }),
      ([150, 70, 16, 10], 0.85, options { $0.batchSize = 64 }),
      ([30, 130, 3], 0.95, options { $0.optimizer = .descent(momentum: 0.9) }),
      ([30, 20, 3], 0.0, options { $0.optimizer = .descent() }),
      ([30, 20, 3], 0.7, options { $0.batchSize = 100 }),
      ([9, 4, 20], 0.0, options { $0.schedule = .cosine() }),
    ]
  }

  @Test(arguments: cases.indices) func stepsAgreeWithFloat64(_ index: Int) throws {
    let (widths, zeroShare, options) = Self.cases[index]
    let dataset = try randomDataset(
      count: 150, inputs: widths[0], classes: widths[widths.count - 1], zeroShare: zeroShare, seed: 40)
    let network = try Network.initialized(widths: widths, seed: 41)
    let expected = try reference(try network.copy(), dataset, options)
    let start = parameters(network)
    _ = try Trainer(network: network, dataset: dataset, options: options).run()
    let difference = largestDifference(parameters(network), expected)
    #expect(difference < 2e-5, "\(widths)")
    #expect(largestDifference(start, expected) > 100 * difference)
  }

  /// Masks that leave a layer dense, or lists of what is left, or nothing of a layer, of rows and of columns.
  @Test(arguments: [0.3, 0.6, 0.9, 0.99]) func maskedStepsAgreeWithFloat64(_ rate: Double) throws {
    for (index, (widths, zeroShare, options)) in Self.cases.enumerated() {
      var (options, random) = (options, RandomSource(seed: UInt64(1000 * rate) + UInt64(index)))
      let dataset = try randomDataset(
        count: 70, inputs: widths[0], classes: widths[widths.count - 1], zeroShare: zeroShare, seed: 43)
      let network = try Network.initialized(widths: widths, seed: 44)
      options.masks = network.layers.indices.map { layer in
        let mask = Tensor.zeros(network.layers[layer].weight.shape)
        let (emptyRow, emptyColumn) = (random.below(mask.shape[0]), random.below(mask.shape[1]))
        for k in 0..<mask.count where k / mask.shape[1] != emptyRow && k % mask.shape[1] != emptyColumn {
          mask.base[k] = random.uniform() < rate ? 0 : 1
        }
        if rate == 0.99, layer == 1 { for k in 0..<mask.count { mask.base[k] = 0 } }
        return rate == 0.6 && layer == 1 ? nil : mask
      }
      let start = network.layers.map { $0.weight.array }
      let copy = try network.copy()
      for (layer, mask) in zip(copy.layers, options.masks ?? []) {
        if let mask { for k in 0..<mask.count { layer.weight.base[k] *= mask.base[k] } }
      }
      let expected = try reference(copy, dataset, options)
      _ = try Trainer(network: network, dataset: dataset, options: options).run()
      let difference = largestDifference(parameters(network), expected)
      #expect(difference < 3e-5, "\(widths) at rate \(rate)")
      var (kept, moved) = (0, 0)
      for (layer, (mask, before)) in zip(network.layers, zip(options.masks ?? [], start)) {
        for (k, after) in layer.weight.array.enumerated() {
          if mask?.base[k] == 0 {
            #expect(after == 0 && after.sign == .plus)
          } else {
            kept += 1
            moved += after != before[k] ? 1 : 0
          }
        }
      }
      #expect(rate > 0.9 || moved > kept * 9 / 10, "\(widths) at rate \(rate)")
    }
  }

  @Test func adamAgreesWithItsDefinition() throws {
    // Algorithm 1 of Kingma and Ba for one parameter with gradients 1, -2, 3 and the L2 penalty in the gradient.
    let layer = try Layer(weight: Tensor([0.5], shape: [1, 1]), bias: Tensor([0]))
    let network = try Network(layers: [layer])
    let optimizer = try ParameterOptimizer(
      network: network, optimizer: .adam(beta1: 0.8, beta2: 0.9, epsilon: 0.01), learningRate: 0.1, weightDecay: 0.2)
    var (w, m, v) = (0.5, 0.0, 0.0)
    var (power1, power2) = (1.0, 1.0)
    for slope in [1.0, -2, 3] {
      let gradient = LayerGradient(weight: try Tensor([slope], shape: [1, 1]), bias: try Tensor([0]))
      try optimizer.step([gradient])
      let g = slope + 0.2 * w
      m = 0.8 * m + 0.2 * g
      v = 0.9 * v + 0.1 * g * g
      power1 *= 0.8
      power2 *= 0.9
      w -= 0.1 * (m / (1 - power1)) / ((v / (1 - power2)).squareRoot() + 0.01)
      #expect(abs(layer.weight.base[0] - w) < 1e-14)
    }
  }

  @Test func oneSeedGivesTheSameWeights() throws {
    let dataset = try randomDataset(count: 200, inputs: 40, classes: 5, seed: 50)
    func train(_ seed: UInt64) throws -> [Double] {
      let network = try Network.initialized(widths: [40, 20, 5], seed: 51)
      var options = TrainingOptions()
      options.seed = seed
      _ = try Trainer(network: network, dataset: dataset, options: options).run()
      return parameters(network)
    }
    let first = try train(1)
    #expect(try train(1) == first)
    #expect(try train(2) != first)
  }

  /// Dense and sparse layers, batches of less than half a block, of blocks and more, clipped steps and validation.
  @Test(arguments: [(5, 0.0), (40, 0.0), (64, 0.7), (100, 0.7), (150, 0.0)])
  func noNumberDependsOnTheThreads(_ batchSize: Int, _ rate: Double) throws {
    let dataset = try randomDataset(count: 4000, inputs: 70, classes: 5, zeroShare: 0.8, seed: 52)
    let start = try Network.initialized(widths: [70, 40, 20, 5], seed: 53)
    var random = RandomSource(seed: 54)
    let mask = try Tensor((0..<2800).map { _ in random.uniform() < rate ? 0 : 1 }, shape: [40, 70])
    var options = TrainingOptions()
    (options.batchSize, options.epochs, options.validationShare) = (batchSize, 4, 0.1)
    options.masks = [mask, nil, nil]
    if batchSize == 40 { options.gradientNormLimit = 0.5 }
    func train(_ threads: Int) throws -> (network: Network, report: TrainingReport) {
      let network = try start.copy()
      (options.threads, options.sharesAlways) = (threads, true)
      return (network, try Trainer(network: network, dataset: dataset, options: options).run())
    }
    let (alone, together) = (try train(1), try train(2))
    #expect(alone.network.hasSameParameters(as: together.network), "batches of \(batchSize)")
    #expect(alone.report.epochs.map(\.training) == together.report.epochs.map(\.training))
    #expect(alone.report.epochs.map(\.validation) == together.report.epochs.map(\.validation))
    // Several at once come to the same.
    options.threads = 1
    let networks = try (0..<3).map { _ in try start.copy() }
    let trainers = try networks.map { try Trainer(network: $0, dataset: dataset, options: options) }
    for (network, result) in zip(networks, try Trainer.run(trainers, threads: 2)) {
      #expect(try result.get().epochs.map(\.training) == alone.report.epochs.map(\.training))
      #expect(network.hasSameParameters(as: alone.network))
    }
  }

  @Test(arguments: [Optimizer.adam(), .descent(momentum: 0.5)])
  func prunedWeightsStayExactlyZero(_ optimizer: Optimizer) throws {
    let dataset = try randomDataset(count: 200, inputs: 40, classes: 5, seed: 60)
    let network = try Network.initialized(widths: [40, 20, 5], seed: 61)
    var random = RandomSource(seed: 62)
    let mask = try Tensor((0..<800).map { _ in random.uniform() < 0.7 ? 0 : 1 }, shape: [20, 40])
    let before = network.layers[0].weight.array
    var options = TrainingOptions()
    options.optimizer = optimizer
    options.masks = [mask, nil]
    _ = try Trainer(network: network, dataset: dataset, options: options).run()
    let after = network.layers[0].weight.array
    for k in 0..<800 {
      if mask.base[k] == 0 {
        #expect(after[k] == 0 && after[k].sign == .plus)
      } else {
        #expect(after[k] != before[k])
      }
    }
    #expect(network.layers[1].weight.array.allSatisfy { $0 != 0 })
  }

  @Test func observersSeeAndStop() throws {
    let dataset = try randomDataset(count: 100, inputs: 10, classes: 3, seed: 70)
    let network = try Network.initialized(widths: [10, 8, 3], seed: 71)
    var options = TrainingOptions()
    options.batchSize = 32
    var batches: [BatchReport] = []
    var epochs: [EpochReport] = []
    let report = try Trainer(network: network, dataset: dataset, options: options).run(
      onEpoch: {
        epochs.append($0)
        return $0.epoch == 2 ? .stop : .proceed
      },
      onBatch: {
        batches.append($0)
        return .proceed
      })
    #expect(report.reason == .stopped && report.epochs == epochs)
    #expect(epochs.map(\.epoch) == [1, 2] && epochs[0].epochCount == 5)
    #expect(batches.map(\.batch) == [1, 2, 3, 4, 1, 2, 3, 4] && batches[0].batchCount == 4)
    let mean = zip(batches.prefix(4), [32.0, 32, 32, 4]).reduce(0) { $0 + $1.0.fit.loss * $1.1 } / 100
    #expect(abs(mean - epochs[0].training.loss) < 1e-12)

    let halted = try Trainer(network: network, dataset: dataset, options: options).run(onBatch: {
      $0.batch == 2 ? .stop : .proceed
    })
    #expect(halted.reason == .stopped && halted.epochs.isEmpty)
    struct Own: Error {}
    #expect(throws: Own.self) {
      try Trainer(network: network, dataset: dataset, options: options).run(onEpoch: { _ in throw Own() })
    }
  }

  @Test func aLossThatIsNotFiniteStopsAndKeepsTheLastGoodWeights() throws {
    let dataset = try randomDataset(count: 100, inputs: 10, classes: 3, seed: 80)
    let network = try Network.initialized(widths: [10, 8, 3], seed: 81)
    var options = TrainingOptions()
    options.epochs = 50
    options.optimizer = .descent(momentum: 0.9)
    options.learningRate = 3e8
    var good: [Double] = parameters(network)
    let error = #expect(throws: OutsideFailure.self) {
      try Trainer(network: network, dataset: dataset, options: options).run(onEpoch: { _ in
        good = parameters(network)
        return .proceed
      })
    }
    #expect(error?.message.contains("finite in epoch") == true, "\(String(describing: error))")
    #expect(error?.message.contains("batch") == true)
    #expect(parameters(network) == good)
    #expect(good.allSatisfy { $0.isFinite })
  }

  @Test func earlyStoppingGoesBackToTheBestEpoch() throws {
    // Random labels: the validation loss can only get worse once the training images are learnt by heart.
    let dataset = try randomDataset(count: 120, inputs: 30, classes: 4, seed: 90)
    let network = try Network.initialized(widths: [30, 40, 4], seed: 91)
    var options = TrainingOptions()
    options.epochs = 500
    options.batchSize = 16
    options.weightDecay = 0
    options.validationShare = 0.25
    options.patience = 3
    var weights: [[Double]] = []
    let trainer = try Trainer(network: network, dataset: dataset, options: options)
    #expect(trainer.trainingCount == 90 && trainer.validationCount == 30)
    let report = try trainer.run(onEpoch: { _ in
      weights.append(parameters(network))
      return .proceed
    })
    #expect(report.reason == .earlyStopping)
    let losses = report.epochs.map { $0.validation?.loss ?? .infinity }
    let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
    #expect(best == losses.count - 4)
    #expect(parameters(network) == weights[best] && trainer.bestEpoch == best + 1)
  }

  @Test func wrongOptionsAreNamed() throws {
    let dataset = try randomDataset(count: 10, inputs: 6, classes: 3, seed: 1)
    let network = try randomNetwork([6, 3], seed: 1)
    func expect(_ words: String, _ change: (inout TrainingOptions) throws -> Void) throws {
      var options = TrainingOptions()
      try change(&options)
      let error = #expect(throws: Misuse.self) { try Trainer(network: network, dataset: dataset, options: options) }
      #expect(error?.message.contains(words) == true)
    }
    try expect("batch_size") { $0.batchSize = 0 }
    try expect("learning_rate") { $0.learningRate = .nan }
    try expect("validation_share") { $0.validationShare = 1 }
    try expect("validation_share") { $0.patience = 2 }
    try expect("schedule") { $0.schedule = .step(factor: 0, every: 1) }
    try expect("beta1") { $0.optimizer = .adam(beta1: 1) }
    try expect("one mask") { $0.masks = [] }
    try expect("3x6") { $0.masks = [Tensor.zeros([2, 2])] }
    #expect(throws: Misuse.self) { try Trainer(network: network, dataset: dataset.subset([])) }
    #expect(throws: Misuse.self) { try Trainer(network: randomNetwork([5, 3], seed: 1), dataset: dataset) }
    #expect(throws: Misuse.self) { try Trainer(network: randomNetwork([6, 2], seed: 1), dataset: dataset) }
    let broken = try randomNetwork([6, 3], seed: 1)
    broken.layers[0].weight.base[2] = .nan
    #expect(throws: Misuse.self) { try Trainer(network: broken, dataset: dataset) }
  }
}
