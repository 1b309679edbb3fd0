/// How far a point is from satisfying a model. Zeros mean that it does.
public struct PointViolation: Sendable, Hashable {
  /// The largest violation of a variable's bound, divided by max(1, |bound|).
  public var bounds = 0.0
  /// The largest violation of a row's bound, divided by max(1, |bound|).
  public var rows = 0.0
  /// The largest distance of an integer variable from a whole number.
  public var integrality = 0.0
  /// The largest violation of a semicontinuous variable, a special ordered set or an indicator; see `ConstructKind`.
  public var constructs = 0.0

  /// The largest of the four.
  public var largest: Double { max(bounds, rows, integrality, constructs) }

  /// Makes the violation of a feasible point.
  public init() {}
}
