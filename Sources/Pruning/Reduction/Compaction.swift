import Essentials
import Networks

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
    var biases = layers.map(\.biases)
    var isConstant = layers.map { [Bool](repeating: false, count: $0.outputCount) }
    var constants = 0
    // Forward: a neuron without nonzero weights on neurons that vary is a constant, that of its bias.
    for index in layers.indices {
      let layer = layers[index]
      for neuron in 0..<layer.outputCount {
        var varies = false
        layer.forEachWeight(of: neuron) { input, weight in
          guard weight != 0 else { return }
          if index == 0 || !isConstant[index - 1][input] {
            varies = true
          } else if biases[index - 1][input] != 0 {
            biases[index][neuron] += weight * biases[index - 1][input]
          }
        }
        isConstant[index][neuron] = !varies && index < last
      }
      let outputs = layer.outputs(of: biases[index])
      for neuron in outputs.indices where isConstant[index][neuron] { biases[index][neuron] = outputs[neuron] }
    }
    // Backward: a neuron is used when a used neuron has a nonzero weight on it.
    var isUsed = layers.map { [Bool](repeating: false, count: $0.outputCount) }
    isUsed[last] = isUsed[last].map { _ in true }
    for index in stride(from: last, to: 0, by: -1) {
      let layer = layers[index]
      for neuron in 0..<layer.outputCount where isUsed[index][neuron] && !isConstant[index][neuron] {
        layer.forEachWeight(of: neuron) { input, weight in if weight != 0 { isUsed[index - 1][input] = true } }
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
    var result: [Layer] = []
    var columns = Array(0..<original.inputCount)
    for index in layers.indices {
      let rows = index == last ? Array(0..<layers[index].outputCount) : kept[index]
      result.append(try layers[index].keeping(rows: rows, columns: columns, biases: biases[index]))
      columns = rows
    }
    network = try Network(layers: result, metadata: original.metadata)
    self.kept = kept
    unusedCount = unused
    constantCount = constants
    withExtendedLifetime(original) {}
  }
}
