import Essentials
import Glibc
import Networks
import Tensors
import TestSupport
import Testing

/// Gradients and training of sparse layers, convolutions and neurons without ReLU.
@Suite struct LayerTrainingTests {
  private func graph(_ seed: UInt64, inputs: Int = 12) throws -> Network {
    var random = RandomSource(seed: seed)
    return try RandomGraph(
      inputs: inputs, width: 6, steps: 2 + random.below(7), outputs: 3, using: &random
    ).network
  }

  /// Numbers that look random, for programs in other languages to make again.
  private func wave(_ count: Int, _ phase: Double, _ size: Double = 0.4) -> [Double] {
    (0..<count).map { size * sin(0.7 * Double($0 * $0) + phase) }
  }

  /// Four pictures of 6 x 6.
  private func pictures() throws -> Dataset {
    try Dataset(
      name: "wave", split: "train", pixels: (0..<144).map { UInt8(37 * $0 % 251) }, labels: [0, 1, 2, 0], rows: 6,
      columns: 6, classNames: ["a", "b", "c"])
  }

  private func expectClose(
    _ own: some Collection<Double>, _ expected: [Double], _ tolerance: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(largestDifference(Array(own), expected) < tolerance, sourceLocation: sourceLocation)
  }

  private func squares(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 } }

  /// The figures are PyTorch 2.13's, in Float64: h = relu(conv(x)), y = linear(relu(h + conv(h))), cross-entropy.
  @Test func gradientsOfAResidualNetworkAreThoseOfPyTorch() throws {
    let data = try pictures()
    let first = try Convolution(channels: 1, filters: 3, inputSize: [6, 6], kernelSize: [3, 3], padding: [1, 1])
    let second = try Convolution(channels: 3, filters: 3, inputSize: [6, 6], kernelSize: [3, 3], padding: [1, 1])
    var builder = NetworkBuilder(inputCount: 36)
    let x = builder.inputs
    var h = builder.rectify(try builder.convolution(first, kernel: wave(27, 1), bias: wave(3, 2), of: x))
    h = builder.rectify(h + (try builder.convolution(second, kernel: wave(81, 3, 0.2), bias: wave(3, 4), of: h)))
    let weights = wave(324, 5, 0.2)
    var matrix = SparseMatrix(columnCount: 108)
    for row in 0..<3 {
      for column in 0..<108 { matrix.append(column, weights[108 * row + column]) }
      matrix.endRow()
    }
    let network = try builder.network(outputs: builder.product(matrix, h).adding(wave(3, 6)))
    #expect(network.layers.map(\.connections.kind) == ["convolution", "sparse", "dense"])
    let (loss, gradients) = try network.crossEntropy(batch: data.images(0..<4), labels: [0, 1, 2, 0])
    #expect(abs(loss - 1.2559059408268107) < 1e-12)
    expectClose(
      gradients[0].weight.array.prefix(9),
      [
        0.105720621471, 0.133374265719, 0.040299699317, 0.02156254649, 0.365551474805, 0.412456582331, 0.242441408125,
        0.295885362394, 0.289327517173,
      ], 1e-11)
    expectClose(gradients[0].bias.array, [0.22388033988, -0.199929393019, 0.391119642763], 1e-11)
    let places = gradients[1].bias.array
    expectClose(
      (0..<3).map { places[36 * $0..<36 * ($0 + 1)].reduce(0, +) }, [0.203356378583, -0.101371397638, 0.078927074119],
      1e-11)
    #expect(abs(squares(gradients[2].weight.array) - 2.677734815258538) < 1e-11)
    expectClose(gradients[2].bias.array, [-0.259218793443, 0.010572850838, 0.248645942605], 1e-11)
  }

  /// Twenty steps of Adam on all four pictures, against PyTorch 2.13 in Float64: relu(conv), relu(conv), linear.
  @Test func convolutionsAreTrainedAsByPyTorch() throws {
    let first = try Convolution(
      channels: 1, filters: 3, inputSize: [6, 6], kernelSize: [3, 3], stride: [2, 2], padding: [1, 1])
    let second = try Convolution(channels: 3, filters: 4, inputSize: [3, 3], kernelSize: [2, 2])
    let network = try Network(layers: [
      Layer(weight: Tensor(wave(27, 1), shape: first.kernelShape), convolution: first, bias: Tensor(wave(3, 2))),
      Layer(weight: Tensor(wave(48, 3), shape: second.kernelShape), convolution: second, bias: Tensor(wave(4, 4))),
      Layer(weight: Tensor(wave(48, 5), shape: [3, 16]), bias: Tensor(wave(3, 6))),
    ])
    var options = TrainingOptions()
    (options.epochs, options.shuffle, options.learningRate) = (20, false, 0.01)
    let report = try Trainer(network: network, dataset: try pictures(), options: options).run()
    #expect(abs((report.epochs.last?.training.loss ?? 0) - 0.9471433297851879) < 1e-5)
    let sums = network.layers.flatMap { [squares($0.weight.array), squares($0.bias.array)] }
    expectClose(
      sums,
      [
        2.864373497312828, 0.2859476523098746, 1.877160132661516, 0.2213621965453329, 1.4256138900002464,
        0.0074776704189118,
      ], 2e-5)
    expectClose(
      network.layers[0].weight.array.prefix(6),
      [0.461698624156, 0.511362355057, -0.255334964644, 0.209427079415, -0.077637387123, -0.046542409268], 2e-5)
    expectClose(
      network.layers[1].weight.array.prefix(6),
      [-0.024028428625, -0.067056749686, -0.043329503579, -0.017596846701, 0.214572507677, 0.217913527291], 2e-5)
  }

  /// The parameters of neurons that hand one value on, by a definition of its own.
  private func carried(_ network: Network) -> [(tensor: Tensor, element: Int, value: Double)] {
    network.layers.dropLast().flatMap { layer -> [(tensor: Tensor, element: Int, value: Double)] in
      guard layer.connections.kind != "convolution" else { return [] }
      return (0..<layer.outputCount).flatMap { neuron -> [(tensor: Tensor, element: Int, value: Double)] in
        guard !layer.rectified.contains(neuron), layer.row(neuron).count(where: { $0 != 0 }) == 1 else { return [] }
        var places: [Int] = []
        layer.forEachConnection(of: neuron) { places.append($1) }
        return places.map { (layer.weight, $0, layer.weight.array[$0]) }
          + [(layer.bias, neuron, layer.bias.array[neuron])]
      }
    }
  }

  @Test func stepsAgreeWithFloat64() throws {
    var (moved, kinds) = (0, Set<String>())
    for seed in UInt64(0)..<30 {
      let network = try graph(seed)
      kinds.formUnion(network.layers.map(\.connections.kind))
      let data = try randomDataset(count: 90, inputs: 12, classes: 3, seed: seed)
      var options = TrainingOptions()
      (options.epochs, options.batchSize, options.shuffle) = (2, 70, false)
      if seed.isMultiple(of: 3) { options.optimizer = .descent(momentum: 0.9) }
      let reference = try network.copy()
      let kept = carried(reference)
      let optimizer = try ParameterOptimizer(
        network: reference, optimizer: options.optimizer, learningRate: options.learningRate,
        weightDecay: options.weightDecay)
      for _ in 0..<2 {
        for first in stride(from: 0, to: 90, by: 70) {
          let range = first..<min(first + 70, 90)
          try optimizer.step(
            reference.crossEntropy(batch: data.images(range), labels: Array(data.labels[range])).gradients)
          for carrier in kept { carrier.tensor.base[carrier.element] = carrier.value }
        }
      }
      let before = parameters(network)
      _ = try Trainer(network: network, dataset: data, options: options).run()
      let difference = largestDifference(parameters(network), parameters(reference))
      #expect(difference < 3e-5, "seed \(seed): \(network)")
      if largestDifference(parameters(network), before) > 100 * difference { moved += 1 }
      for (own, other) in zip(carried(network), kept) {
        #expect(own.value == other.value && own.element == other.element, "seed \(seed): \(network)")
      }
    }
    #expect(moved > 20 && kinds.count == 3)
  }

  /// Rows of numbers in units of their own, and masks of weights: what is pruned stays exactly zero and what is handed
  /// on exactly what it was.
  @Test func masksAndCarriedValuesStayExact() throws {
    for seed in UInt64(100)..<130 {
      let network = try graph(seed, inputs: 3)
      var random = RandomSource(seed: seed)
      let rows = (0..<60).map { _ in [random.uniform(100, 140), random.uniform(0, 1e-3), random.normal()] }
      let targets = rows.map { [$0[0], 1e3 * $0[1], 50 * $0[2] * $0[2]] }
      let data = try Dataset(
        name: "rows", rows: Tensor(rows.flatMap { $0 }, shape: [60, 3]),
        targets: Tensor(targets.flatMap { $0 }, shape: [60, 3]))
      let masks = network.layers.map { layer in
        let mask = Tensor.zeros(layer.weight.shape)
        for place in 0..<mask.count { mask.base[place] = random.below(4) == 0 ? 0 : 1 }
        return mask
      }
      let kept = carried(network)
      // In the trainer's units it is the same function.
      let before = try rows.map(network.forward)
      var options = TrainingOptions()
      options.epochs = 0
      _ = try Trainer(network: network, dataset: data, options: options).run()
      for (x, expected) in zip(rows, before) {
        let size = 1 + expected.reduce(0) { max($0, abs($1)) }
        #expect(try largestDifference(network.forward(x), expected) < 1e-4 * size, "seed \(seed): \(network)")
      }
      (options.epochs, options.batchSize, options.masks) = (3, 16, masks)
      _ = try Trainer(network: network, dataset: data, options: options).run()
      for (layer, mask) in zip(network.layers, masks) {
        for place in 0..<mask.count where mask.base[place] == 0 {
          #expect(layer.weight.base[place] == 0 && layer.weight.base[place].sign == .plus, "seed \(seed): \(network)")
        }
      }
      for layer in network.layers.indices {
        for carrier in kept where carrier.tensor === network.layers[layer].weight {
          let isPruned = masks[layer].base[carrier.element] == 0
          #expect(carrier.tensor.base[carrier.element] == (isPruned ? 0 : carrier.value), "seed \(seed): \(network)")
        }
      }
    }
  }

  @Test func resumingIsTheSameAsNotStopping() throws {
    try withTemporaryDirectory { folder in
      let data = try pictures()
      func network() throws -> Network {
        let geometry = try Convolution(channels: 1, filters: 2, inputSize: [6, 6], kernelSize: [3, 3])
        var builder = NetworkBuilder(inputCount: 36)
        let x = builder.inputs
        let h = builder.rectify(try builder.convolution(geometry, kernel: wave(18, 1), bias: wave(2, 2), of: x))
        let late = builder.rectify(h.selecting([0, 9, 20]).scaled(by: -1).adding([0.3, 0.4, 0.5]))
        return try builder.network(outputs: late + h.selecting([3, 5, 7]) + x.selecting([1, 2, 3]))
      }
      var options = TrainingOptions()
      (options.epochs, options.batchSize, options.checkpointPath) = (4, 3, "\(folder)/four.safetensors")
      let whole = try network()
      #expect(Set(whole.layers.map(\.connections.kind)) != ["dense"] && !carried(whole).isEmpty)
      _ = try Trainer(network: whole, dataset: data, options: options).run()
      options.checkpointPath = "\(folder)/two.safetensors"
      options.epochs = 2
      _ = try Trainer(network: try network(), dataset: data, options: options).run()
      options.epochs = 4
      let resumed = try network()
      let trainer = try Trainer(network: resumed, dataset: data, options: options)
      try trainer.resume(from: "\(folder)/two.safetensors")
      _ = try trainer.run()
      #expect(resumed.hasSameParameters(as: whole))
      #expect(try NetworkFile.read("\(folder)/four.safetensors").hasSameParameters(as: whole))
      // Another network of the same widths.
      let other = try Network(
        layers: whole.layers.map { layer in
          try Layer(
            weight: Tensor((0..<layer.outputCount).flatMap(layer.row), shape: [layer.outputCount, layer.inputCount]),
            bias: Tensor(layer.biases), rectified: layer.rectified)
        })
      options.masks = nil
      let wrong = try Trainer(network: other, dataset: data, options: options)
      #expect(throws: OutsideFailure.self) { try wrong.resume(from: "\(folder)/two.safetensors") }
    }
  }

  @Test func convolutionsTakeNoStandardUnits() throws {
    let geometry = try Convolution(channels: 1, filters: 1, inputSize: [3], kernelSize: [2])
    let first = try Layer(weight: Tensor([1, 2], shape: [1, 1, 2]), convolution: geometry, bias: Tensor([0]))
    let ownBiases = try Layer(weight: Tensor([1, 2], shape: [1, 1, 2]), convolution: geometry, bias: Tensor([0, 1]))
    let last = try Layer(weight: Tensor([1, -1], shape: [1, 2]), bias: Tensor([0]))
    var random = RandomSource(seed: 1)
    let rows = (0..<20).map { _ in (0..<3).map { _ in random.normal() } }
    let data = try Dataset(
      name: "rows", rows: Tensor(rows.flatMap { $0 }, shape: [20, 3]),
      targets: Tensor(rows.map { $0[0] }, shape: [20, 1]))
    for layer in [first, ownBiases] {
      let network = try Network(layers: [layer.copy(), last.copy()])
      let error = #expect(throws: Misuse.self) { try Trainer(network: network, dataset: data) }
      #expect(error?.message.contains("standardize = false") ?? false)
      var options = TrainingOptions()
      options.standardizes = false
      _ = try Trainer(network: network, dataset: data, options: options).run()
      // The function in other units has rows of its own.
      let units = Scaling(input: try Scaling.Units(offset: [1, 2, 3], factor: [2, 3, 4]))
      let folded = try network.folding(units)
      let x = [0.5, -0.25, 4]
      let scaled = [(x[0] - 1) / 2, (x[1] - 2) / 3, (x[2] - 3) / 4]
      #expect(try abs(folded.forward(x)[0] - network.forward(scaled)[0]) < 1e-12)
    }
  }
}
