import Essentials
import Networks
import Tensors
import TestSupport
import Testing

/// Networks of sparse layers, convolutions and neurons without ReLU against the loops that they stand for.
@Suite struct RandomGraphTests {
  private func graph(_ seed: UInt64, _ random: inout RandomSource) throws -> RandomGraph {
    random = RandomSource(seed: seed)
    return try RandomGraph(
      inputs: [3, 12, 16][random.below(3)], width: 6, steps: 1 + random.below(9), outputs: 1 + random.below(3),
      using: &random)
  }

  private func error(_ a: [Double], _ b: [Double]) -> Double {
    a.count == b.count ? zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1) / (1 + abs($1.1))) } : .infinity
  }

  @Test func computeWhatTheirOperationsSay() throws {
    var random = RandomSource(seed: 0)
    for seed in UInt64(0)..<400 {
      let graph = try graph(seed, &random)
      let network = graph.network
      #expect(network.violatedInvariants.isEmpty, "seed \(seed): \(network)")
      let rows = (0..<3).map { _ in (0..<network.inputCount).map { _ in random.normal() } }
      let batch = try network.forward(batch: Tensor(rows.flatMap { $0 }, shape: [3, network.inputCount])).array
      for (row, x) in rows.enumerated() {
        let outputs = graph.outputs(x)
        #expect(try error(network.forward(x), outputs) < 1e-9, "seed \(seed): \(network)")
        let count = network.outputCount
        #expect(error(Array(batch[row * count..<(row + 1) * count]), outputs) < 1e-9, "seed \(seed): \(network)")
        #expect(try error(network.preactivations(x).last ?? [], outputs) < 1e-9, "seed \(seed): \(network)")
      }
    }
  }

  @Test func haveTheGradientsOfTheirDifferences() throws {
    var random = RandomSource(seed: 0)
    var compared = 0
    for seed in UInt64(1000)..<1200 {
      let network = try graph(seed, &random).network
      let x = (0..<network.inputCount).map { _ in random.normal() }
      let weights = (0..<network.outputCount).map { _ in random.normal() }
      func value(_ network: Network, _ x: [Double]) throws -> Double {
        zip(weights, try network.forward(x)).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let (own, gradient) = try network.inputGradient(x, outputWeights: weights)
      let (sum, parameters, input) = try network.gradients(
        batch: Tensor(x, shape: [1, x.count]), outputWeights: Tensor(weights))
      #expect(abs(own - sum) < 1e-9 * (1 + abs(own)) && error(gradient, input.array) < 1e-9, "seed \(seed)")
      // No kink of a ReLU may be near.
      let isSmooth = try zip(network.layers, network.preactivations(x)).allSatisfy { layer, values in
        values.indices.allSatisfy { !layer.rectified.contains($0) || abs(values[$0]) > 1e-3 }
      }
      guard isSmooth else { continue }
      compared += 1
      let step = 1e-6
      func compare(_ slope: Double, _ plus: Double, _ minus: Double) {
        let difference = (plus - minus) / (2 * step)
        #expect(abs(difference - slope) < 1e-5 * (1 + abs(slope)), "seed \(seed): \(network)")
      }
      for k in x.indices {
        var (high, low) = (x, x)
        high[k] += step
        low[k] -= step
        compare(gradient[k], try value(network, high), try value(network, low))
      }
      for (index, layer) in network.layers.enumerated() {
        for (tensor, slopes) in [
          (layer.weight, parameters[index].weight), (layer.bias, parameters[index].bias),
        ] where tensor.count > 0 {
          #expect(tensor.shape == slopes.shape)
          let k = random.below(tensor.count)
          let before = tensor.base[k]
          tensor.base[k] = before + step
          let plus = try value(network, x)
          tensor.base[k] = before - step
          let minus = try value(network, x)
          tensor.base[k] = before
          compare(slopes.base[k], plus, minus)
        }
      }
    }
    #expect(compared > 50)
  }

  @Test func carryNoMoreThanTheirNonzeros() throws {
    // A sum of all inputs that is read ten layers later: one neuron a layer, not a thousand.
    var builder = NetworkBuilder(inputCount: 1000)
    let x = builder.inputs
    var sum = SparseMatrix(columnCount: 1000)
    for column in 0..<1000 { sum.append(column, 1) }
    sum.endRow()
    let total = try builder.product(sum, x)
    var deep = builder.rectify(x.selecting([0, 1]))
    for _ in 0..<10 { deep = builder.rectify(deep.scaled(by: -0.5).adding([1, 2])) }
    let network = try builder.network(outputs: deep.selecting([0]) + total)
    #expect(network.layers.dropFirst().allSatisfy { $0.inputCount <= 3 })
    // Ten numbers that every later layer reads anew: the numbers are carried.
    builder = NetworkBuilder(inputCount: 10)
    var values = builder.inputs
    for _ in 0..<5 {
      values = builder.rectify(values.scaled(by: 0.5).adding((0..<10).map { Double($0) - 5 })) + builder.inputs
    }
    let residual = try builder.network(outputs: values)
    #expect(residual.layers.allSatisfy { $0.connectionCounts <= 40 }, "\(residual)")
    // A bottleneck stays one.
    builder = NetworkBuilder(inputCount: 50)
    let ones = SparseMatrix(rows: 50, columns: 1) { _, _ in 1 }
    let narrow = try builder.product(SparseMatrix(rows: 1, columns: 50) { _, column in Double(column) }, builder.inputs)
    let wide = try builder.product(ones, narrow)
    #expect(try builder.network(outputs: wide).layers.reduce(0) { $0 + $1.connectionCounts } == 100)
  }

  @Test func composeSideBySide() throws {
    for seed in UInt64(2000)..<2050 {
      var random = RandomSource(seed: seed)
      let graphs = try (0..<3).map { _ in
        try RandomGraph(inputs: 12, width: 5, steps: 1 + random.below(6), outputs: 2, using: &random)
      }
      let together = try Network.sideBySide(graphs.map(\.network))
      let difference = try graphs[0].network.subtracting(graphs[1].network)
      let x = (0..<12).map { _ in random.normal() }
      let outputs = graphs.map { $0.outputs(x) }
      #expect(try error(together.forward(x), outputs.flatMap { $0 }) < 1e-9, "seed \(seed)")
      #expect(try error(difference.forward(x), zip(outputs[0], outputs[1]).map(-)) < 1e-9, "seed \(seed)")
      let composed = try Network(layers: together.layers.map { $0.copy() })
      #expect(together.hasSameParameters(as: composed))
      #expect(try !together.hasSameParameters(as: Network.sideBySide(graphs.reversed().map(\.network))))
    }
  }

  @Test func comeBackFromTheirFiles() throws {
    try withTemporaryDirectory { folder in
      var random = RandomSource(seed: 0)
      for seed in UInt64(3000)..<3060 {
        let network = try graph(seed, &random).network
        network.metadata = ["seed": "\(seed)"]
        for ending in NetworkFile.endings {
          let path = "\(folder)/network\(ending)"
          try NetworkFile.write(network, to: path)
          let again = try NetworkFile.read(path)
          #expect(again.hasSameParameters(as: network), "seed \(seed): \(network), \(again)")
          if ending == ".safetensors" { #expect(again.metadata["seed"] == "\(seed)") }
        }
      }
    }
  }

  @Test func damagedFilesAreRefused() throws {
    try withTemporaryDirectory { folder in
      let path = "\(folder)/network.safetensors"
      var builder = NetworkBuilder(inputCount: 12)
      let convolution = try Convolution(channels: 2, filters: 2, inputSize: [6], kernelSize: [3])
      let first = builder.rectify(
        try builder.convolution(convolution, kernel: (0..<12).map(Double.init), of: builder.inputs))
      let second = builder.rectify(first.selecting([0, 3, 5]).scaled(by: -1).adding([1, 2, 3]))
      let network = try builder.network(outputs: second.followed(by: first.selecting([1])))
      #expect(network.layers.map(\.connections.kind) == ["convolution", "sparse", "dense"])
      try NetworkFile.write(network, to: path)
      let good = try SafeTensors(reading: path)
      #expect(good.metadata["network_format"] == "2")
      func expect(_ words: String, _ name: String, _ change: (inout SafeTensors.Entry) throws -> Void) throws {
        var content = good
        let place = try #require(content.entries.firstIndex { $0.name == name })
        content.entries[place].tensor = content.entries[place].tensor.copy()
        try change(&content.entries[place])
        try content.write(to: path)
        let error = #expect(throws: OutsideFailure.self) { try NetworkFile.read(path) }
        let message = error?.message ?? ""
        #expect(message.hasPrefix(path) && message.contains(words), "\(message)")
      }
      try expect("rising columns", "layers.1.columns") { $0.tensor.base[0] = 77 }
      try expect("whole numbers", "layers.1.columns") {
        $0.elementType = .float64
        $0.tensor.base[0] = 0.5
      }
      try expect("ends before it begins", "layers.1.starts") { $0.tensor.base[1] = -1 }
      try expect("more than fit", "layers.1.inputs") { $0.tensor.base[0] = 1e9 }
      try expect("layers.1.inputs, found none", "layers.1.inputs") { $0.name = "layers.1.input" }
      try expect("layers.0", "layers.0.size") { $0.tensor = Tensor.zeros([2]) }
      try expect("layers.0", "layers.0.groups") { $0.tensor.base[0] = 0 }
      try expect("layers.0", "layers.0.output") { $0.tensor.base[0] = 1e7 }
      try expect("layers.0", "layers.0.stride") { $0.tensor.base[0] = -1 }
      try expect("layers.1", "layers.1.rectified") { $0.tensor = Tensor.zeros([1]) }
      // Whatever numbers there are: a message, or a network that can be run.
      var random = RandomSource(seed: 7)
      for _ in 0..<3000 {
        var content = good
        for _ in 0..<1 + random.below(3) {
          let place = random.below(content.entries.count)
          let tensor = content.entries[place].tensor.copy()
          content.entries[place].elementType = .float64
          content.entries[place].tensor = tensor
          let value = [-1, 0, 1, 2, 3, 7, 0.5, 1e5, 1e9, 1e18, -1e18, .nan, .infinity][random.below(13)]
          if random.below(4) == 0 {
            content.entries[place].tensor = Tensor.zeros([[0], [1], [4], [2, 2], [4, 3, 1]][random.below(5)])
          } else if tensor.count > 0 {
            tensor.base[random.below(tensor.count)] = value
          }
        }
        do {
          let network = try NetworkFile.network(in: content, path: path)
          _ = try network.forward([Double](repeating: 1, count: network.inputCount))
        } catch is OutsideFailure {
        }
      }
      var content = good
      content.metadata["network_format"] = "3"
      try content.write(to: path)
      #expect(throws: OutsideFailure.self) { try NetworkFile.read(path) }
    }
  }

  @Test func keepTheGeometryOfConvolutions() throws {
    var builder = NetworkBuilder(inputCount: 2 * 5 * 5)
    let first = try Convolution(channels: 2, filters: 3, inputSize: [5, 5], kernelSize: [3, 3], padding: [1, 1])
    let second = try Convolution(
      channels: 3, filters: 4, inputSize: [5, 5], kernelSize: [2, 3], stride: [2, 1], padding: [0, 1])
    var random = RandomSource(seed: 3)
    var values = builder.inputs
    for convolution in [first, second] {
      let kernel = (0..<convolution.kernelShape.reduce(1, *)).map { _ in random.normal() }
      let bias = (0..<convolution.filters).map { _ in random.normal() }
      values = builder.rectify(
        try builder.convolution(convolution, kernel: kernel, bias: bias, of: values).scaled(by: 2))
    }
    let network = try builder.network(outputs: values)
    #expect(network.layers.map(\.connections.kind) == ["convolution", "convolution", "sparse"])
    #expect(network.layers[1].weight.shape == [4, 3, 2, 3] && network.layers[1].bias.shape == [4])
    #expect("\(network)" == "Network(50 -> 75 convolution -> 40 convolution -> 40 sparse)")
  }
}

extension Layer {
  fileprivate var connectionCounts: Int { (0..<outputCount).reduce(0) { $0 + connectionCount(of: $1) } }
}

extension SparseMatrix {
  fileprivate init(rows: Int, columns: Int, _ value: (Int, Int) -> Double) {
    self.init(columnCount: columns)
    for row in 0..<rows {
      for column in 0..<columns { append(column, value(row, column)) }
      endRow()
    }
  }
}
