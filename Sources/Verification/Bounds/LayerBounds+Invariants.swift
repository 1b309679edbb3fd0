extension LayerBounds {
  /// What must hold of the bounds whatever was done with them, and does not: a sentence each. Empty where all is well.
  ///
  /// There is a lower and an upper bound for each neuron; they are finite and do not cross.
  package var violatedInvariants: [String] {
    guard lower.count == upper.count else { return ["\(lower.count) lower bounds, \(upper.count) upper ones"] }
    return lower.indices.filter { !(lower[$0].isFinite && upper[$0].isFinite && lower[$0] <= upper[$0]) }
      .map { "neuron \($0) has the bounds [\(lower[$0]), \(upper[$0])]" }
  }
}
