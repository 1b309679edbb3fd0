/// What values a variable may take between its bounds.
public enum VariableKind: UInt8, Sendable, Hashable, CaseIterable {
  /// Any number.
  case continuous
  /// Whole numbers.
  case integer
  /// 0 or 1.
  case binary

  /// Whether only whole numbers are allowed.
  @inlinable public var isIntegral: Bool { self != .continuous }
}
