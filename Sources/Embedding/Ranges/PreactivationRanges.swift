import Essentials
import Networks

/// The least and the greatest preactivation of every neuron, outputs included, layer by layer: what the rows of a network
/// need to know, from wherever it comes.
public struct PreactivationRanges: Sendable, Equatable {
  /// One list per layer, first to last, of one number per neuron.
  public let lower: [[Double]]
  /// The same for the upper ends.
  public let upper: [[Double]]

  /// Ranges with lower <= upper.
  public init(lower: [[Double]], upper: [[Double]]) {
    self.lower = lower
    self.upper = upper
  }

  /// - Throws: `Misuse` unless there is one range for each neuron of `network`.
  func check(_ network: Network) throws {
    let widths = network.layers.map(\.outputCount)
    guard lower.map(\.count) == widths, upper.map(\.count) == widths else {
      throw Misuse("embed: expected bounds of layers of \(widths) neurons, got \(lower.map(\.count))")
    }
  }
}
