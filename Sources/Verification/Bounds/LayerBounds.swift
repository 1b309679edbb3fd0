import Essentials
import Networks

/// Lower and upper bounds of one layer's preactivations.
public struct LayerBounds: Sendable, Equatable {
  /// Numbers never above the preactivations, one per neuron.
  public internal(set) var lower: [Double]
  /// Numbers never below the preactivations, one per neuron.
  public internal(set) var upper: [Double]

  /// Bounds of a layer.
  ///
  /// - Throws: `Misuse` unless there are equally many, finite, lower <= upper.
  public init(lower: [Double], upper: [Double]) throws {
    guard lower.count == upper.count else {
      throw Misuse("bounds: expected as many upper as lower bounds, got \(lower.count) and \(upper.count)")
    }
    for index in lower.indices where !(lower[index].isFinite && upper[index].isFinite && lower[index] <= upper[index]) {
      throw Misuse(
        "bounds: expected finite bounds with lower <= upper, got [\(lower[index]), \(upper[index])] at neuron "
          + "\(index + 1)")
    }
    self.lower = lower
    self.upper = upper
  }

  /// Bounds of a layer that were computed from finite numbers.
  ///
  /// - Throws: `OutsideFailure` when they overflow.
  static func computed(lower: [Double], upper: [Double]) throws -> LayerBounds {
    if let neuron = lower.indices.first(where: { !(lower[$0].isFinite && upper[$0].isFinite) }) {
      throw OutsideFailure("bounds: the weights of neuron \(neuron + 1) are so large that its bounds overflow")
    }
    return try LayerBounds(lower: lower, upper: upper)
  }

  /// The number of neurons.
  public var count: Int { lower.count }

  /// What the bounds say about neuron `index` of `layer`.
  public func stability(_ index: Int, of layer: Layer) -> Stability {
    layer.stability(of: index, lower: lower[index], upper: upper[index])
  }

  /// Neuron `index` of `layer`, whose preactivation has these bounds.
  func neuron(_ index: Int, of layer: Layer) -> RectifiedNeuron {
    guard layer.rectified.contains(index) else { return .passed(reach: max(-lower[index], upper[index])) }
    return RectifiedNeuron(lower[index], upper[index])
  }

  /// The largest possible size of the output of each neuron of `layer`.
  func reach(of layer: Layer) -> [Double] { layer.reach(lower: lower, upper: upper) }

  /// A number that Σ weights[k] · z_k never exceeds within the bounds.
  func upperBound(_ weights: [Double]) -> Double {
    zip(weights, zip(lower, upper)).reduce(0) { sum, term in
      Rounding.sumUp(sum, Rounding.productUp(term.0, term.0 > 0 ? term.1.1 : term.1.0))
    }
  }

  /// How many neurons of `layer` are stably inactive, stably active and unstable.
  public func counts(of layer: Layer) -> StabilityCounts {
    var counts = StabilityCounts()
    for index in lower.indices { counts.add(stability(index, of: layer)) }
    return counts
  }

  /// The tighter of both bounds for every neuron. Where rounding made two bounds of one number cross, both are kept
  /// apart as the first one's.
  func intersected(with other: LayerBounds) -> LayerBounds {
    intersected(uncheckedLower: other.lower, upper: other.upper)
  }

  /// These bounds tightened by others that may be infinite.
  func intersected(uncheckedLower: [Double], upper uncheckedUpper: [Double]) -> LayerBounds {
    var result = self
    for index in lower.indices {
      let low = max(lower[index], uncheckedLower[index])
      let high = min(upper[index], uncheckedUpper[index])
      guard low <= high else { continue }
      result.lower[index] = low
      result.upper[index] = high
    }
    assert(result.violatedInvariants.isEmpty, result.violatedInvariants.joined(separator: "; "))
    return result
  }
}
