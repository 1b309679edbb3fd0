/// What values a variable may take between its bounds.
public enum VariableKind: UInt8, Sendable, Hashable, CaseIterable {
  /// Any number.
  case continuous
  /// Whole numbers.
  case integer
  /// 0 or 1.
  case binary
  /// 0, or any number between the bounds, which need not be near 0.
  case semicontinuous
  /// 0, or a whole number between the bounds.
  case semiinteger

  /// Whether only whole numbers are allowed.
  @inlinable public var isIntegral: Bool { self == .integer || self == .binary || self == .semiinteger }

  /// Whether 0 is allowed wherever the bounds are.
  @inlinable public var isSemicontinuous: Bool { self == .semicontinuous || self == .semiinteger }
}
