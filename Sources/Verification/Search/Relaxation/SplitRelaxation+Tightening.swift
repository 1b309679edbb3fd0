import Networks
import Synchronization

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
  /// - Parameters:
  ///   - least: only those neurons whose relaxations make up this share of what the last evaluated function can lose; with
  ///     0 all.
  ///   - shouldStop: asked before every neuron; true leaves the others' bounds as they are.
  /// - Returns: false when the bounds of a neuron cross: then no input keeps the assumptions.
  func tighten(from first: Int, worth least: Double = 0, shouldStop: () -> Bool) -> Bool {
    let losses = least > 0 ? lossesThatCount(least) : nil
    for index in first..<max(layout.layerCount, first) {
      for place in layout.range(index) where neuron(place).isUndecided && losses?.contains(place) ?? true {
        if shouldStop() { return true }
        let (least, most) = defaultBounds(layer: index, neuron: place - layout.offsets[index])
        guard apply(place, least, most) else { return false }
      }
    }
    return true
  }

  /// The neurons whose relaxations make up the share `share` of what the last evaluated function can lose.
  private func lossesThatCount(_ share: Double) -> Set<Int> {
    var losses: [(place: Int, loss: Double)] = []
    for place in 0..<layout.count where neuron(place).isUndecided {
      losses.append((place, neuron(place).loss(coefficients[place])))
    }
    losses.sort { $0.loss > $1.loss }
    var rest = share * losses.reduce(0) { $0 + $1.loss }
    var places = Set<Int>()
    for (place, loss) in losses {
      if rest <= 0 { break }
      rest -= loss
      places.insert(place)
    }
    return places
  }

  /// Bounds the undecided neurons of the layers after the first with slopes that are optimised for each of them. A
  /// neuron's bounds depend on the layers below only, so that the members of a team share a layer's, and no number
  /// depends on how many they are.
  ///
  /// - Parameters:
  ///   - relaxations: one for each member, in the same state.
  ///   - iterations: steps per bound.
  ///   - shouldStop: asked before every neuron; true ends the tightening with what has been reached.
  static func tightenWithSlopes(
    _ relaxations: [SplitRelaxation], by team: ThreadTeam, iterations: Int, shouldStop: () -> Bool
  ) throws {
    let first = relaxations[0]
    var optimizers = relaxations.map(MultiplierOptimizer.init)
    let defaults = (0..<first.layout.count).map { first.neuron($0).smallerArea }
    let failure = Mutex<(any Error)?>(nil)
    for index in 1..<max(first.layout.layerCount, 1) {
      let places = first.layout.range(index).filter { first.neuron($0).isUndecided }
      var found = [(least: Double, most: Double)?](repeating: nil, count: places.count)
      found.withUnsafeMutableBufferPointer { found in
        optimizers.withUnsafeMutableBufferPointer { optimizers in
          team.share(places.count) { item, member in
            guard !shouldStop() else { return }
            do {
              found[item] = try relaxations[member].boundsWithSlopes(
                places[item], layer: index, from: defaults, &optimizers[member], iterations: iterations, shouldStop)
            } catch { failure.withLock { $0 = error } }
          }
        }
      }
      if let failure = failure.withLock({ $0 }) { throw failure }
      for relaxation in relaxations {
        for case (let place, let bounds?) in zip(places, found) {
          guard relaxation.apply(place, bounds.least, bounds.most) else { return }
        }
      }
      if shouldStop() { break }
    }
    for place in 0..<first.layout.count { first.multipliers[place] = first.neuron(place).smallerArea }
  }

  /// Bounds of the preactivation at `place` in layer `index`, by slopes that are improved from `defaults` on.
  private func boundsWithSlopes(
    _ place: Int, layer index: Int, from defaults: [Double], _ optimizer: inout MultiplierOptimizer, iterations: Int,
    _ shouldStop: () -> Bool
  ) throws -> (least: Double, most: Double) {
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
    return (-ends[0], ends[1])
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
