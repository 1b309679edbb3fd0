import Tensors

extension Trainer {
  /// A parameter of a neuron that hands a value on: no step changes it.
  struct Carrier {
    /// Where it is in the trainer's buffers.
    let place: Int
    private let parameter: Tensor
    private let element: Int
    private let value: Double

    fileprivate init(_ parameter: Tensor, _ element: Int, place: Int) {
      self.place = place
      self.parameter = parameter
      self.element = element
      value = parameter.base[element]
    }

    /// Gives the network's own tensor the number that it held at first.
    func restore() { parameter.base[element] = value }
  }

  /// All parameters of neurons that hand a value on, but for those that are pruned; of those in a dense layer the zeros
  /// too.
  static func carriers(_ network: Network, _ layout: ParameterLayout, _ options: TrainingOptions) -> [Carrier] {
    network.layers.indices.dropLast().flatMap { index -> [Carrier] in
      let (layer, place) = (network.layers[index], layout.layers[index])
      let units = (0..<layer.unitCount).filter(layer.isCarrier(unit:))
      guard !units.isEmpty else { return [] }
      let (weights, biases) = (options.masks?[index]?.array, options.biasMasks?[index]?.array)
      let elements = Set(units.flatMap { layer.places(ofUnit: $0) })
      var carriers: [Carrier] = []
      place.forEachWeight { element, place in
        guard elements.contains(element), weights?[element] != 0 else { return }
        carriers.append(Carrier(layer.weight, element, place: place))
      }
      let biasElements = Set(units.flatMap { layer.biasPlaces(ofUnit: $0) })
      place.forEachBias { element, place in
        guard biasElements.contains(element), biases?[element] != 0 else { return }
        carriers.append(Carrier(layer.bias, element, place: place))
      }
      return carriers
    }
  }
}
