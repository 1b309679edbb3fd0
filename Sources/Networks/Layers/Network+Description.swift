import Tensors

extension Network: CustomStringConvertible {
  /// What `summary` says of one layer.
  public struct LayerSummary: Equatable, Sendable {
    /// The number of values that come in.
    public let inputs: Int
    /// The number of neurons.
    public let outputs: Int
    /// Weights and biases together.
    public let parameters: Int
    /// Weights that are exactly zero.
    public let zeroWeights: Int
    /// Neurons without any weight that is not zero.
    public let emptyNeurons: Int
    /// The largest magnitude of a weight.
    public let largestWeight: Double
  }

  /// One line: `Network(784 -> 64 -> 10)`, or `Network(784 -> 64 -> 10, 62% pruned)` with the share of weights that are
  /// exactly zero, biases not counted, where there are any; it rounds to 1% at least and 99% at most unless all are.
  public var description: String {
    let widths = widths.map(String.init).joined(separator: " -> ")
    let layers = summary
    let zeros = layers.reduce(0) { $0 + $1.zeroWeights }
    let weights = layers.reduce(0) { $0 + $1.inputs * $1.outputs }
    guard zeros > 0 else { return "Network(\(widths))" }
    let percent = zeros == weights ? 100 : min(max(Int((100 * Double(zeros) / Double(weights)).rounded()), 1), 99)
    return "Network(\(widths), \(percent)% pruned)"
  }

  /// What there is to say of every layer, first to last.
  public var summary: [LayerSummary] {
    layers.map { layer in
      var zeros = 0
      var empty = 0
      var largest = 0.0
      for row in 0..<layer.outputCount {
        let weights = UnsafeBufferPointer(start: layer.weight.base + row * layer.inputCount, count: layer.inputCount)
        let zerosOfRow = weights.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
        zeros += zerosOfRow
        if zerosOfRow == weights.count { empty += 1 }
        largest = weights.reduce(largest) { max($0, abs($1)) }
      }
      return LayerSummary(
        inputs: layer.inputCount, outputs: layer.outputCount, parameters: (layer.inputCount + 1) * layer.outputCount,
        zeroWeights: zeros, emptyNeurons: empty, largestWeight: largest)
    }
  }
}
