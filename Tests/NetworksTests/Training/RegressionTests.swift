import Essentials
import Networks
import Tensors
import TestSupport
import Testing

@Suite struct RegressionTests {
  /// y = 2 a - 3 b + 0.5 c + 70 far from the origin, b in other units, and a column that never changes.
  private func line(count: Int, seed: UInt64) throws -> Dataset {
    var random = RandomSource(seed: seed)
    var (rows, targets): ([Double], [Double]) = ([], [])
    for _ in 0..<count {
      let (a, b, c) = (random.uniform(1000, 1010), random.uniform(-0.02, 0.01), random.uniform(-5, 5))
      rows += [a, b, c, 0.1]
      targets.append(2 * a - 3000 * b + 0.5 * c + 70)
    }
    return try Dataset(name: "line", rows: Tensor(rows, shape: [count, 4]), targets: Tensor(targets))
  }

  private func options(_ data: Dataset, _ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
    var options = TrainingOptions(for: data)
    options.epochs = 200
    options.learningRate = 1e-2
    options.weightDecay = 0
    change(&options)
    return options
  }

  @Test(arguments: [Loss.squares, .huber(delta: 1)]) func aLinearFunctionIsRecovered(_ loss: Loss) throws {
    let data = try line(count: 400, seed: 1)
    let network = try Network.initialized(widths: [4, 1], seed: 2)
    _ = try Trainer(network: network, dataset: data, options: options(data) { $0.loss = loss }).run()
    let (weight, bias) = (network.layers[0].weight.array, network.layers[0].bias.array[0])
    #expect(abs(weight[0] - 2) < 1e-3 && abs(weight[1] + 3000) < 1 && abs(weight[2] - 0.5) < 1e-3, "\(weight)")
    // What never changes teaches nothing.
    #expect(weight[3] == 0)
    #expect(abs(bias - 70) < 1, "\(bias)")
    #expect(try network.regressionFit(on: data).rootMeanSquare < 1e-2)
  }

  @Test func determinationAndRootMeanSquareAgreeWithTheirFormulas() throws {
    let (data, other) = (
      try randomRows(count: 200, inputs: 3, outputs: 2, seed: 3),
      try randomRows(count: 90, inputs: 3, outputs: 2, seed: 4)
    )
    let network = try Network.initialized(widths: [3, 10, 2], seed: 5)
    let report = try Trainer(
      network: network, dataset: data,
      options: options(data) { options in
        options.epochs = 10
        options.validation = other
      }
    ).run()
    // R^2 as 1 - (mean square of the residuals) / variance, output by output.
    let outputs = try (0..<90).map { PlainLoops.forward(network, try other.image($0)) }
    let targets = try other.targets(at: 0..<90).array
    var (determination, squares) = (0.0, 0.0)
    for k in 0..<2 {
      let column = (0..<90).map { targets[2 * $0 + k] }
      let mean = column.reduce(0, +) / 90
      func meanSquare(_ value: (Int) -> Double) -> Double { (0..<90).reduce(0) { $0 + value($1) * value($1) } / 90 }
      let variance = meanSquare { column[$0] - mean }
      let error = meanSquare { outputs[$0][k] - column[$0] }
      determination += (1 - error / variance) / 2
      squares += error / 2
    }
    let validation = try #require(report.epochs.last?.validation)
    #expect(abs(try #require(validation.determination) - determination) < 1e-5)
    #expect(abs(try #require(validation.rootMeanSquare) - squares.squareRoot()) < 1e-5)
    let fit = try network.regressionFit(on: other)
    #expect(abs(try #require(fit.determination) - determination) < 1e-12)
    #expect(abs(fit.rootMeanSquare - squares.squareRoot()) < 1e-12)
    #expect(validation.accuracy == nil && determination > 0.1)
  }

  @Test func aTargetThatNeverChangesIsLearntAndHasNoDetermination() throws {
    let data = try Dataset(name: "constant", rows: Tensor([1, 2, 3, 4]), targets: Tensor([7, 7, 7, 7]))
    let network = try Network.initialized(widths: [1, 4, 1], seed: 6)
    let report = try Trainer(network: network, dataset: data, options: options(data)).run()
    #expect(abs(PlainLoops.forward(network, [2.5])[0] - 7) < 0.05)
    #expect(report.epochs.last?.training.determination == nil)
    #expect(try network.regressionFit(on: data).determination == nil)
  }

