import Essentials
import Tensors

extension Onnx_TensorProto {
  /// The shape and the elements in row-major order, whichever of the fields they are stored in.
  ///
  /// - Throws: `OutsideFailure` when the type is none of numbers, or the elements do not fill the shape.
  func numbers() throws -> (shape: [Int], values: [Double]) {
    guard dataLocation != .external else { throw OutsideFailure("its numbers are in another file") }
    guard let type = elementType else { throw OutsideFailure("its element type \(dataType) is not supported") }
    let shape = dims.map(Int.init)
    guard let count = Shape.count(shape, limit: 1 << 31) else { throw OutsideFailure("its shape is impossible") }
    let values = hasRawData ? try rawNumbers(type) : typedNumbers(type)
    guard values.count == count else {
      throw OutsideFailure(
        "\(values.count) numbers do not fill the shape \(Tensor.describe(shape: shape))")
    }
    return (shape, values)
  }

  private var elementType: ElementType? {
    switch dataType {
    case TensorKind.float32: .float32
    case TensorKind.float64: .float64
    case TensorKind.float16: .float16
    case TensorKind.brainFloat16: .brainFloat16
    case TensorKind.int32: .int32
    case TensorKind.int64: .int64
    default: nil
    }
  }

  private func rawNumbers(_ type: ElementType) throws -> [Double] {
    guard rawData.count % type.byteCount == 0 else {
      throw OutsideFailure("\(rawData.count) bytes are no whole numbers of \(type.rawValue)")
    }
    return rawData.withUnsafeBytes { type.numbers(in: $0) }
  }

  private func typedNumbers(_ type: ElementType) -> [Double] {
    switch type {
    case .float64: doubleData
    case .int64: int64Data.map(Double.init)
    case .int32: int32Data.map(Double.init)
    case .float32: floatData.map(Double.init)
    // Half precision is stored as the bits of 16-bit numbers.
    default:
      int32Data.map { UInt16(truncatingIfNeeded: $0) }.withUnsafeBytes { type.numbers(in: $0) }
    }
  }
}
