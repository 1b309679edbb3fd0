import Essentials
import Networks

/// A linear function Σ_j coefficients[j] · h_j + constant of the outputs h (after ReLU) of a hidden layer, or of the
/// inputs, whose computed parameters differ from the meant ones by rounding.
package struct LinearFunction {
  /// How many hidden layers are below: 0 for a function of the inputs.
  let depth: Int
  /// One per neuron of that layer, or per input.
  package var coefficients: [Double]
  /// What is added.
  package private(set) var constant: Double
  /// The function differs from the one that is meant by at most this, anywhere in the region, and by what underflow may
  /// lose, which is counted in the end.
  package var slack: Double

  /// A constant function of `width` values.
  init(depth: Int, width: Int, constant: Double = 0, slack: Double = 0) {
    self.depth = depth
    coefficients = [Double](repeating: 0, count: width)
    self.constant = constant
    self.slack = slack
  }

  /// Σ_k weights[k] · z_k + constant of the preactivations z of `layer`, as a function of its inputs.
  ///
  /// - Parameters:
  ///   - depth: the hidden layers below.
  ///   - reach: the largest possible size of each input of the layer.
  package init(_ weights: [Double], of layer: Layer, depth: Int, reach: [Double], constant: Double = 0) {
    self.init(depth: depth, width: layer.inputCount)
    var account = AccountedConstant(constant)
    var terms = 0
    for (neuron, weight) in weights.enumerated() where weight != 0 {
      account.substitute(weight, bias: layer.bias(of: neuron), size: layer.size(of: neuron, reach: reach))
      terms += 1
    }
    account.close(terms: terms)
    coefficients = layer.multiplyTransposed(weights)
    self.constant = account.value
    slack = account.slack
  }

  /// `sign`, 1 or -1, times a preactivation of `layer`: an exact copy.
  init(neuron: Int, of layer: Layer, depth: Int, sign: Double) {
    self.init(depth: depth, width: layer.inputCount, constant: sign * layer.bias(of: neuron))
    coefficients.withUnsafeMutableBufferPointer { row in layer.forEachWeight(of: neuron) { row[$0] = sign * $1 } }
  }

  /// Adds factor · (Σ_j values[j] · h_j + added), which is known but for factor · `slack`.
  ///
  /// - Parameter reach: the largest possible |h_j|.
  mutating func add(
    _ factor: Double, _ values: [Double] = [], constant added: Double = 0, slack lost: Double = 0, reach: [Double] = []
  ) {
    var size = 0.0
    for index in values.indices where values[index] != 0 {
      let term = factor * values[index]
      coefficients[index] += term
      size += (abs(term) + abs(coefficients[index])) * reach[index]
    }
    let term = factor * added
    constant += term
    slack += abs(factor) * lost + Rounding.step * (size + abs(term) + abs(constant))
  }

  /// The difference to another function of the same values.
  func subtracting(_ other: LinearFunction, reach: [Double]) -> LinearFunction {
    var result = self
    result.add(-1, other.coefficients, constant: other.constant, slack: other.slack, reach: reach)
    return result
  }

  /// The function with `number` added.
  func adding(_ number: Double) -> LinearFunction {
    var result = self
    result.add(1, constant: number)
    return result
  }

  /// The function with its slack added: never below the one that is meant.
  func raised() -> LinearFunction {
    var result = self
    result.constant = Rounding.sumUp(constant, Rounding.sumUp(slack, Rounding.tiny))
    result.slack = 0
    return result
  }
}
