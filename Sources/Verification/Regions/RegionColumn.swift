import MILP

/// A column that a region added to a model, and how its value follows from an input.
public struct RegionColumn: Sendable {
  /// The column.
  public let variable: Variable
  /// The column's value that belongs to an input inside the region.
  public let value: @Sendable (_ x: [Double]) -> Double

  /// A column whose value is a function of the input.
  public init(variable: Variable, value: @escaping @Sendable (_ x: [Double]) -> Double) {
    self.variable = variable
    self.value = value
  }
}
