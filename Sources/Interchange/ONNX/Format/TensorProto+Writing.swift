import Tensors

extension Onnx_TensorProto {
  /// A tensor to be written: its numbers in the field that the standard has for their type.
  init(name: String, shape: [Int], values: [Double], type: ElementType) {
    self.init()
    self.name = name
    dims = shape.map(Int64.init)
    dataType = type.onnxCode
    switch type {
    case .float64: doubleData = values
    case .float32: floatData = values.map(Float.init)
    case .float16: int32Data = values.map { Int32(Float16($0).bitPattern) }
    case .brainFloat16: int32Data = values.map { Int32(bitPattern: Float($0).bitPattern >> 16) }
    case .int64: int64Data = values.map { Int64(exactly: $0) ?? 0 }
    case .uint32, .uint64: uint64Data = values.map { UInt64(exactly: $0) ?? 0 }
    default: int32Data = values.map { Int32(exactly: $0) ?? 0 }
    }
  }
}
