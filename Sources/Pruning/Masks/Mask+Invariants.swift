import Tensors

extension Mask {
  /// What must hold of the mask whatever was done with it, and does not: a sentence each. Empty where all is well.
  ///
  /// It is about a layer at least. To each weight belongs a bias, of as many neurons for a weight [outputs, inputs]; both
  /// are contiguous, and every number is 0 or 1.
  package var violatedInvariants: [String] {
    guard !weights.isEmpty, weights.count == biases.count else {
      return ["there are \(weights.count) weights and \(biases.count) biases"]
    }
    var violations: [String] = []
    for (index, (weight, bias)) in zip(weights, biases).enumerated() {
      if weight.shape.count == 2 && bias.shape != [weight.shape[0]] || bias.shape.count != 1 {
        violations.append("layer \(index) has a weight of \(weight.shape) and a bias of \(bias.shape)")
      }
      if !weight.isContiguous || !bias.isContiguous { violations.append("layer \(index) has gaps") }
      if let other = (weight.array + bias.array).first(where: { $0 != 0 && $0 != 1 }) {
        violations.append("layer \(index) has \(other)")
      }
    }
    return violations
  }
}