  @Test func foldingIsTheChangeOfUnits() throws {
    let network = try randomNetwork([3, 5, 2], seed: 7)
    network.layers[0].weight.base[4] = 0
    let scaling = Scaling(
      input: try Scaling.Units(offset: [1000, -2, 0], factor: [0.01, 7, -1e6]),
      output: try Scaling.Units(offset: [5, 0], factor: [300, -1e-3]))
    let folded = try network.folding(scaling)
    let back = try folded.folding(scaling.inverted())
    var random = RandomSource(seed: 8)
    for _ in 0..<50 {
      let x = [random.uniform(999.98, 1000.02), random.uniform(-20, 20), random.uniform(-3e6, 3e6)]
      let inner = PlainLoops.forward(network, [(x[0] - 1000) / 0.01, (x[1] + 2) / 7, x[2] / -1e6])
      let expected = [inner[0] * 300 + 5, inner[1] * -1e-3]
      let outer = PlainLoops.forward(folded, x)
      #expect(abs(outer[0] - expected[0]) < 1e-7 && abs(outer[1] - expected[1]) < 1e-12)
    }
    #expect(folded.layers[0].weight.base[4] == 0)
    #expect(largestDifference(parameters(back), parameters(network)) < 1e-9)
    #expect(throws: Misuse.self) { try Scaling.Units(offset: [0], factor: [0]) }
    #expect(throws: Misuse.self) { try Scaling.Units(offset: [0], factor: [1, 1]) }
    #expect(throws: Misuse.self) { try Scaling.Units(offset: [.nan], factor: [1]) }
    #expect(throws: Misuse.self) { try randomNetwork([2, 2], seed: 1).folding(scaling) }
  }

  /// The drawn weights are meant for numbers of size 1; those of a network that was trained are not.
  @Test func aTrainedNetworkGoesOnFromWhatItIs() throws {
    let data = try line(count: 300, seed: 9)
    let network = try Network.initialized(widths: [4, 8, 1], seed: 10)
    _ = try Trainer(network: network, dataset: data, options: options(data) { $0.epochs = 40 }).run()
    let trained = try network.regressionFit(on: data).rootMeanSquare
    var first: Double?
    _ = try Trainer(network: network, dataset: data, options: options(data) { $0.learningRate = 1e-9 }).run(
      onEpoch: {
        first = $0.training.rootMeanSquare
        return .stop
      })
    #expect(abs(try #require(first) - trained) < 1e-3 * trained)

    let fresh = try Network.initialized(widths: [4, 8, 1], seed: 10)
    let pruned = try fresh.copy()
    pruned.layers[0].weight.base[0] = 0
    let changed = try fresh.copy()
    changed.layers[0].weight.base[0] = 5
    func start(_ network: Network) throws -> Double {
      _ = try Trainer(network: network, dataset: data, options: options(data) { $0.epochs = 0 }).run()
      return try network.regressionFit(on: data).rootMeanSquare
    }
    // Drawn weights as they are would see 1000 where they expect 1, which a changed network does.
    #expect(try start(fresh) < 200 && start(pruned) < 200 && start(changed) > 1000)
  }

  @Test func prunedWeightsStayExactlyZeroInRawUnits() throws {
    let data = try line(count: 200, seed: 11)
    let network = try Network.initialized(widths: [4, 6, 1], seed: 12)
    var random = RandomSource(seed: 13)
    let mask = try Tensor((0..<24).map { $0 < 4 || random.uniform() < 0.5 ? 0 : 1 }, shape: [6, 4])
    let biasMask = try Tensor([0, 1, 1, 1, 1, 1])
    var options = options(data) { $0.epochs = 5 }
    options.masks = [mask, nil]
    options.biasMasks = [biasMask, nil]
    _ = try Trainer(network: network, dataset: data, options: options).run()
    let layer = network.layers[0]
    for k in 0..<24 where mask.base[k] == 0 { #expect(layer.weight.base[k] == 0) }
    #expect(layer.bias.base[0] == 0)
    // The second neuron has weights: raw units would give it back its bias.
    options.biasMasks = [try Tensor([0, 0, 1, 1, 1, 1]), nil]
    let error = #expect(throws: Misuse.self) { try Trainer(network: network, dataset: data, options: options) }
    #expect(error?.message.contains("standardize = false") == true)
    options.biasMasks = [nil, try Tensor([0])]
    #expect(throws: Misuse.self) { try Trainer(network: network, dataset: data, options: options) }
    options.standardizes = false
    _ = try Trainer(network: network, dataset: data, options: options)
  }

  @Test func earlyStoppingOnASetOfItsOwnGivesTheBestEpoch() throws {
    let (data, held) = (
      try randomRows(count: 40, inputs: 5, outputs: 1, seed: 14),
      try randomRows(count: 60, inputs: 5, outputs: 1, seed: 15)
    )
    let network = try Network.initialized(widths: [5, 40, 1], seed: 16)
    var weights: [[Double]] = []
    let trainer = try Trainer(
      network: network, dataset: data,
      options: options(data) { options in
        options.epochs = 3000
        options.validation = held
        options.patience = 5
      })
    #expect(trainer.trainingCount == 40 && trainer.validationCount == 60)
    let report = try trainer.run(onEpoch: { _ in
      weights.append(parameters(network))
      return .proceed
    })
    let losses = report.epochs.map { $0.validation?.loss ?? .infinity }
    let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
    #expect(report.reason == .earlyStopping && trainer.bestEpoch == best + 1 && best + 6 == losses.count)
    #expect(parameters(network) == weights[best])
    var both = options(data) { $0.validation = held }
    both.validationShare = 0.5
    #expect(throws: Misuse.self) { try Trainer(network: network, dataset: data, options: both) }
    let pictures = try randomDataset(count: 5, inputs: 5, classes: 1, seed: 1)
    #expect(throws: Misuse.self) {
      try Trainer(network: network, dataset: data, options: options(data) { $0.validation = pictures })
    }
  }

