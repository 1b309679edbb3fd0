import Networks

/// The raw parameters of a layer, as the recheck uses them.
struct RawLayer {
  let weight: [Double]
  let bias: [Double]
  let outputs: Int
  let inputs: Int

  /// A layer of these numbers.
  init(weight: [Double], bias: [Double], outputs: Int) {
    (self.weight, self.bias, self.outputs) = (weight, bias, outputs)
    inputs = weight.count / max(outputs, 1)
  }

  /// Copies of the numbers of `layer`.
  init(_ layer: DenseLayer) {
    weight = layer.weight.array
    bias = layer.bias.array
    outputs = layer.outputCount
    inputs = layer.inputCount
  }
}
