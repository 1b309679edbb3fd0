import Networks
import TestSupport
import Tensors
import Verification

extension ExactProblem {
  /// The network of the same numbers.
  func network() throws -> Network {
    try Network(
      layers: layers.enumerated().map { number, layer in
        let isPlain = passed.isEmpty || number + 1 == layers.count
        return try Layer(
          weight: Tensor(layer.weight.flatMap(\.self), shape: [layer.bias.count, layer.weight[0].count]),
          bias: Tensor(layer.bias), rectified: isPlain ? nil : NeuronSet(passed[number].map { !$0 }))
      })
  }

  /// The problem of the same numbers.
  func problem() throws -> Problem {
    try Problem(
      input: input, lower: lower, upper: upper, norm: Norm.named(norm) ?? .l1, epsilon: epsilon, rows: 2,
      class: classIndex, target: target,
      constraints: conditions.map { try LinearConstraint(inputs: $0.inputs, outputs: $0.outputs, right: $0.right) })
  }
}
