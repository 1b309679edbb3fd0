import Networks

/// A tensor of a graph while it is lowered: an affine function of the values that enter the layer in the making.
///
/// Element e is `constants[e] + rows[e] · inputs`; a constant has no rows. Every operator but Relu maps such values to
/// such values, exactly, so normalisation, convolutions and reshaping all end up in the next dense layer.
struct LoweredValue {
  /// The sizes; elements are in row-major order.
  var shape: [Int]
  /// What is added to the linear part, one number per element.
  var constants: [Double]
  /// The linear part; nil for a constant.
  var rows: SparseMatrix?
  /// The number of layers below: values of different stages cannot be combined.
  var stage = 0
  /// Whether these are whole numbers, such as sizes, with which ONNX computes differently.
  var isInteger = false

  var count: Int { constants.count }
  var isConstant: Bool { rows == nil }

  /// The elements `indices` of this value, in a new shape.
  func selecting(_ indices: [Int], shape: [Int]) -> LoweredValue {
    LoweredValue(
      shape: shape, constants: indices.map { constants[$0] }, rows: rows?.selecting(indices), stage: stage,
      isInteger: isInteger)
  }

  /// The same elements in a new shape.
  func reshaped(_ shape: [Int]) -> LoweredValue {
    var result = self
    result.shape = shape
    return result
  }

  /// Each element multiplied by its own factor.
  func scaled(by factors: [Double]) -> LoweredValue {
    var result = self
    result.constants = zip(constants, factors).map { $0 * $1 }
    result.rows = rows?.scaled(by: factors)
    return result
  }

  /// Each element with its own number added.
  func adding(_ offsets: [Double]) -> LoweredValue {
    var result = self
    result.constants = zip(constants, offsets).map { $0 + $1 }
    return result
  }
}
