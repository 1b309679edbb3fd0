/// Whether small or large objective values are wanted.
public enum ObjectiveSense: String, Sendable, Hashable, CaseIterable {
  /// Small values are better.
  case minimize
  /// Large values are better.
  case maximize

  /// Whether `a` is strictly better than `b`.
  @inlinable public func prefers(_ a: Double, over b: Double) -> Bool { self == .minimize ? a < b : a > b }

  /// The value that every other one beats: +infinity when minimising, -infinity when maximising.
  public var worst: Double { self == .minimize ? .infinity : -.infinity }
}
