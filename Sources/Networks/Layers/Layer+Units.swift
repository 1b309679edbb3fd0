/// What has weights of its own, and structured pruning removes at a time: a neuron, or a filter of a convolution.
extension Layer {
  /// The number of units.
  package var unitCount: Int { connections.filterCount ?? outputCount }

  /// The neurons of a unit.
  package func neurons(ofUnit unit: Int) -> Range<Int> {
    let size = outputCount / unitCount
    return unit * size..<(unit + 1) * size
  }

  /// The places of a unit's weights in `weight`.
  package func places(ofUnit unit: Int) -> Range<Int> {
    if case .sparse(let pattern) = connections { return pattern.starts[unit]..<pattern.starts[unit + 1] }
    let size = weight.count / unitCount
    return unit * size..<(unit + 1) * size
  }

  /// The places of a unit's biases in `bias`.
  package func biasPlaces(ofUnit unit: Int) -> Range<Int> {
    let size = bias.count / unitCount
    return unit * size..<(unit + 1) * size
  }

  /// Whether two units read the same inputs by their weights, in the same order.
  package func readsAlike(_ a: Int, _ b: Int) -> Bool {
    switch connections {
    case .dense: true
    case .sparse: a == b
    case .convolution(let convolution):
      a * convolution.groups / convolution.filters == b * convolution.groups / convolution.filters
    }
  }

  /// Whether a unit only hands one value on: it has no ReLU, and one weight that is not zero. It is there for the sake of
  /// a later layer, and what it weighs says nothing about what it is worth.
  package func isCarrier(unit: Int) -> Bool {
    !rectified.isAll && neurons(ofUnit: unit).allSatisfy { !rectified.contains($0) }
      && places(ofUnit: unit).count { weight.base[$0] != 0 } == 1
  }
}
