/// A row that must hold where a binary variable has a given value, and says nothing where it has the other one.
public struct Indicator: Sendable, Hashable {
  /// The column of the binary variable.
  public let binary: Int
  /// The value with which the row must hold, 0 or 1.
  public let value: Int
  /// The row's columns, rising; the binary variable may be among them.
  public let columns: [Int32]
  /// The row's coefficients, none of them 0.
  public let coefficients: [Double]
  /// How the sides compare.
  public let relation: Relation
  /// The right side.
  public let right: Double

  /// The bounds of the row where it holds.
  public var bounds: (lower: Double, upper: Double) {
    (relation == .lessOrEqual ? -.infinity : right, relation == .greaterOrEqual ? .infinity : right)
  }
}
