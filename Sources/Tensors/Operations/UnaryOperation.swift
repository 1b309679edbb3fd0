import CKernels

/// An operation on one number, element by element.
public enum UnaryOperation: String, CaseIterable, Sendable {
  case negate, absolute
  /// -1, 0 or 1; NaN stays.
  case sign
  /// e to the power of the number; within 1 unit in the last place.
  case exponential
  /// The natural logarithm; within 1 unit in the last place.
  case logarithm
  case squareRoot, square
  /// The number, or 0 if it is negative; NaN stays.
  case relu
  case floor, ceiling
  /// To the nearest whole number, halves to the even one.
  case round
  case hyperbolicTangent
  /// 1 / (1 + e^-x).
  case sigmoid
  /// 1 for numbers that are neither infinite nor NaN, else 0.
  case isFinite

  var code: Int32 {
    let code =
      switch self {
      case .negate: tensor_negate
      case .absolute: tensor_absolute
      case .sign: tensor_sign
      case .exponential: tensor_exponential
      case .logarithm: tensor_logarithm
      case .squareRoot: tensor_square_root
      case .square: tensor_square
      case .relu: tensor_relu
      case .floor: tensor_floor
      case .ceiling: tensor_ceiling
      case .round: tensor_round
      case .hyperbolicTangent: tensor_tanh
      case .sigmoid: tensor_sigmoid
      case .isFinite: tensor_is_finite
      }
    return Int32(code)
  }
}
