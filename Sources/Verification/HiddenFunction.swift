import Networks

/// A linear function Σ_j coefficients[j] · h_j + constant of the outputs h (after ReLU) of a hidden layer, or of the
/// inputs.
struct HiddenFunction {
  /// How many hidden layers are below: 0 for a function of the inputs.
  let depth: Int
  /// One per neuron of that layer, or per input.
  let coefficients: [Double]
  /// What is added.
  let constant: Double
  /// By how much the function can differ from the one that is meant, since merging rows rounds.
  let error: Double

  /// ±1 times preactivation `neuron` of layer `index`.
  init(_ network: Network, layer index: Int, neuron: Int, sign: Double) {
    let layer = network.layers[index]
    let row = UnsafeBufferPointer(start: layer.weight.base + neuron * layer.inputCount, count: layer.inputCount)
    depth = index
    coefficients = row.map { sign * $0 }
    constant = sign * layer.bias.base[neuron]
    error = 0
  }

  /// Σ_k outputWeights[k] · y_k, when the inputs of the last layer are at most `reach` in size.
  init(_ network: Network, outputWeights: [Double], reach: [Double]) {
    let last = network.layers[network.layers.count - 1]
    var coefficients = [Double](repeating: 0, count: last.inputCount)
    var constant = 0.0
    var magnitude = 0.0
    for output in outputWeights.indices where outputWeights[output] != 0 {
      let row = last.weight.base + output * last.inputCount
      for input in 0..<last.inputCount {
        let term = outputWeights[output] * row[input]
        coefficients[input] += term
        magnitude += abs(term) * reach[input]
      }
      constant += outputWeights[output] * last.bias.base[output]
      magnitude += abs(outputWeights[output] * last.bias.base[output])
    }
    depth = network.layers.count - 1
    self.coefficients = coefficients
    self.constant = constant
    error = Double(2 * network.outputCount + 4) * Rounding.step * magnitude + Rounding.tiny
  }
}
