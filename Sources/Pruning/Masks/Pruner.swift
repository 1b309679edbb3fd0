import Essentials
import Networks
import Tensors

import Glibc

/// Prunes what scores lowest.
public struct Pruner {
  /// A weight or neuron, by its place in the layer, that may be pruned.
  private typealias Candidate = (layer: Int, place: Int, score: Double)

  /// What is pruned and how the amount is shared out.
  public let options: PruningOptions

  /// A pruner with these options.
  public init(options: PruningOptions = PruningOptions()) { self.options = options }

  /// The mask that removes `amount` of what `mask` still keeps.
  ///
  /// Of equal scores the earlier ones go first.
  ///
  /// - Parameters:
  ///   - network: the network to prune; it stays as it is.
  ///   - criterion: the judge; the lowest scores go.
  ///   - amount: a share or a number, per layer or for all layers together as the options say.
  ///   - mask: what earlier rounds left; everything by default.
  /// - Throws: `Misuse` for a rate outside [0, 1), layers that are not there, and scores of a wrong shape or with NaN.
  public func mask(
    for network: Network, by criterion: some Criterion, amount: PruningAmount, within mask: Mask? = nil
  ) throws -> Mask {
    let mask = try mask?.copy() ?? Mask(keepingAllOf: network)
    try mask.check(network)
    let layers = try layerIndices(of: network)
    switch options.structure {
    case .unstructured: try pruneWeights(network, criterion, amount, layers, mask)
    case .structured:
      guard options.scope != .rowwise else {
        throw Misuse("prune: the scope \"rowwise\" compares weights within a neuron; neurons need another scope")
      }
      try pruneNeurons(network, criterion, amount, layers, mask)
    }
    return mask
  }

  /// The mask after `rounds` equal rounds that together remove the share `rate`: each takes 1 - (1 - rate)^(1/rounds)
  /// of what is left, as the paper's published runs do with five.
  ///
  /// - Throws: `Misuse` for a rate outside [0, 1), fewer than one round, and what `mask(for:by:amount:within:)` throws
  ///   for.
  public func mask(
    for network: Network, by criterion: some Criterion, rate: Double, rounds: Int, within mask: Mask? = nil
  ) throws -> Mask {
    guard rate >= 0, rate < 1 else { throw Misuse("prune: expected a rate from 0 to below 1, got \(rate)") }
    guard (1...10_000).contains(rounds) else { throw Misuse("prune: expected from 1 to 10000 rounds, got \(rounds)") }
    guard rounds > 1 else {
      return try self.mask(for: network, by: criterion, amount: .rate(rate), within: mask)
    }
    let share = 1 - pow(1 - rate, 1 / Double(rounds))
    var mask = mask
    for _ in 0..<rounds {
      mask = try self.mask(for: network, by: criterion, amount: .rate(share), within: mask)
    }
    return mask ?? Mask(keepingAllOf: network)
  }

  /// The layers that take part, counted from 0.
  private func layerIndices(of network: Network) throws -> [Int] {
    switch options.layers {
    case .hidden: return Array(network.layers.indices.dropLast())
    case .all: return Array(network.layers.indices)
    case .some(let list):
      for index in list where !network.layers.indices.contains(index) {
        throw Misuse("prune: expected layers from 1 to \(network.layers.count), got \(index + 1)")
      }
      return Array(Set(list)).sorted()
    }
  }

  private func pruneWeights(
    _ network: Network, _ criterion: some Criterion, _ amount: PruningAmount, _ layers: [Int], _ mask: Mask
  ) throws {
    var candidates: [[Candidate]] = []
    for index in layers {
      let layer = network.layers[index]
      let scores = try criterion.checked(criterion.scores(of: index, in: network), index, network)
      let units = try (0..<layer.unitCount).map { unit -> [Candidate] in
        guard !layer.isCarrier(unit: unit) else { return [] }
        return try layer.places(ofUnit: unit).compactMap { place in
          guard mask.weights[index].base[place] != 0 else { return nil }
          guard !scores.base[place].isNaN else {
            throw Misuse("\(criterion.name): a score of layer \(index + 1) is NaN, at \(layer.weight.place(of: place))")
          }
          return (index, place, scores.base[place])
        }
      }
      candidates += options.scope == .rowwise ? units : [units.flatMap { $0 }]
    }
    try removeLowest(candidates, amount, what: "weights") { mask.weights[$0].base[$1] = 0 }
  }

  private func pruneNeurons(
    _ network: Network, _ criterion: some Criterion, _ amount: PruningAmount, _ layers: [Int], _ mask: Mask
  ) throws {
    var candidates: [[Candidate]] = []
    for index in layers {
      let layer = network.layers[index]
      let scores = try criterion.neuronScores(of: index, in: network)
      guard scores.count == layer.unitCount else {
        throw Misuse(
          "\(criterion.name): expected \(layer.unitCount) neuron scores for layer \(index + 1), got \(scores.count)")
      }
      var list: [Candidate] = []
      for unit in 0..<layer.unitCount where mayGo(unit, index, layer, mask) {
        guard !scores[unit].isNaN else {
          throw Misuse("\(criterion.name): the score of neuron \(unit + 1) of layer \(index + 1) is NaN")
        }
        list.append((index, unit, scores[unit]))
      }
      candidates.append(list)
    }
    var isGone = network.layers.map { [Bool](repeating: false, count: $0.outputCount) }
    try removeLowest(candidates, amount, what: "neurons") { index, unit in
      let layer = network.layers[index]
      for place in layer.places(ofUnit: unit) { mask.weights[index].base[place] = 0 }
      guard !options.keepsBiases else { return }
      for place in layer.biasPlaces(ofUnit: unit) { mask.biases[index].base[place] = 0 }
      for neuron in layer.neurons(ofUnit: unit) { isGone[index][neuron] = true }
    }
    for (index, layer) in network.layers.enumerated().dropFirst() where isGone[index - 1].contains(true) {
      for (place, isDead) in layer.readsOnly(isGone[index - 1]).enumerated() where isDead {
        mask.weights[index].base[place] = 0
      }
    }
  }

  /// Whether a unit may be removed: the mask keeps any of its incoming weights, without which it has been removed
  /// already, and it passes no value on, which would be lost to later layers.
  private func mayGo(_ unit: Int, _ index: Int, _ layer: Layer, _ mask: Mask) -> Bool {
    (index == mask.weights.count - 1 || layer.neurons(ofUnit: unit).allSatisfy(layer.rectified.contains))
      && layer.places(ofUnit: unit).contains { mask.weights[index].base[$0] != 0 }
  }

  /// Calls `remove` for the lowest scores of every list, or of all lists together.
  private func removeLowest(
    _ lists: [[Candidate]], _ amount: PruningAmount, what: String,
    remove: (_ layer: Int, _ place: Int) -> Void
  ) throws {
    let pools = options.scope == .global ? [lists.flatMap { $0 }] : lists
    // Every amount is checked before anything is removed.
    let numbers = try pools.map { try amount.number(of: $0.count, what: what) }
    for (pool, number) in zip(pools, numbers) where number > 0 {
      // Sorting plain numbers and then counting ties is several times faster than sorting the entries.
      let threshold = pool.map(\.score).sorted()[number - 1]
      var ties = number - pool.reduce(0) { $0 + ($1.score < threshold ? 1 : 0) }
      for entry in pool {
        if entry.score < threshold {
          remove(entry.layer, entry.place)
        } else if entry.score == threshold, ties > 0 {
          remove(entry.layer, entry.place)
          ties -= 1
        }
      }
    }
  }
}

extension Layer {
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
