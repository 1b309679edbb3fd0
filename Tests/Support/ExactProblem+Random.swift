import Essentials

extension ExactProblem {
  /// What kind of numbers a random network has.
  public enum Kind: Int, CaseIterable, Sendable {
    /// Quarters, so that ties are common.
    case quarters
    /// Normal numbers.
    case normal
    /// Normal numbers, some layers times 1e10, others times 1e-10.
    case mixed
    /// Pairs of neurons with all but opposite weights of 1e10 after them.
    case cancelling
    /// Biases of 1e15 that the next layer takes off again.
    case biased
    /// Numbers that are subnormal.
    case subnormal
  }

  /// A random problem of 2 or 3 classes with up to two hidden layers, in every norm, with and without conditions.
  public static func random(_ kind: Kind, conditioned: Bool, using random: inout RandomSource) -> ExactProblem {
    func quarter(_ size: Int) -> Double { Double(random.below(2 * size + 1) - size) / 4 }
    func weight(_ number: Int) -> Double {
      switch kind {
      case .quarters: quarter(6)
      case .normal, .biased, .cancelling: random.normal()
      case .mixed: random.normal() * (number.isMultiple(of: 2) ? 1e10 : 1e-10)
      case .subnormal: random.normal() * (number == 0 ? 0x1p-1030 : 1)
      }
    }
    let classes = 2 + random.below(2)
    let widths = [2] + (0..<1 + random.below(2)).map { _ in 2 + random.below(2) } + [classes]
    var layers = zip(widths, widths.dropFirst()).enumerated().map { number, width in
      (
        weight: (0..<width.1).map { _ in (0..<width.0).map { _ in weight(number) } },
        bias: (0..<width.1).map { _ in weight(number) }
      )
    }
    let last = layers.count - 1
    if kind == .cancelling || kind == .biased {
      // The first two neurons below the outputs do the same but for a little.
      for input in layers[last - 1].weight[0].indices {
        layers[last - 1].weight[1][input] = layers[last - 1].weight[0][input]
      }
      layers[last - 1].bias[1] = layers[last - 1].bias[0] + random.normal() * 1e-12
      let size = kind == .biased ? 1e15 : 0
      for neuron in 0...1 { layers[last - 1].bias[neuron] += size }
      for row in 0..<classes {
        let large = random.normal() * (kind == .biased ? 1 : 1e10)
        (layers[last].weight[row][0], layers[last].weight[row][1]) = (large, -large)
      }
    }
    let box = Double(1 + random.below(3)) / 2
    let input = (0...1).map { _ in Double(random.below(9) - 4) / 4 * box }
    let norm = ["l1", "linf", "box", "l1_row_max"][random.below(4)]
    let epsilon = [0, 0x1p-30, 0.25, 0.5, 1][random.below(5)]
    var problem = ExactProblem(
      layers: layers, input: input, lower: [-box, -box], upper: [box, box], norm: norm, epsilon: epsilon,
      class: random.below(classes))
    if random.below(3) == 0 { problem.passed = widths[1...last].map { (0..<$0).map { _ in random.below(2) == 0 } } }
    if random.below(2) == 0 { problem.target = (problem.classIndex + 1 + random.below(classes - 1)) % classes }
    if conditioned {
      problem.conditions = (0...random.below(2)).map { _ in
        var condition = Condition(inputs: (0...1).map { _ in quarter(4) }, outputs: [], right: quarter(4))
        if condition.inputs == [0, 0] { condition.inputs = [1, 0] }
        if random.below(3) == 0 {
          condition.outputs = (0..<classes).map { _ in quarter(4) }
          if !condition.outputs.contains(where: { $0 != 0 }) { condition.outputs[0] = 1 }
        }
        return condition
      }
    }
    return problem
  }
}
