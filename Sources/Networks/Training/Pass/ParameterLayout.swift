import Tensors

/// Where the trainer keeps the parameters of a network: all in one buffer, so that the optimizer is one pass.
///
/// A layer is its weight and its bias, of the inputs and neurons that take part (`LiveNeurons`), so that what masks leave
/// of structures is trained as the smaller network that it is. The weight of a dense layer is transposed to [inputs,
/// lead], `lead` being the number of outputs rounded up to a multiple of 16. A sparse layer, and a dense one of which a
/// mask keeps little or which has few neurons, is the list of its weights by input: what is pruned is not there. A
/// convolution's is as it holds it. After them come the parameters that masks keep though they move nothing: no
/// gradient reaches them, but the optimizer does. All begin at multiples of 16. The padding starts as zero, gets zero
/// gradients and so stays zero.
struct ParameterLayout {
  enum Storage {
    case dense
    /// All weights between few neurons and their inputs: a list that is a matrix [inputs, outputs] as well.
    case narrow(WeightColumns)
    case listed(WeightColumns)
    case shared
  }

  struct Layer {
    /// The inputs and the neurons that take part, ascending.
    let sources: [Int]
    let neurons: [Int]
    let storage: Storage
    let weight: Int
    /// How many weights there are, without padding.
    let weightCount: Int
    let bias: Int
    /// Where the layer's own tensor holds each bias that is here.
    let biases: [Int]
    let idle: Int
    /// What is kept and moves nothing, by where the layer's own tensors hold it.
    let idleWeights: [Int]
    let idleBiases: [Int]
    let end: Int
    /// How many inputs the layer has, with those that do not take part.
    fileprivate let width: Int

    var inputs: Int { sources.count }
    var outputs: Int { neurons.count }
    /// How far the weights of two inputs are apart where they are a matrix.
    var lead: Int { if case .narrow = storage { outputs } else { ParameterLayout.padded(outputs) } }

    /// Calls `body` for every weight that is here: where its tensor holds it, and its place here.
    @inline(__always)
    func forEachWeight(_ body: (_ element: Int, _ place: Int) -> Void) {
      switch storage {
      case .dense:
        let lead = lead
        for (row, neuron) in neurons.enumerated() {
          for (column, source) in sources.enumerated() { body(neuron * width + source, weight + row + column * lead) }
        }
      case .narrow(let columns), .listed(let columns):
        for (entry, element) in columns.elements.enumerated() { body(element, weight + entry) }
      case .shared:
        for element in 0..<weightCount { body(element, weight + element) }
      }
      for (place, element) in idleWeights.enumerated() { body(element, idle + place) }
    }

    /// The same for every bias.
    @inline(__always)
    func forEachBias(_ body: (_ element: Int, _ place: Int) -> Void) {
      for (place, element) in biases.enumerated() { body(element, bias + place) }
      for (place, element) in idleBiases.enumerated() { body(element, idle + idleWeights.count + place) }
    }
  }

  /// Lists are worth it where a mask keeps less than this share of a dense layer. Measured on layers of 32 and 64 neurons
  /// with 32 to 784 inputs: there the products take as long either way, at 0.4 to 0.6.
  private static let listedShare = 0.45
  /// Up to so many neurons the gradients of a list's weights take less time than those of a padded matrix.
  private static let narrowest = 8

  /// Some parameters of a layer whose gradient is computed in one go: places that begin and end at multiples of 16.
  struct Part {
    enum Kind { case weights, biases, idle }

    let layer: Int
    let kind: Kind
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

