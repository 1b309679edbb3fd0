import Essentials
import Networks
import Tensors
import Verification

/// Random networks and regions for tests, each from a seed that failures print.
enum RandomProblems {
  /// A network with normal weights of standard deviation 1/sqrt(inputs) and small biases.
  static func network(_ widths: [Int], using random: inout RandomSource) throws -> Network {
    try Network(
      layers: zip(widths, widths.dropFirst()).map { inputs, outputs in
        try layer(inputs, outputs, scale: 1 / Double(inputs).squareRoot(), using: &random)
      })
  }

  static func layer(
    _ inputs: Int, _ outputs: Int, scale: Double, using random: inout RandomSource
  ) throws -> Layer {
    let weights = (0..<inputs * outputs).map { _ in random.normal() * scale }
    let biases = (0..<outputs).map { _ in random.normal() * 0.1 }
    return try Layer(weight: Tensor(weights, shape: [outputs, inputs]), bias: Tensor(biases))
  }

  /// An image-like centre: many inputs at the ends of [0, 1], others between.
  static func center(_ count: Int, using random: inout RandomSource) -> [Double] {
    (0..<count).map { _ in [0, 0, 1, random.uniform()][random.below(4)] }
  }

  /// One region of each kind around an image-like centre.
  static func regions(
    _ count: Int, rows: Int, epsilon: Double, using random: inout RandomSource
  ) throws -> [any InputRegion] {
    let center = center(count, using: &random)
    let lower = center.map { min($0, [0, -0.25][random.below(2)]) }
    let upper = center.map { max($0, [1, 1.5][random.below(2)]) }
    return [
      try L1Ball(center: center, epsilon: epsilon, lower: lower, upper: upper),
      try LInfinityBall(center: center, epsilon: epsilon / Double(count), lower: lower, upper: upper),
      try RowMaxBall(center: center, epsilon: epsilon / 2, rows: rows, lower: lower, upper: upper),
      try BoxRegion(lower: lower, upper: upper, center: center),
    ]
  }

  /// A condition on inputs and outputs that the input `x` meets with little room, so that it matters.
  static func constraint(
    _ network: Network, metBy x: [Double], using random: inout RandomSource
  ) throws -> LinearConstraint {
    let inputs = x.map { _ in random.normal() }
    let outputs = (0..<network.outputCount).map { _ in random.normal() }
    let left = zip(outputs, try network.forward(x)).reduce(zip(inputs, x).reduce(0) { $0 + $1.0 * $1.1 }) {
      $0 + $1.0 * $1.1
    }
    return try LinearConstraint(inputs: inputs, outputs: outputs, right: left + 0.01)
  }

  /// A number between 1 and `size`, all orders of magnitude alike.
  static func power(of size: Double, using random: inout RandomSource) -> Double {
    var power = 1.0
    while power < size, random.below(3) != 0 { power *= 10 }
    return power
  }
}
