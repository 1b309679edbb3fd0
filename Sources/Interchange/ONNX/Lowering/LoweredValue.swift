import Networks
import Tensors

/// A tensor of a graph while it is lowered: constant, or affine functions of inputs and neurons.
struct LoweredValue {
  /// The sizes; elements are in row-major order.
  var shape: [Int]
  /// The elements.
  let values: AffineValues
  /// The tensor that the value is, where it depends on no input.
  private(set) var constant: ONNXTensor?

  init(_ values: AffineValues, shape: [Int]) {
    self.values = values
    self.shape = shape
  }

  init(_ constant: ONNXTensor) {
    values = AffineValues(constants: constant.elements)
    shape = constant.shape
    self.constant = constant
  }

  var count: Int { values.count }

  /// The elements `indices`, in another shape.
  func selecting(_ indices: [Int], shape: [Int]) -> LoweredValue {
    if let constant { return LoweredValue(constant.selecting(indices, shape: shape)) }
    let isSame = indices.count == count && indices.indices.allSatisfy { indices[$0] == $0 }
    return LoweredValue(isSame ? values : values.selecting(indices), shape: shape)
  }

  /// The value stretched to a shape, by NumPy's rules.
  func stretched(to target: [Int]) -> LoweredValue {
    shape == target ? self : selecting(Shape.stretch(shape, to: target), shape: target)
  }

  /// The same elements in another shape.
  func reshaped(_ shape: [Int]) -> LoweredValue {
    var result = self
    result.shape = shape
    result.constant?.shape = shape
    return result
  }

  /// A matrix, transposed.
  func transposed() -> LoweredValue {
    selecting(Shape.offsets([shape[1], shape[0]], strides: [1, shape[1]]), shape: [shape[1], shape[0]])
  }

  /// Each element multiplied by its own factor.
  func scaled(by factors: [Double]) -> LoweredValue { LoweredValue(values.scaled(by: factors), shape: shape) }

  /// Each element multiplied by one factor.
  func scaled(by factor: Double) -> LoweredValue {
    factor == 1 ? self : LoweredValue(values.scaled(by: factor), shape: shape)
  }

  /// Each element with its own number added.
  func adding(_ offsets: [Double]) -> LoweredValue { LoweredValue(values.adding(offsets), shape: shape) }
}
