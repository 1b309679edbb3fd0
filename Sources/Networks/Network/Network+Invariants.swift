import Tensors

extension Network {
  /// What must hold of the network whatever was done with it, and does not: a sentence each. Empty where all is well.
  ///
  /// There is a layer. Each has a weight in the shape of its connections and a bias for every neuron or filter, both
  /// contiguous, because kernels read them from their first number on. Each takes what the one before gives, and the last
  /// has no ReLU.
  package var violatedInvariants: [String] {
    guard !layers.isEmpty else { return ["there is no layer"] }
    var violations: [String] = []
    for (index, layer) in layers.enumerated() {
      let (weight, bias) = (layer.weight, layer.bias)
      let shape =
        switch layer.connections {
        case .dense: [layer.outputCount, layer.inputCount]
        case .sparse(let pattern): [pattern.entryCount]
        case .convolution(let convolution): convolution.kernelShape
        }
      if weight.shape != shape || bias.count * layer.biasSpan != layer.outputCount
        || layer.rectified.width != layer.outputCount
      {
        violations.append("layer \(index) has a weight of \(weight.shape) and a bias of \(bias.shape)")
        continue
      }
      if !weight.isContiguous || !bias.isContiguous { violations.append("layer \(index) has gaps") }
      if index > 0, layer.inputCount != layers[index - 1].outputCount {
        violations.append("layer \(index) takes \(layer.inputCount) of \(layers[index - 1].outputCount) numbers")
      }
    }
    if !layers[layers.count - 1].rectified.isEmpty { violations.append("the last layer has ReLUs") }
    return violations
  }
}
