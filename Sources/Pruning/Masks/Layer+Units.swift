import Networks

/// What structured pruning removes at a time: a neuron, or a filter of a convolution.
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

  /// Whether a unit only hands one value on: it has no ReLU, and one weight that is not zero. It is there for the sake of
  /// a later layer, and what it weighs says nothing about what it is worth.
  package func isCarrier(unit: Int) -> Bool {
    !rectified.isAll && neurons(ofUnit: unit).allSatisfy { !rectified.contains($0) }
      && places(ofUnit: unit).count { weight.base[$0] != 0 } == 1
  }

  /// Whether each weight reads nothing but inputs that `isGone` names.
  func readsOnly(_ isGone: [Bool]) -> [Bool] {
    var result = [Bool](repeating: false, count: weight.count)
    var isLive = result
    for neuron in 0..<outputCount {
      forEachConnection(of: neuron) { input, place in
        if isGone[input] { result[place] = true } else { isLive[place] = true }
      }
    }
    for place in result.indices where isLive[place] { result[place] = false }
    return result
  }
}
