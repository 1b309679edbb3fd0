import Tensors

/// A tensor of a graph: a constant of the file, or a value while the graph is run.
///
/// Whole numbers, such as sizes and axes, are kept as Float64 too. Only those beyond 2^53 are rounded by that, and there
/// is one use for them: ends of slices that mean "to the end".
struct ONNXTensor {
  /// The sizes; no axes for a single number.
  var shape: [Int]
  /// The elements in row-major order.
  var elements: [Double]
  /// The type that the elements are computed in.
  var type: ElementType

  init(shape: [Int], elements: [Double], type: ElementType) {
    self.shape = shape
    self.elements = elements
    self.type = type
  }

  /// A result that is rounded to its type, once for each element.
  init(rounding elements: [Double], shape: [Int], type: ElementType) {
    self.init(
      shape: shape, elements: type.isReal && type != .float64 ? elements.map(type.rounded) : elements, type: type)
  }

  /// A row of whole numbers.
  init(integers: [Int]) {
    self.init(shape: [integers.count], elements: integers.map(Double.init), type: .int64)
  }

  /// The elements as whole numbers, those beyond the range of Int at its ends.
  ///
  /// - Throws: `NodeFailure` when one is none.
  func integers() throws -> [Int] {
    try elements.map { number in
      guard number == number.rounded() else { throw NodeFailure("expected whole numbers, got \(number)") }
      return Int(exactly: number) ?? (number < 0 ? .min : .max)
    }
  }

  /// The same elements in another shape.
  func reshaped(_ shape: [Int]) -> ONNXTensor { ONNXTensor(shape: shape, elements: elements, type: type) }

  /// The elements `indices`, in another shape.
  func selecting(_ indices: [Int], shape: [Int]) -> ONNXTensor {
    ONNXTensor(shape: shape, elements: indices.map { elements[$0] }, type: type)
  }
}
