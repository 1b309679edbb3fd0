import Essentials
import Networks

/// Bounds of every preactivation of a network over a region, outputs included.
///
/// They hold for the network in real arithmetic with its Float64 parameters: every rounding of their computation is
/// bounded beforehand and added outward (Higham, "Accuracy and Stability of Numerical Algorithms", chapter 3). The
/// rungs of the ladder are `interval` and `backwardLinear`; each is intersected with the one before.
public struct PreactivationBounds: Sendable, Equatable {
  /// One entry per layer, first to last; the last is the outputs'.
  public private(set) var layers: [LayerBounds]

  /// Bounds that a script or another method computed.
  public init(layers: [LayerBounds]) { self.layers = layers }

  /// The bounds of the outputs.
  public var outputs: LayerBounds { layers[layers.count - 1] }

  /// Inactive, active and unstable neurons of each hidden layer of `network`.
  public func stability(of network: Network) -> [StabilityCounts] {
    zip(layers, network.layers.dropLast()).map { $0.counts(of: $1) }
  }

  /// The number of ReLUs of `network` that the bounds leave undecided.
  public func unstableCount(of network: Network) -> Int { stability(of: network).reduce(0) { $0 + $1.unstable } }

  /// The tighter of both bounds everywhere.
  ///
  /// - Throws: `Misuse` when they belong to networks of different widths.
  public func intersected(with other: PreactivationBounds) throws -> PreactivationBounds {
    guard layers.map(\.count) == other.layers.map(\.count) else {
      throw Misuse("bounds: expected layers of \(layers.map(\.count)) neurons, got \(other.layers.map(\.count))")
    }
    return PreactivationBounds(layers: zip(layers, other.layers).map { $0.intersected(with: $1) })
  }

  /// These bounds with layer `index` replaced, for methods that tighten one layer at a time.
  func replacing(layer index: Int, with bounds: LayerBounds) -> PreactivationBounds {
    var result = self
    result.layers[index] = bounds
    return result
  }

  /// Appends the bounds of the next layer.
  mutating func append(_ bounds: LayerBounds) { layers.append(bounds) }

  /// Whether the bounds have the network's shape.
  ///
  /// - Throws: `Misuse` when not.
  public func check(_ network: Network) throws {
    guard layers.map(\.count) == network.layers.map(\.outputCount) else {
      throw Misuse(
        "bounds: expected layers of \(network.layers.map(\.outputCount)) neurons, got \(layers.map(\.count))")
    }
  }
}
