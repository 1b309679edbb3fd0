import Essentials
import Glibc
import Networks
import Tensors
import Testing

/// Rows of normal numbers with targets that are in part a function of them; a tenth of the targets lies far off.
func randomRows(count: Int, inputs: Int, outputs: Int, in unit: Bool = false, seed: UInt64) throws -> Dataset {
  var random = RandomSource(seed: seed)
  let rows = (0..<count * inputs).map { _ in random.normal() }
  let targets = (0..<count * outputs).map { place in
    let base = rows[place / outputs * inputs] + 0.1 * random.normal() + (random.uniform() < 0.1 ? 5 : 0)
    return unit ? (base > 0 ? 1 : random.uniform()) : base
  }
  return try Dataset(
    name: "random", rows: Tensor(rows, shape: [count, inputs]), targets: Tensor(targets, shape: [count, outputs]))
}

@Suite struct LossTests {
  static let losses: [Loss] = [.squares, .absolute, .huber(delta: 0.4), .logistic]

  /// The losses once more, from their definitions.
  private func definition(_ loss: Loss, _ z: Double, _ t: Double) -> Double {
    switch loss {
    case .squares: pow(z - t, 2)
    case .absolute: (z - t).magnitude
    case .huber(let delta): abs(z - t) <= delta ? pow(z - t, 2) / 2 : delta * abs(z - t) - delta * delta / 2
    case .logistic: -t * log(1 / (1 + exp(-z))) - (1 - t) * log(1 - 1 / (1 + exp(-z)))
    case .crossEntropy: .nan
    }
  }

  @Test(arguments: losses) func gradientsAgreeWithFiniteDifferences(_ loss: Loss) throws {
    let network = try randomNetwork([4, 6, 5, 2], seed: 31)
    let data = try randomRows(count: 9, inputs: 4, outputs: 2, in: loss == .logistic, seed: 32)
    let (batch, targets) = (try data.images(0..<9), try data.targets(at: 0..<9))
    func mean() throws -> Double {
      try (0..<9).reduce(0) { sum, row in
        let outputs = PlainLoops.forward(network, try data.image(row))
        return sum
          + (0..<2).reduce(0) { $0 + definition(loss, outputs[$1], targets.array[row * 2 + $1]) }
      } / 18
    }
    let result = try network.loss(loss, batch: batch, targets: targets)
    #expect(abs(result.loss - (try mean())) < 1e-12)
    for (layer, gradient) in zip(network.layers, result.gradients) {
      for (parameter, slopes) in [(layer.weight, gradient.weight), (layer.bias, gradient.bias)] {
        for k in 0..<parameter.count {
          let here = parameter.base[k]
          parameter.base[k] = here + 1e-6
          let above = try mean()
          parameter.base[k] = here - 1e-6
          let below = try mean()
          parameter.base[k] = here
          #expect(abs(slopes.base[k] - (above - below) / 2e-6) < 1e-7, "\(loss), parameter \(k)")
        }
      }
    }
  }

  @Test(arguments: losses, [1, 3]) func stepsAgreeWithFloat64(_ loss: Loss, _ outputs: Int) throws {
    let data = try randomRows(count: 70, inputs: 5, outputs: outputs, in: loss == .logistic, seed: 33)
    let network = try Network.initialized(widths: [5, 20, 7, outputs], seed: 34)
    let start = parameters(network)
    let expected = try network.copy()
    var options = TrainingOptions()
    options.epochs = 3
    options.batchSize = 16
    options.shuffle = false
    options.standardizes = false
    options.loss = loss
    let optimizer = try ParameterOptimizer(
      network: expected, learningRate: options.learningRate, weightDecay: options.weightDecay)
    var losses: [Double] = []
    for _ in 0..<3 {
      var sum = 0.0
      for first in stride(from: 0, to: 70, by: 16) {
        let range = first..<min(first + 16, 70)
        let (value, gradients) = try expected.loss(
          loss, batch: try data.images(range), targets: try data.targets(at: range))
        sum += value * Double(range.count)
        try optimizer.step(gradients)
      }
      losses.append(sum / 70)
    }
    let report = try Trainer(network: network, dataset: data, options: options).run()
    let difference = largestDifference(parameters(network), parameters(expected))
    #expect(difference < 2e-5)
    #expect(largestDifference(start, parameters(expected)) > 100 * difference)
    #expect(largestDifference(report.epochs.map(\.training.loss), losses) < 1e-5)
  }

