/// A linear function of what a network computes from an input: of the input itself, of its outputs, and of one
/// preactivation.
///
/// It is a sum of terms, and remembers how large they were, so that `FunctionRelaxation` can account for the rounding of
/// adding them up.
struct NetworkFunction {
  /// Coefficients of the inputs.
  private(set) var inputs: [Double]
  /// Coefficients of the outputs.
  private(set) var outputs: [Double]
  /// What is added.
  private(set) var constant = 0.0
  /// Per coefficient, and for the constant: the sum of the sizes of the terms.
  private(set) var inputSizes: [Double]
  private(set) var outputSizes: [Double]
  private(set) var constantSize = 0.0
  /// How many terms a coefficient is the sum of, at the most.
  private(set) var termCount = 0
  /// The preactivation that takes part, by layer and neuron, and its coefficient; layer is that of the outputs for them.
  var preactivation: (layer: Int, neuron: Int, coefficient: Double)?

  /// The function that is 0.
  init(inputCount: Int, outputCount: Int) {
    inputs = [Double](repeating: 0, count: inputCount)
    outputs = [Double](repeating: 0, count: outputCount)
    inputSizes = inputs
    outputSizes = outputs
  }

  /// Whether any output takes part.
  var hasOutputs: Bool { outputSizes.contains { $0 != 0 } }

  /// Adds factor · (inputs·x + outputs·y + constant); an empty list stands for zeros.
  mutating func add(
    _ factor: Double, inputs more: [Double] = [], outputs rest: [Double] = [], constant added: Double = 0
  ) {
    termCount += 1
    for index in more.indices where more[index] != 0 {
      let term = factor * more[index]
      inputs[index] += term
      inputSizes[index] += abs(term)
    }
    for index in rest.indices where rest[index] != 0 {
      let term = factor * rest[index]
      outputs[index] += term
      outputSizes[index] += abs(term)
    }
    constant += factor * added
    constantSize += abs(factor * added)
  }

  /// Adds multiplier · what is left of `constraint`'s right side and `allowance`, which no admissible input makes
  /// negative.
  ///
  /// With it, the function's maximum over the region is an upper bound of what it was over the admissible inputs.
  mutating func relax(_ constraint: LinearConstraint, by allowance: Double, multiplier: Double) {
    guard multiplier > 0, multiplier.isFinite else { return }
    add(-multiplier, inputs: constraint.inputs, outputs: constraint.outputs)
    add(multiplier, constant: constraint.right)
    add(multiplier, constant: allowance)
  }
}
