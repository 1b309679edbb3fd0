import Essentials
import Networks

/// What the numbers inside a network can be while its input stays in a region: plain bounds, from wherever they come.
///
/// This is how criteria see an optimisation problem without knowing about problems.
public struct RegionRanges: Sendable {
  /// The least preactivation of every neuron, one entry per layer, the outputs' last.
  public let lower: [[Double]]
  /// The greatest preactivation of every neuron, one entry per layer, the outputs' last.
  public let upper: [[Double]]
  /// The least value that each layer reads: the network's inputs, then the values after the ReLUs of each layer.
  public let inputLower: [[Double]]
  /// The greatest value that each layer reads.
  public let inputUpper: [[Double]]

  /// Ranges from bounds of the inputs and of the preactivations of every layer of `network`.
  ///
  /// - Throws: `Misuse` unless they are finite, in pairs, lower <= upper, and have the shape of the network.
  public init(
    of network: Network, inputLower: [Double], inputUpper: [Double], lower: [[Double]], upper: [[Double]]
  ) throws {
    guard lower.count == upper.count, !lower.isEmpty else {
      throw Misuse("ranges: expected as many upper as lower bounds, got \(lower.count) and \(upper.count) layers")
    }
    for (least, most) in zip([inputLower] + lower, [inputUpper] + upper) {
      guard least.count == most.count else {
        throw Misuse("ranges: expected as many upper as lower bounds, got \(least.count) and \(most.count)")
      }
      for index in least.indices
      where !(least[index].isFinite && most[index].isFinite && least[index] <= most[index]) {
        throw Misuse("ranges: expected finite bounds with lower <= upper, got [\(least[index]), \(most[index])]")
      }
    }
    self.lower = lower
    self.upper = upper
    try RegionRanges.check([inputLower] + lower, network)
    // A ReLU never falls, so that what it makes of a bound is one.
    let hidden = network.layers.dropLast()
    self.inputLower = [inputLower] + zip(hidden, lower).map { $0.outputs(of: $1) }
    self.inputUpper = [inputUpper] + zip(hidden, upper).map { $0.outputs(of: $1) }
  }

  /// How strongly a combination of the outputs reacts to each preactivation: |dm/dz| through the ReLUs' slopes, where
  /// an undecided ReLU with bounds l < 0 < u has the slope u / (u - l) of its linear relaxation (Wong and Kolter,
  /// "Provable Defenses against Adversarial Examples via the Convex Outer Adversarial Polytope", ICML 2018, eq. 6).
  ///
  /// - Parameter outputWeights: one or more combinations, each with one weight per output; their magnitudes are added.
  /// - Returns: one entry per layer, the outputs' last.
  /// - Throws: `Misuse` when network, ranges and weights do not fit.
  public func sensitivity(of outputWeights: [[Double]], in network: Network) throws -> [[Double]] {
    try check(network)
    var total = network.layers.map { [Double](repeating: 0, count: $0.outputCount) }
    for weights in outputWeights {
      guard weights.count == network.outputCount else {
        throw Misuse("sensitivity: expected \(network.outputCount) output weights, got \(weights.count)")
      }
      var above = weights
      for index in network.layers.indices.reversed() {
        for neuron in above.indices { total[index][neuron] += abs(above[neuron]) }
        guard index > 0 else { break }
        let layer = network.layers[index]
        var below = layer.multiplyTransposed(above)
        for input in below.indices {
          let (least, most) = (lower[index - 1][input], upper[index - 1][input])
          switch network.layers[index - 1].stability(of: input, lower: least, upper: most) {
          case .active: break
          case .inactive: below[input] = 0
          case .unstable: below[input] *= most / (most - least)
          }
        }
        above = below
      }
    }
    return total
  }

  /// Checks that the ranges have the shape of `network`.
  ///
  /// - Throws: `Misuse` when not.
  public func check(_ network: Network) throws { try RegionRanges.check([inputLower[0]] + lower, network) }

  private static func check(_ bounds: [[Double]], _ network: Network) throws {
    let widths = bounds.map(\.count)
    guard widths == network.widths else {
      throw Misuse("ranges: expected bounds of a network with the widths \(network.widths), got \(widths)")
    }
  }
}
