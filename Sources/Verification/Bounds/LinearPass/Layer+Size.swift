import Networks

extension Layer {
  /// Σ_i |W_ni| · reach_i, and |b_n| unless it is left out, of neuron n: no partial sum of its preactivation is larger in
  /// size, where no input is larger than its reach.
  package func size(of neuron: Int, reach: [Double], withBias: Bool = true) -> Double {
    var sum = withBias ? abs(bias(of: neuron)) : 0
    forEachWeight(of: neuron) { input, weight in sum += abs(weight) * reach[input] }
    return sum
  }
}
