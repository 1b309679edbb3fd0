/// What many numbers are reduced to.
public enum Reduction: String, CaseIterable, Sendable {
  case sum, mean
  /// The greatest; NaN if there is one.
  case maximum
  /// The least; NaN if there is one.
  case minimum
  /// The sum of the absolute values.
  case norm1
  /// The square root of the sum of the squares.
  case norm2
  /// The greatest absolute value.
  case normInfinity

  /// Whether the reduction has a value for no numbers at all.
  var hasValueOfNothing: Bool { self != .mean && self != .maximum && self != .minimum }
}
