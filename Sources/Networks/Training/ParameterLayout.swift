import Tensors

/// Where the trainer keeps the parameters of a network: all in one buffer, so that the optimizer is one pass.
///
/// A layer is its weight, transposed to [inputs, lead], and its bias, [lead]; `lead` is the number of outputs rounded
/// up to a multiple of 16. The padding starts as zero, gets zero gradients and so stays zero.
struct ParameterLayout {
  struct Layer {
    let inputs: Int
    let outputs: Int
    let lead: Int
    let weight: Int
    let bias: Int
  }

  let layers: [Layer]
  /// All numbers, padding included; a multiple of 16.
  let count: Int

  static func padded(_ count: Int) -> Int { (count + 15) & ~15 }

  init(_ network: Network) {
    var place = 0
    var layers: [Layer] = []
    for layer in network.layers {
      let lead = ParameterLayout.padded(layer.outputCount)
      let bias = place + layer.inputCount * lead
      layers.append(
        Layer(inputs: layer.inputCount, outputs: layer.outputCount, lead: lead, weight: place, bias: bias))
      place = bias + lead
    }
    self.layers = layers
    count = place
  }

  /// Copies the network's parameters into `buffer`.
  func read(_ network: Network, into buffer: FloatBuffer) {
    for (place, layer) in zip(layers, network.layers) {
      readWeight(layer.weight, place, into: buffer)
      for j in 0..<place.outputs { buffer.base[place.bias + j] = Float(layer.bias.base[j]) }
    }
  }

  /// Copies one contiguous tensor of a weight's shape into its place.
  func readWeight(_ weight: Tensor, _ place: Layer, into buffer: FloatBuffer) {
    for j in 0..<place.outputs {
      let row = weight.base + j * place.inputs
      let target = buffer.base + place.weight + j
      for i in 0..<place.inputs { target[i * place.lead] = Float(row[i]) }
    }
  }

  /// Copies `buffer` into the network's own tensors.
  func write(_ buffer: FloatBuffer, to network: Network) {
    for (place, layer) in zip(layers, network.layers) {
      for j in 0..<place.outputs {
        let row = layer.weight.base + j * place.inputs
        let source = buffer.base + place.weight + j
        for i in 0..<place.inputs { row[i] = Double(source[i * place.lead]) }
        layer.bias.base[j] = Double(buffer.base[place.bias + j])
      }
    }
  }
}
