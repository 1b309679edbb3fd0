import Essentials
import Tensors

extension Onnx_TensorProto {
  /// Numbers of four bits, two in a byte: unsigned and signed.
  private static let packed: [Int32: ElementType] = [21: .uint8, 22: .int8]

  /// The tensor, whichever of the fields its numbers are stored in. Sizes are checked before any memory is taken.
  ///
  /// - Parameter folder: where files of external data are looked for.
  /// - Throws: `NodeFailure` when its type is none of numbers, or the elements do not fill the shape; `OutsideFailure`
  ///   when another file cannot be read.
  func numbers(in folder: String) throws -> ONNXTensor {
    let isPacked = Onnx_TensorProto.packed[dataType] != nil
    guard let type = Onnx_TensorProto.packed[dataType] ?? ElementType(onnxCode: dataType) else {
      throw NodeFailure("its element type \(dataType) is not supported")
    }
    guard let count = Shape.count(dims.map { Int($0) }, limit: 1 << 31) else {
      throw NodeFailure("its shape is impossible")
    }
    let byteCount = isPacked ? (count + 1) / 2 : count * type.byteCount
    let elements: [Double]
    if dataLocation == .external {
      elements = try ExternalData(self).read(byteCount, in: folder).withUnsafeBytes {
        numbers($0, type, isPacked, count)
      }
    } else if hasRawData {
      guard rawData.count == byteCount else { throw unfilled(rawData.count, "bytes") }
      elements = rawData.withUnsafeBytes { numbers($0, type, isPacked, count) }
    } else {
      elements = listed(type, isPacked, count)
    }
    guard elements.count == count else { throw unfilled(elements.count, "numbers") }
    return ONNXTensor(shape: dims.map { Int($0) }, elements: elements, type: type)
  }

  private func unfilled(_ count: Int, _ what: String) -> NodeFailure {
    NodeFailure("\(count) \(what) do not fill the shape \(Tensor.describe(shape: dims.map { Int($0) }))")
  }

  private func numbers(
    _ bytes: UnsafeRawBufferPointer, _ type: ElementType, _ isPacked: Bool, _ count: Int
  ) -> [Double] {
    guard isPacked else { return type.numbers(in: bytes) }
    return (0..<count).map { index in
      // The first of two is in the lower bits.
      let bits = bytes[index / 2] >> UInt8(index % 2 * 4) & 0xF
      return Double(type == .int8 && bits > 7 ? Int(bits) - 16 : Int(bits))
    }
  }

  /// Numbers that are listed one by one.
  private func listed(_ type: ElementType, _ isPacked: Bool, _ count: Int) -> [Double] {
    switch type {
    case .float64: return doubleData
    case .float32: return floatData.map(Double.init)
    case .int64: return int64Data.map(Double.init)
    case .uint32, .uint64: return uint64Data.map(Double.init)
    case .float16, .brainFloat16:
      // The bits of 16-bit numbers.
      return int32Data.map { UInt16(truncatingIfNeeded: $0) }.withUnsafeBytes { type.numbers(in: $0) }
    default:
      guard isPacked else { return int32Data.map(Double.init) }
      guard int32Data.count == (count + 1) / 2 else { return [] }
      return int32Data.map { UInt8(truncatingIfNeeded: $0) }.withUnsafeBytes { numbers($0, type, true, count) }
    }
  }
}

extension Onnx_SparseTensorProto {
  /// The tensor with its zeros.
  ///
  /// - Throws: as `TensorProto.numbers`; `NodeFailure` when an index is outside of the shape.
  func numbers(in folder: String) throws -> ONNXTensor {
    let shape = dims.map { Int($0) }
    guard let count = Shape.count(shape, limit: Shape.elementLimit) else {
      throw NodeFailure("its shape \(Tensor.describe(shape: shape)) has more than fit: \(Shape.elementLimit)")
    }
    let (values, places) = (try values.numbers(in: folder), try indices.numbers(in: folder))
    var result = ONNXTensor(shape: shape, elements: [Double](repeating: 0, count: count), type: values.type)
    // Positions in row-major order, or one coordinate for each axis.
    let rank = places.shape.count == 2 ? shape.count : 1
    let strides = rank == 1 ? [1] : Shape.strides(shape)
    let sizes = rank == 1 ? [count] : shape
    let numbers = try places.integers()
    guard places.shape.first == values.elements.count, numbers.count == values.elements.count * rank else {
      throw NodeFailure(
        "\(values.elements.count) numbers do not fit indices of \(Tensor.describe(shape: places.shape))")
    }
    for (entry, value) in values.elements.enumerated() {
      var place = 0
      for axis in 0..<rank {
        let coordinate = numbers[entry * rank + axis]
        guard (0..<sizes[axis]).contains(coordinate) else { throw NodeFailure("it has no element \(coordinate)") }
        place += coordinate * strides[axis]
      }
      result.elements[place] = value
    }
    return result
  }
}
