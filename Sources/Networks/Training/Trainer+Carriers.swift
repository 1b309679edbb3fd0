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

  /// All parameters of neurons that hand a value on; of those in a dense layer the zeros too.
  static func carriers(_ network: Network, _ layout: ParameterLayout) -> [Carrier] {
    zip(network.layers.dropLast(), layout.layers).flatMap { layer, place in
      (0..<layer.unitCount).filter(layer.isCarrier(unit:)).flatMap { unit in
        layer.places(ofUnit: unit).map { Carrier(layer.weight, $0, place: place.place(ofWeight: $0)) }
          + layer.biasPlaces(ofUnit: unit).map { Carrier(layer.bias, $0, place: place.bias + $0) }
      }
    }
  }
}
