import Networks

/// Where the hidden neurons of a network are in flat arrays that hold one number for each of them.
struct NeuronLayout {
  /// Where each hidden layer begins; one more entry than layers, the last being `count`.
  let offsets: [Int]

  init(_ network: Network) {
    var offsets = [0]
    for layer in network.layers.dropLast() { offsets.append(offsets[offsets.count - 1] + layer.outputCount) }
    self.offsets = offsets
  }

  /// The number of hidden layers.
  var layerCount: Int { offsets.count - 1 }
  /// The number of hidden neurons.
  var count: Int { offsets[offsets.count - 1] }

  /// The neurons of the widest hidden layer.
  var widest: Int { (0..<layerCount).reduce(0) { max($0, range($1).count) } }

  /// The places of the neurons of hidden layer `index`.
  func range(_ index: Int) -> Range<Int> { offsets[index]..<offsets[index + 1] }

  /// The hidden layer of the neuron at `place`.
  func layer(of place: Int) -> Int {
    var index = 0
    while place >= offsets[index + 1] { index += 1 }
    return index
  }
}
