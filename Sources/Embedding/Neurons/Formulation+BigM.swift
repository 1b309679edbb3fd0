import MILP

extension Formulation {
  /// Output h, slack s and binary a with h - s = W h' + b, 0 <= h <= u a, 0 <= s <= -l (1 - a), where [l, u] are the
  /// neuron's own bounds: the paper's (1)–(8), with never one constant for all.
  public static let bigM = Formulation("big_m") { neuron, model in
    let slack = try model.addVariable(name: neuron.label("slack"), lower: 0, upper: -neuron.lower).index
    let activity = try model.addVariable(name: neuron.label("active"), kind: .binary, lower: 0, upper: 1).index
    try neuron.preactivation.addRow(
      with: [(neuron.output, -1), (slack, 1)], from: 0, to: 0, name: neuron.label("affine"), in: model)
    _ = try model.addRow(
      indices: [Int32(neuron.output), Int32(activity)], values: [1, -neuron.upper], lower: -.infinity, upper: 0,
      name: neuron.label("output"))
    _ = try model.addRow(
      indices: [Int32(slack), Int32(activity)], values: [1, -neuron.lower], lower: -.infinity, upper: -neuron.lower,
      name: neuron.label("slack"))
    return BigMNeuron(output: neuron.output, slack: slack, activity: activity)
  }
}

/// A neuron in the big-M formulation.
private struct BigMNeuron: UndecidedNeuron {
  let output: Int
  let slack: Int
  let activity: Int?

  func complete(_ preactivation: Double, _ point: inout [Double]) {
    point[output] = max(preactivation, 0)
    point[slack] = max(-preactivation, 0)
    if let activity { point[activity] = preactivation > 0 ? 1 : 0 }
  }
}