  @Test func oneSeedGivesTheSameNetworkAndResumingTheSameBits() throws {
    try withTemporaryDirectory { folder in
      let path = "\(folder)/training.safetensors"
      let data = try randomRows(count: 130, inputs: 6, outputs: 2, seed: 17)
      func recipe(_ seed: UInt64) -> TrainingOptions {
        options(data) { options in
          options.epochs = 6
          options.batchSize = 16
          options.seed = seed
          options.validationShare = 0.2
          options.patience = 5
        }
      }
      func train(_ options: TrainingOptions, stopAfter epoch: Int = 100) throws -> Network {
        let network = try Network.initialized(widths: [6, 12, 2], seed: 18)
        _ = try Trainer(network: network, dataset: data, options: options).run(onEpoch: {
          $0.epoch == epoch ? .stop : .proceed
        })
        return network
      }
      let whole = parameters(try train(recipe(1)))
      #expect(parameters(try train(recipe(1))) == whole)
      #expect(parameters(try train(recipe(2))) != whole)

      var kept = recipe(1)
      kept.checkpointPath = path
      let stopped = try train(kept, stopAfter: 3)
      // The file is a network in raw units, like any other.
      #expect(parameters(try NetworkFile.read(path)) == parameters(stopped))
      let other = try Network.initialized(widths: [6, 12, 2], seed: 99)
      let trainer = try Trainer(network: other, dataset: data, options: recipe(1))
      try trainer.resume(from: path)
      _ = try trainer.run()
      #expect(parameters(other) == whole)

      var changed = recipe(1)
      changed.loss = .absolute
      let stranger = try Trainer(network: other, dataset: data, options: changed)
      let error = #expect(throws: OutsideFailure.self) { try stranger.resume(from: path) }
      #expect(error?.message.contains("its loss is squares, here it is absolute") == true)
      let shifted = try Dataset(
        name: "random", rows: data.images(0..<130), targets: Tensor.zeros([130, 2]))
      let elsewhere = try Trainer(network: other, dataset: shifted, options: recipe(1))
      #expect(throws: OutsideFailure.self) { try elsewhere.resume(from: path) }
    }
  }

  @Test func numbersTooLargeAreRefused() throws {
    let data = try Dataset(name: "large", rows: Tensor([1, 1e39]), targets: Tensor([1, 2]))
    let network = try Network.initialized(widths: [1, 1], seed: 1)
    #expect(throws: Misuse.self) {
      try Trainer(network: network, dataset: data, options: options(data) { $0.standardizes = false })
    }
    _ = try Trainer(network: network, dataset: data, options: options(data) { $0.epochs = 1 }).run()
  }

  @Test func rowsAreKeptAsTheyAre() throws {
    let rows = try Tensor([1e9, -2.5, 0.1, 4, 5, 6], shape: [3, 2])
    let data = try Dataset(
      name: "own", rows: rows, targets: Tensor([1, 2, 3, 4, 5, 6], shape: [3, 2]), inputNames: ["a", "b"],
      targetNames: ["c", "d"])
    #expect(data.count == 3 && data.inputCount == 2 && data.outputCount == 2 && data.classNames.isEmpty)
    #expect("\(data)" == "Dataset(own train, 3 rows of 2 numbers, 2 targets)")
    let part = try data.subset([2, 0])
    #expect(try part.images(0..<2).array == [5, 6, 1e9, -2.5] && part.targets(at: 0..<2).array == [5, 6, 1, 2])
    #expect(try part.image(1) == [1e9, -2.5] && part.inputNames == ["a", "b"] && part.targetNames == ["c", "d"])
    func refused(_ words: String, _ rows: Tensor, _ targets: Tensor, _ names: [String] = []) {
      let error = #expect(throws: Misuse.self) {
        try Dataset(name: "own", rows: rows, targets: targets, inputNames: names)
      }
      #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
    refused("expected targets for each of 3 rows, got 2", rows, try Tensor([1, 2]))
    refused("got nan in row 2, column 1 of the rows", try Tensor([1, 2, .nan, 4], shape: [2, 2]), try Tensor([1, 2]))
    refused("got inf in row 2, column 1 of the targets", try Tensor([1, 2]), try Tensor([1, .infinity]))
    refused("got 1x1x1", Tensor.zeros([1, 1, 1]), try Tensor([1]))
    refused("got 0x2", Tensor.zeros([0, 2]), Tensor.zeros([0]))
    refused("expected names for 2 inputs, got 1", rows, try Tensor([1, 2, 3]), ["a"])
    #expect(throws: Misuse.self) { try Dataset(name: "own", rows: rows, labels: [0, 1]) }
    #expect(throws: Misuse.self) { try Dataset(name: "own", rows: rows, labels: [0, 1, 2], classNames: ["a"]) }
  }
}
