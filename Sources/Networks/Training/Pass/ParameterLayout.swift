import Tensors

/// Where the trainer keeps the parameters of a network: all in one buffer, so that the optimizer is one pass.
///
/// A layer is its weight and its bias. The weight of a dense layer is transposed to [inputs, lead], `lead` being the
/// number of outputs rounded up to a multiple of 16; that of other layers is as they hold it. All begin at multiples of
/// 16. The padding starts as zero, gets zero gradients and so stays zero.
struct ParameterLayout {
  struct Layer {
    let inputs: Int
    let outputs: Int
    /// How far rows of outputs are apart.
    let lead: Int
    let isDense: Bool
    let weight: Int
    let weightCount: Int
    let bias: Int
    let biasCount: Int

    /// How many numbers a row of the weight's tensor has; all of them where it is not transposed.
    private var rowLength: Int { isDense ? inputs : max(weightCount, 1) }
    /// How far neighbours in a row are apart here; rows are one apart.
    private var stride: Int { isDense ? lead : 1 }

    /// The place of the weight that a layer's tensor holds at `element`.
    func place(ofWeight element: Int) -> Int { weight + element / rowLength + element % rowLength * stride }

    /// Calls `body` for every weight: where its tensor holds it, and its place here.
    @inline(__always)
    func forEachWeight(_ body: (_ element: Int, _ place: Int) -> Void) {
      let (length, stride) = (rowLength, stride)
      for row in 0..<weightCount / length {
        let (first, start) = (row * length, weight + row)
        for column in 0..<length { body(first + column, start + column * stride) }
      }
    }
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
      let isDense = layer.connections == .dense
      let bias = place + (isDense ? layer.inputCount * lead : ParameterLayout.padded(layer.weight.count))
      layers.append(
        Layer(
          inputs: layer.inputCount, outputs: layer.outputCount, lead: lead, isDense: isDense, weight: place,
          weightCount: layer.weight.count, bias: bias, biasCount: layer.bias.count))
      place = bias + ParameterLayout.padded(layer.bias.count)
    }
    self.layers = layers
    count = place
  }

  /// Calls `body` for each parameter: the tensor that holds it and where in it, and its place in a buffer.
  @inline(__always)
  private func forEachParameter(
    of network: Network, _ body: (_ tensor: UnsafeMutablePointer<Double>, _ element: Int, _ place: Int) -> Void
  ) {
    for (layer, parameters) in zip(layers, network.layers) {
      let (weight, bias) = (parameters.weight.base, parameters.bias.base)
      layer.forEachWeight { body(weight, $0, $1) }
      for element in 0..<layer.biasCount { body(bias, element, layer.bias + element) }
    }
  }

  /// Copies the network's parameters into `buffer`.
  func read(_ network: Network, into buffer: FloatBuffer) {
    forEachParameter(of: network) { buffer.base[$2] = Float($0[$1]) }
  }

  /// Copies `buffer` into the network's own tensors.
  func write(_ buffer: FloatBuffer, to network: Network) {
    forEachParameter(of: network) { $0[$1] = Double(buffer.base[$2]) }
  }
}