  @Test func logisticAgreesWithSoftmaxOfTwoClasses() throws {
    // Softmax over (0, z) is the logistic function of z.
    let network = try randomNetwork([3, 1], seed: 35)
    let layer = network.layers[0]
    let two = try Network(layers: [
      Layer(
        weight: Tensor([0, 0, 0] + layer.weight.array, shape: [2, 3]), bias: Tensor([0] + layer.bias.array))
    ])
    let batch = try Tensor((0..<12).map { Double($0 * $0 % 7) - 3 }, shape: [4, 3])
    let one = try network.loss(.logistic, batch: batch, targets: Tensor([0, 1, 1, 0]))
    let both = try two.crossEntropy(batch: batch, labels: [0, 1, 1, 0])
    #expect(abs(one.loss - both.loss) < 1e-12)
    #expect(largestDifference(one.gradients[0].weight.array, Array(both.gradients[0].weight.array[3...])) < 1e-12)
  }

  @Test func oneOutputTellsTwoClassesApart() throws {
    var random = RandomSource(seed: 36)
    let rows = (0..<600).map { _ in 50 + 10 * random.normal() }
    let labels = (0..<300).map { rows[2 * $0] > rows[2 * $0 + 1] ? 1 : 0 }
    let data = try Dataset(name: "two", rows: Tensor(rows, shape: [300, 2]), labels: labels)
    var options = TrainingOptions(for: data)
    options.epochs = 60
    let network = try Network.initialized(widths: [2, 6, 1], seed: 37)
    let hint = #expect(throws: Misuse.self) { try Trainer(network: network, dataset: data, options: options) }
    #expect(hint?.message.contains("loss = \"logistic\"") == true)
    options.loss = .logistic
    let report = try Trainer(network: network, dataset: data, options: options).run()
    let last = try #require(report.epochs.last?.training)
    #expect(try #require(last.accuracy) > 0.95 && last.determination == nil && last.rootMeanSquare == nil)
    let hits = try (0..<300).reduce(0) { sum, row in
      sum + ((PlainLoops.forward(network, try data.image(row))[0] > 0 ? 1 : 0) == labels[row] ? 1 : 0)
    }
    #expect(try network.accuracy(on: data) == Double(hits) / 300)
  }

  @Test func lossesAndTargetsThatDoNotFitAreNamed() throws {
    let numbers = try randomRows(count: 10, inputs: 2, outputs: 1, seed: 38)
    let classes = try Dataset(name: "c", rows: Tensor.zeros([3, 2]), labels: [0, 1, 2])
    func expect(_ words: String, _ data: Dataset, _ widths: [Int], _ loss: Loss?) throws {
      let network = try randomNetwork(widths, seed: 1)
      var options = TrainingOptions()
      options.loss = loss
      let error = #expect(throws: Misuse.self) { try Trainer(network: network, dataset: data, options: options) }
      #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
    try expect(
      "needs classes, got Dataset(random train, 10 rows of 2 numbers, 1 target)", numbers, [2, 1], .crossEntropy)
    try expect("needs real targets, got Dataset(c train, 3 rows of 2 numbers, 3 classes)", classes, [2, 3], .squares)
    try expect("the network has 2 outputs, but the data set has 1 target", numbers, [2, 2], nil)
    try expect("the network has 2 outputs, but the data set has 3 classes", classes, [2, 2], nil)
    try expect("takes two classes and one output", classes, [2, 1], .logistic)
    try expect("needs targets from 0 to 1, got", numbers, [2, 1], .logistic)
    try expect("the network takes 3 inputs, but the rows have 2 numbers", numbers, [3, 1], nil)
    try expect("huber_delta above 0, got 0.0", numbers, [2, 1], .huber(delta: 0))
    #expect(throws: Misuse.self) { try numbers.labels }
    #expect(throws: Misuse.self) { try classes.targets(at: [0]) }
    #expect(throws: Misuse.self) { try classes.pixels }
    #expect(throws: Misuse.self) { try classes.resized(side: 2) }
    #expect(throws: Misuse.self) { try randomNetwork([2, 1], seed: 1).accuracy(on: numbers) }
    #expect(throws: Misuse.self) { try randomNetwork([2, 3], seed: 1).regressionFit(on: classes) }
  }
}
