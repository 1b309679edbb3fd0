import Essentials
import Networks
import Tensors

/// A smaller network that computes the same function: neurons that feed nothing are left out, and those that nothing
/// feeds are constants, folded into the next layer's biases.
///
/// The function is the same in real arithmetic; in floating point the folded biases round differently, by some units of
/// the last place.
public struct Compaction {
  /// The smaller network.
  public let network: Network
  /// For each hidden layer the neurons of the original that stayed, ascending.
  public let kept: [[Int]]
  /// How many neurons were left out because nothing depends on them.
  public let unusedCount: Int
  /// How many neurons were constants.
  public let constantCount: Int

  /// Compacts `network`, which stays as it is.
  ///
  /// A hidden layer that vanishes altogether keeps one neuron with zero weights: the network is then a constant, and
  /// has the same number of layers.
  public init(_ original: Network) throws {
    let layers = original.layers
    let last = layers.count - 1
    var biases = layers.map { $0.bias.array }
    var isConstant = layers.map { [Bool](repeating: false, count: $0.outputCount) }
    var constants = 0
    // Forward: a neuron without nonzero weights on neurons that vary is the constant ReLU(bias).
    for index in 0..<last {
      let layer = layers[index]
      for neuron in 0..<layer.outputCount {
        let row = layer.weight.base + neuron * layer.inputCount
        let varies = (0..<layer.inputCount).contains { row[$0] != 0 && (index == 0 || !isConstant[index - 1][$0]) }
        guard !varies else { continue }
        isConstant[index][neuron] = true
        let value = max(biases[index][neuron], 0)
        let next = layers[index + 1]
        for output in 0..<next.outputCount {
          let weight = next.weight.base[output * next.inputCount + neuron]
          if weight != 0, value != 0 { biases[index + 1][output] += weight * value }
        }
      }
    }
    // Backward: a neuron is used when a used neuron has a nonzero weight on it.
    var isUsed = layers.map { [Bool](repeating: false, count: $0.outputCount) }
    isUsed[last] = isUsed[last].map { _ in true }
    for index in stride(from: last, to: 0, by: -1) {
      let layer = layers[index]
      for neuron in 0..<layer.outputCount where isUsed[index][neuron] && !isConstant[index][neuron] {
        let row = layer.weight.base + neuron * layer.inputCount
        for input in 0..<layer.inputCount where row[input] != 0 { isUsed[index - 1][input] = true }
      }
    }
    var kept: [[Int]] = []
    var unused = 0
    for index in 0..<last {
      var stays: [Int] = []
      for neuron in 0..<layers[index].outputCount {
        if isConstant[index][neuron] {
          constants += 1
        } else if isUsed[index][neuron] {
          stays.append(neuron)
        } else {
          unused += 1
        }
      }
      kept.append(stays)
    }
    var result: [DenseLayer] = []
    var columns = Array(0..<original.inputCount)
    for index in layers.indices {
      let layer = layers[index]
      let rows = index == last ? Array(0..<layer.outputCount) : kept[index]
      var weight: [Double] = []
      for row in rows {
        for column in columns { weight.append(layer.weight.base[row * layer.inputCount + column]) }
        // The lone neuron of a vanished layer before this one.
        if columns.isEmpty { weight.append(0) }
      }
      var bias = rows.map { biases[index][$0] }
      let width = max(columns.count, 1)
      if rows.isEmpty {
        weight = [Double](repeating: 0, count: width)
        bias = [0]
      }
      result.append(
        try DenseLayer(weight: Tensor(weight, shape: [bias.count, width]), bias: Tensor(bias, shape: [bias.count])))
      columns = rows
    }
    network = try Network(layers: result, metadata: original.metadata)
    self.kept = kept
    unusedCount = unused
    constantCount = constants
    withExtendedLifetime(original) {}
  }
}
