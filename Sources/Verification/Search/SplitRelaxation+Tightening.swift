import Networks

extension SplitRelaxation {
  /// Bounds of one preactivation with default slopes and the state's assumptions below it.
  func defaultBounds(layer index: Int, neuron: Int) -> (lower: Double, upper: Double) {
    let ends = [-1.0, 1.0].map {
      evaluate(function(layer: index, neuron: neuron, sign: $0), usesMultipliers: false)
    }
    return (-ends[0], ends[1])
  }

  /// Bounds the undecided neurons of the layers from `first` on anew, with the state's assumptions below them and
  /// default slopes.
  ///
  /// - Parameter shouldStop: asked before every neuron; true leaves the others' bounds as they are.
  /// - Returns: false when the bounds of a neuron cross: then no input keeps the assumptions.
  func tighten(from first: Int, shouldStop: () -> Bool) -> Bool {
    for index in first..<max(layout.layerCount, first) {
      for place in layout.range(index) where neuron(place).isUndecided {
        if shouldStop() { return true }
        let (least, most) = defaultBounds(layer: index, neuron: place - layout.offsets[index])
        guard apply(place, least, most) else { return false }
      }
    }
    return true
  }

  /// Bounds the undecided neurons of the layers after the first with slopes that are optimised for each of them.
  ///
  /// - Parameters:
  ///   - iterations: steps per bound.
  ///   - shouldStop: asked before every neuron; true ends the tightening with what has been reached.
  func tightenWithSlopes(iterations: Int, shouldStop: () -> Bool) throws {
    guard layout.layerCount > 1 else { return }
    var optimizer = MultiplierOptimizer(self)
    let defaults = (0..<layout.count).map { neuron($0).smallerArea }
    for index in 1..<layout.layerCount {
      for place in layout.range(index) where neuron(place).isUndecided {
        if shouldStop() { return }
        let neuron = place - layout.offsets[index]
        var ends = [0.0, 0.0]
        for (end, sign) in [-1.0, 1.0].enumerated() {
          defaults.withUnsafeBufferPointer { copy($0, to: multipliers) }
          let function = function(layer: index, neuron: neuron, sign: sign)
          // A bound beyond zero decides the neuron, which is what counts most.
          ends[end] = optimizer.minimize(function, self, iterations: iterations, below: 0, shouldStop: shouldStop)
          if let record, index < record.layerCount, sign > 0 ? ends[end] < upper[place] : -ends[end] > lower[place] {
            _ = evaluate(function)
            try self.record(record, layer: index, neuron: neuron, isUpper: sign > 0)
          }
        }
        guard apply(place, -ends[0], ends[1]) else { return }
      }
    }
    for place in 0..<layout.count { multipliers[place] = neuron(place).smallerArea }
  }

  /// By how much bounds have to cross, relative to a neuron's size, to count as crossing: with a record so much that a
  /// checker, who rounds otherwise, sees it too.
  private var crossingTolerance: Double { record == nil ? 0 : 1e-9 }

  /// Intersects the bounds of the neuron at `place`; false when they cross.
  private func apply(_ place: Int, _ least: Double, _ most: Double) -> Bool {
    let low = max(lower[place], least)
    let high = min(upper[place], most)
    guard low <= high else { return low - high <= crossingTolerance * sizes[place] }
    if signs[place] == 0 { setBounds(place, lower: low, upper: high) }
    return true
  }
}
