/// The value of a support function with a rigorous bound of the rounding in it.
public struct Support: Sendable, Equatable {
  /// The maximum, in floating-point arithmetic.
  public let value: Double
  /// The exact maximum of the given coefficients over the region differs from `value` by at most this.
  public let error: Double

  /// A value and a bound of its rounding error.
  public init(value: Double, error: Double) {
    self.value = value
    self.error = error
  }

  /// A number that is never below the exact maximum.
  public var upperBound: Double { (value + error).nextUp }
}
