import Tensors

extension Layer: CustomStringConvertible {
  /// One line: `784 -> 64`, `12 -> 20 sparse (8 rectified)`.
  public var description: String { "\(inputCount) -> \(outputText)" }

  fileprivate var outputText: String {
    let isUniform = rectified.isAll || rectified.isEmpty
    return "\(outputCount)" + (connections == .dense ? "" : " \(connections.kind)")
      + (isUniform ? "" : " (\(rectified.count) rectified)")
  }
}

extension Network: CustomStringConvertible {
  /// What `summary` says of one layer.
  public struct LayerSummary: Equatable, Sendable {
    /// The number of values that come in.
    public let inputs: Int
    /// The number of neurons.
    public let outputs: Int
    /// `dense`, `sparse` or `convolution`.
    public let kind: String
    /// Neurons with a ReLU.
    public let rectified: Int
    /// Weights, of which a convolution has those of its kernel.
    public let weights: Int
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
  /// Layers that are not dense, and those with some ReLUs only, are named, and then it is `12% zero`, as nobody need have
  /// pruned: `Network(12 -> 20 sparse (8 rectified) -> 2)`.
  public var description: String {
    let summary = summary
    let chain = ([String(inputCount)] + layers.map { $0.outputText }).joined(separator: " -> ")
    let zeros = summary.reduce(0) { $0 + $1.zeroWeights }
    let weights = summary.reduce(0) { $0 + $1.weights }
    guard zeros > 0 else { return "Network(\(chain))" }
    let percent = zeros == weights ? 100 : min(max(Int((100 * Double(zeros) / Double(weights)).rounded()), 1), 99)
    return "Network(\(chain), \(percent)% \(isPlain ? "pruned" : "zero"))"
  }

  /// What there is to say of every layer, first to last.
  public var summary: [LayerSummary] {
    layers.map { layer in
      var empty = 0
      for neuron in 0..<layer.outputCount {
        var isEmpty = true
        layer.forEachWeight(of: neuron) { _, weight in if weight != 0 { isEmpty = false } }
        if isEmpty { empty += 1 }
      }
      let weights = UnsafeBufferPointer(start: layer.weight.base, count: layer.weight.count)
      return LayerSummary(
        inputs: layer.inputCount, outputs: layer.outputCount, kind: layer.connections.kind,
        rectified: layer.rectified.count, weights: weights.count, parameters: weights.count + layer.bias.count,
        zeroWeights: weights.count { $0 == 0 }, emptyNeurons: empty,
        largestWeight: weights.reduce(0) { max($0, abs($1)) })
    }
  }
}
