import Tensors

extension Network {
  /// What must hold of the network whatever was done with it, and does not: a sentence each. Empty where all is well.
  ///
  /// There is a layer. Each has a weight [outputs, inputs] with at least one of each and a bias [outputs], both
  /// contiguous, because kernels read them from their first number on. Each takes what the one before gives.
  package var violatedInvariants: [String] {
    guard !layers.isEmpty else { return ["there is no layer"] }
    var violations: [String] = []
    for (index, layer) in layers.enumerated() {
      let (weight, bias) = (layer.weight, layer.bias)
      if weight.shape.count != 2 || weight.count == 0 || bias.shape != [weight.shape[0]] {
        violations.append("layer \(index) has a weight of \(weight.shape) and a bias of \(bias.shape)")
        continue
      }
      if !weight.isContiguous || !bias.isContiguous { violations.append("layer \(index) has gaps") }
      if index > 0, layer.inputCount != layers[index - 1].outputCount {
        violations.append("layer \(index) takes \(layer.inputCount) of \(layers[index - 1].outputCount) numbers")
      }
    }
    return violations
  }
}
