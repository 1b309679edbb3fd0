import Tensors

/// The inputs and neurons of a masked network that training has to look at: what is zero for every input, or what no
/// output depends on, moves no weight and is left out of the products.
///
/// This is the compaction of a pruned network, except that nothing is folded: a neuron without weights that has a bias
/// and is read stays.
struct LiveNeurons {
  /// The inputs, and the neurons of each layer in turn; ascending.
  let stages: [[Int]]

  /// - Parameters:
  ///   - masks: where an entry is zero, the weight is; one tensor per layer in the shape of its weight, or nil.
  ///   - biasMasks: the same for biases.
  init(_ network: Network, masks: [Tensor?]?, biasMasks: [Tensor?]?) {
    let layers = network.layers
    let widths = [network.inputCount] + layers.map(\.outputCount)
    guard let masks else {
      stages = widths.map { Array(0..<$0) }
      return
    }
    // A convolution's neurons share their weights and stay together.
    let isWhole = widths.indices.map { stage in
      layers[max(stage - 1, 0)...min(stage, layers.count - 1)].contains { $0.sharesWeights || $0.biasSpan > 1 }
    }
    func isKept(_ mask: Tensor?, _ element: Int) -> Bool { mask.map { $0.base[element] != 0 } ?? true }

    var isLive = widths.map { [Bool](repeating: true, count: $0) }
    for (index, layer) in layers.enumerated().dropLast() where !isWhole[index + 1] {
      guard let biases = biasMasks?[index] else { continue }
      for neuron in 0..<layer.outputCount where biases.base[neuron] == 0 {
        var isZero = true
        layer.forEachConnection(of: neuron) { input, element in
          if isLive[index][input], isKept(masks[index], element) { isZero = false }
        }
        if isZero { isLive[index + 1][neuron] = false }
      }
    }
    for index in layers.indices.reversed() where !isWhole[index] {
      var isRead = [Bool](repeating: false, count: widths[index])
      for neuron in 0..<widths[index + 1] where isLive[index + 1][neuron] {
        layers[index].forEachConnection(of: neuron) { input, element in
          if isKept(masks[index], element) { isRead[input] = true }
        }
      }
      for input in isRead.indices where !isRead[input] { isLive[index][input] = false }
    }
    stages = isLive.map { flags in flags.indices.filter { flags[$0] } }
  }
}
