import Tensors

/// Where the trainer keeps the parameters of a network: all in one buffer, so that the optimizer is one pass.
///
/// A layer is its weight and its bias. The weight of a dense layer is transposed to [inputs, lead], `lead` being the
/// number of outputs rounded up to a multiple of 16. A sparse layer, and a dense one of which a mask keeps little, is the
/// list of its weights by input: what is pruned is not there. A convolution's is as it holds it. All begin at multiples of
/// 16. The padding starts as zero, gets zero gradients and so stays zero.
struct ParameterLayout {
  enum Storage {
    case dense
    case listed(WeightColumns)
    case shared
  }

  struct Layer {
    let inputs: Int
    let outputs: Int
    /// How far rows of a dense layer's weights are apart.
    let lead: Int
    let storage: Storage
    let weight: Int
    /// How many weights there are, without padding.
    let weightCount: Int
    let bias: Int
    let biasCount: Int

    /// Calls `body` for every weight that is here: where its tensor holds it, and its place here.
    @inline(__always)
    func forEachWeight(_ body: (_ element: Int, _ place: Int) -> Void) {
      switch storage {
      case .dense:
        for row in 0..<outputs {
          for column in 0..<inputs { body(row * inputs + column, weight + row + column * lead) }
        }
      case .listed(let columns):
        for (entry, element) in columns.elements.enumerated() { body(element, weight + entry) }
      case .shared:
        for element in 0..<weightCount { body(element, weight + element) }
      }
    }
  }

  /// Lists are worth it where a mask keeps less than this share of a dense layer. Measured on layers of 32 and 64 neurons
  /// with 32 to 784 inputs: there the products take as long either way, at 0.4 to 0.6.
  private static let listedShare = 0.45

  /// Some parameters of a layer whose gradient is computed in one go: places that begin and end at multiples of 16.
  struct Part {
    let layer: Int
    let isBias: Bool
    let places: Range<Int>
  }

  /// About how many weights a part has: few enough for the first cache with what they are computed from.
  private static let partCount = 4096

  let layers: [Layer]
  /// All parameters in parts.
  let parts: [Part]
  /// All numbers, padding included; a multiple of 16.
  let count: Int

  static func padded(_ count: Int) -> Int { (count + 15) & ~15 }

  /// - Parameter masks: where an entry is zero, the weight is; one tensor per layer in the shape of its weight, or nil.
  init(_ network: Network, masks: [Tensor?]?) {
    var place = 0
    var layers: [Layer] = []
    for (index, layer) in network.layers.enumerated() {
      let lead = ParameterLayout.padded(layer.outputCount)
      let storage = ParameterLayout.storage(of: layer, mask: masks?[index]?.array)
      let (count, room) =
        switch storage {
        case .dense: (layer.weight.count, layer.inputCount * lead)
        case .listed(let columns): (columns.elements.count, ParameterLayout.padded(columns.elements.count))
        case .shared: (layer.weight.count, ParameterLayout.padded(layer.weight.count))
        }
      layers.append(
        Layer(
          inputs: layer.inputCount, outputs: layer.outputCount, lead: lead, storage: storage, weight: place,
          weightCount: count, bias: place + room, biasCount: layer.bias.count))
      place += room + ParameterLayout.padded(layer.bias.count)
    }
    self.layers = layers
    parts = layers.enumerated().flatMap { index, layer -> [Part] in
      let size =
        switch layer.storage {
        case .dense: max(1, ParameterLayout.partCount / layer.lead) * layer.lead
        case .listed: ParameterLayout.partCount
        // All weights of a convolution come from each of its outputs.
        case .shared: max(1, layer.bias - layer.weight)
        }
      let weights = stride(from: layer.weight, to: layer.bias, by: size).map { first in
        Part(layer: index, isBias: false, places: first..<min(first + size, layer.bias))
      }
      let end = layer.bias + ParameterLayout.padded(layer.biasCount)
      return weights + [Part(layer: index, isBias: true, places: layer.bias..<end)]
    }
    count = place
  }

  private static func storage(of layer: Networks.Layer, mask: [Double]?) -> Storage {
    switch layer.connections {
    case .convolution: return .shared
    case .sparse: return .listed(WeightColumns(layer, mask: mask))
    case .dense:
      guard let mask, Double(mask.count { $0 != 0 }) < listedShare * Double(mask.count) else { return .dense }
      return .listed(WeightColumns(layer, mask: mask))
    }
  }

  /// Calls `body` for each parameter that is here: the tensor that holds it and where in it, and its place in a buffer.
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

  /// Copies `buffer` into the network's own tensors; what is not here becomes zero.
  func write(_ buffer: FloatBuffer, to network: Network) {
    for (place, layer) in zip(layers, network.layers) where place.weightCount < layer.weight.count {
      layer.weight.base.update(repeating: 0, count: layer.weight.count)
    }
    forEachParameter(of: network) { $0[$1] = Double(buffer.base[$2]) }
  }
}