  /// - Parameters:
  ///   - masks: where an entry is zero, the weight is; one tensor per layer in the shape of its weight, or nil.
  ///   - biasMasks: the same for biases.
  init(_ network: Network, masks: [Tensor?]?, biasMasks: [Tensor?]?) {
    let live = LiveNeurons(network, masks: masks, biasMasks: biasMasks)
    var place = 0
    var layers: [Layer] = []
    for (index, layer) in network.layers.enumerated() {
      let (sources, neurons) = (live.stages[index], live.stages[index + 1])
      let mask = masks?[index]?.array
      let storage = ParameterLayout.storage(of: layer, mask: mask, sources, neurons)
      let (count, room) =
        switch storage {
        case .dense: (sources.count * neurons.count, sources.count * ParameterLayout.padded(neurons.count))
        case .narrow(let columns), .listed(let columns):
          (columns.elements.count, ParameterLayout.padded(columns.elements.count))
        case .shared: (layer.weight.count, ParameterLayout.padded(layer.weight.count))
        }
      let biases = layer.biasSpan == 1 ? neurons : Array(0..<layer.bias.count)
      let idleWeights = ParameterLayout.idleWeights(of: layer, mask: mask, sources, neurons)
      let biasMask = biasMasks?[index]?.array
      let idleBiases = ParameterLayout.others(than: biases, of: layer.bias.count).filter { biasMask?[$0] != 0 }
      let bias = place + room
      let idle = bias + ParameterLayout.padded(biases.count)
      let end = idle + ParameterLayout.padded(idleWeights.count + idleBiases.count)
      layers.append(
        Layer(
          sources: sources, neurons: neurons, storage: storage, weight: place, weightCount: count, bias: bias,
          biases: biases, idle: idle, idleWeights: idleWeights, idleBiases: idleBiases, end: end,
          width: layer.inputCount))
      place = end
    }
    self.layers = layers
    parts = layers.enumerated().flatMap { index, layer -> [Part] in
      let size =
        switch layer.storage {
        case .dense: max(1, ParameterLayout.partCount / layer.lead) * layer.lead
        case .narrow, .listed: ParameterLayout.partCount
        // All weights of a convolution come from each of its outputs.
        case .shared: max(1, layer.bias - layer.weight)
        }
      let weights = stride(from: layer.weight, to: layer.bias, by: size).map { first in
        Part(layer: index, kind: .weights, places: first..<min(first + size, layer.bias))
      }
      let others = [
        Part(layer: index, kind: .biases, places: layer.bias..<layer.idle),
        Part(layer: index, kind: .idle, places: layer.idle..<layer.end),
      ]
      return weights + others.filter { !$0.places.isEmpty }
    }
    count = place
  }

  private static func storage(
    of layer: Networks.Layer, mask: [Double]?, _ sources: [Int], _ neurons: [Int]
  ) -> Storage {
    func columns() -> WeightColumns { WeightColumns(layer, mask: mask, inputs: sources, neurons: neurons) }
    switch layer.connections {
    case .convolution: return .shared
    case .sparse: return .listed(columns())
    case .dense:
      let all = sources.count * neurons.count
      let kept = mask.map { mask in
        neurons.reduce(0) { sum, neuron in sum + sources.count { mask[neuron * layer.inputCount + $0] != 0 } }
      }
      if Double(kept ?? all) < listedShare * Double(all) { return .listed(columns()) }
      return (kept ?? all) == all && neurons.count <= narrowest ? .narrow(columns()) : .dense
    }
  }

  /// The numbers from 0 to before `count` that are not in `some`.
  private static func others(than some: [Int], of count: Int) -> [Int] {
    guard some.count < count else { return [] }
    let known = Set(some)
    return (0..<count).filter { !known.contains($0) }
  }

  /// The weights that `mask` keeps and one of whose ends does not take part.
  private static func idleWeights(
    of layer: Networks.Layer, mask: [Double]?, _ sources: [Int], _ neurons: [Int]
  ) -> [Int] {
    guard sources.count < layer.inputCount || neurons.count < layer.outputCount else { return [] }
    let idleSources = Set(others(than: sources, of: layer.inputCount))
    let idleNeurons = Set(others(than: neurons, of: layer.outputCount))
    var elements: [Int] = []
    for neuron in 0..<layer.outputCount {
      let isIdle = idleNeurons.contains(neuron)
      layer.forEachConnection(of: neuron) { input, element in
        if mask?[element] != 0, isIdle || idleSources.contains(input) { elements.append(element) }
      }
    }
    return elements
  }

  /// Calls `body` for each parameter that is here: the tensor that holds it and where in it, and its place in a buffer.
  @inline(__always)
  private func forEachParameter(
    of network: Network, _ body: (_ tensor: UnsafeMutablePointer<Double>, _ element: Int, _ place: Int) -> Void
  ) {
    for (layer, parameters) in zip(layers, network.layers) {
      let (weight, bias) = (parameters.weight.base, parameters.bias.base)
      layer.forEachWeight { body(weight, $0, $1) }
      layer.forEachBias { body(bias, $0, $1) }
    }
  }

  /// Copies the network's parameters into `buffer`.
  func read(_ network: Network, into buffer: FloatBuffer) {
    forEachParameter(of: network) { buffer.base[$2] = Float($0[$1]) }
  }

  /// Copies `buffer` into the network's own tensors; what is not here becomes zero.
  func write(_ buffer: FloatBuffer, to network: Network) {
    for (place, layer) in zip(layers, network.layers) {
      for (parameter, isWhole) in [
        (layer.weight, place.weightCount + place.idleWeights.count == layer.weight.count),
        (layer.bias, place.biases.count + place.idleBiases.count == layer.bias.count),
      ] where !isWhole {
        parameter.base.update(repeating: 0, count: parameter.count)
      }
    }
    forEachParameter(of: network) { $0[$1] = Double(buffer.base[$2]) }
  }
}
