import Networks

/// How many neurons are stably inactive, stably active and unstable.
public struct StabilityCounts: Sendable, Equatable, CustomStringConvertible {
  /// Neurons whose output is always 0.
  public var inactive = 0
  /// Neurons whose ReLU does nothing, or who have none.
  public var active = 0
  /// Neurons that need a binary.
  public var unstable = 0

  /// No neurons.
  public init() {}

  /// Counts one more neuron.
  public mutating func add(_ stability: Stability) {
    switch stability {
    case .inactive: inactive += 1
    case .active: active += 1
    case .unstable: unstable += 1
    }
  }

  /// The sums of both counts.
  public static func + (a: StabilityCounts, b: StabilityCounts) -> StabilityCounts {
    var sum = a
    sum.inactive += b.inactive
    sum.active += b.active
    sum.unstable += b.unstable
    return sum
  }

  /// The counts in words.
  public var description: String { "\(inactive) inactive, \(active) active, \(unstable) unstable" }
}
