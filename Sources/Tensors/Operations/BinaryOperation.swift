import CKernels

/// An operation on two numbers, element by element. The raw values are the names used in messages.
public enum BinaryOperation: String, CaseIterable, Sendable {
  case add, subtract, multiply, divide, power
  /// The smaller number; NaN if either is NaN.
  case minimum
  /// The greater number; NaN if either is NaN.
  case maximum
  /// 1 where the comparison holds and 0 where not; comparisons with NaN do not hold, except `notEqual`.
  case less, lessOrEqual, equal, notEqual, greater, greaterOrEqual

  var code: Int32 {
    let code =
      switch self {
      case .add: tensor_add
      case .subtract: tensor_subtract
      case .multiply: tensor_multiply
      case .divide: tensor_divide
      case .power: tensor_power
      case .minimum: tensor_minimum
      case .maximum: tensor_maximum
      case .less: tensor_less
      case .lessOrEqual: tensor_less_equal
      case .equal: tensor_equal
      case .notEqual: tensor_not_equal
      case .greater: tensor_greater
      case .greaterOrEqual: tensor_greater_equal
      }
    return Int32(code)
  }
}
