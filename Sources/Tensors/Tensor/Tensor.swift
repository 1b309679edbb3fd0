import CKernels
import Essentials

/// An n-dimensional array of Float64, a view of a storage that several tensors may share.
///
/// A tensor is a reference: writing through a view changes what the other views of the same storage see. Elements are
/// in row-major order where the tensor is contiguous. Indices are 0-based in Swift and 1-based in Lua.
public final class Tensor {
  /// The numbers, perhaps shared with other tensors.
  public let storage: TensorStorage
  /// Where in the storage the first element is.
  public let offset: Int
  /// The size along each axis; empty for a scalar.
  public let shape: [Int]
  /// How many numbers apart neighbours along each axis lie in the storage.
  public let strides: [Int]
  /// The number of elements: the product of the shape.
  public let count: Int
  /// Whether the elements lie without gaps in row-major order.
  public let isContiguous: Bool

  /// A view of `storage`.
  ///
  /// - Precondition: every index inside `shape` lies inside the storage.
  public init(storage: TensorStorage, offset: Int, shape: [Int], strides: [Int]) {
    self.storage = storage
    self.offset = offset
    self.shape = shape
    self.strides = strides
    count = shape.reduce(1, *)
    var expected = 1
    var contiguous = true
    for axis in shape.indices.reversed() {
      if shape[axis] != 1, strides[axis] != expected { contiguous = false }
      expected *= shape[axis]
    }
    isContiguous = contiguous || count == 0
  }

  /// A contiguous tensor over the whole of `storage`.
  public convenience init(storage: TensorStorage, shape: [Int]) {
    self.init(storage: storage, offset: 0, shape: shape, strides: Tensor.rowMajorStrides(shape))
  }

  /// A tensor of zeros, for shapes that the program knows to be sensible; `full` checks.
  ///
  /// - Precondition: no size is negative, and there is memory.
  public static func zeros(_ shape: [Int]) -> Tensor {
    Tensor(storage: TensorStorage(zeros: shape.reduce(1, *)), shape: shape)
  }

  /// A tensor holding `values` in row-major order; one axis of their length when no shape is given.
  ///
  /// - Throws: `Misuse` when the shape does not hold exactly that many elements.
  public convenience init(_ values: [Double], shape: [Int]? = nil) throws {
    let shape = shape ?? [values.count]
    guard try Tensor.elementCount(of: shape) == values.count else {
      throw Misuse("tensor: \(values.count) values do not fill the shape \(Tensor.describe(shape: shape))")
    }
    let storage = TensorStorage(uninitialized: values.count)
    values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { storage.base.initialize(from: base, count: values.count) }
    }
    self.init(storage: storage, shape: shape)
  }

  /// The strides of a contiguous tensor.
  public static func rowMajorStrides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    return strides
  }

  /// A shape as people write it: `3x4`, `784`, or `scalar`.
  public static func describe(shape: [Int]) -> String {
    shape.isEmpty ? "scalar" : shape.map(String.init).joined(separator: "x")
  }

  /// The address of the first element. Valid while this tensor, or another of the same storage, is alive.
  public var base: UnsafeMutablePointer<Double> { storage.base + offset }

  /// This tensor if it is contiguous, else a contiguous copy.
  public func contiguous() -> Tensor { isContiguous ? self : copy() }

  /// A contiguous tensor with its own storage.
  public func copy() -> Tensor {
    let result = Tensor(storage: TensorStorage(uninitialized: count), shape: shape)
    if shape.count == 2, strides[0] == 1, strides[1] >= shape[0], count > 0 {
      tensor_transpose(shape[0], shape[1], base, strides[1], result.base)
    } else {
      transform(Int32(tensor_copy), into: result)
    }
    return result
  }

  /// The elements in row-major order.
  public var array: [Double] {
    let source = contiguous()
    return withExtendedLifetime(source) { Array(UnsafeBufferPointer(start: source.base, count: count)) }
  }
}
