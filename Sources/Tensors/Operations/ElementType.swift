import CKernels

/// How a file stores the numbers of a tensor; the raw values are the names that safetensors uses. All little-endian.
public enum ElementType: String, CaseIterable, Sendable {
  case float64 = "F64"
  case float32 = "F32"
  case float16 = "F16"
  case brainFloat16 = "BF16"
  case int64 = "I64"
  case int32 = "I32"
  case int16 = "I16"
  case int8 = "I8"
  case uint64 = "U64"
  case uint32 = "U32"
  case uint16 = "U16"
  case uint8 = "U8"
  case boolean = "BOOL"

  /// The size of one number in bytes.
  public var byteCount: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .brainFloat16, .int16, .uint16: 2
    case .int8, .uint8, .boolean: 1
    }
  }

  /// Whether tensors can be written this way; the others are only read. Integers must be such.
  public var isWritable: Bool { isFloat || self == .int64 || self == .uint8 }

  /// Whether any numbers can be written this way.
  public var isFloat: Bool { self == .float64 || self == .float32 }

  /// The numbers that fill `bytes`, at any alignment, as Float64; bytes that are no whole number at the end are left.
  public func numbers(in bytes: UnsafeRawBufferPointer) -> [Double] {
    [Double](unsafeUninitializedCapacity: bytes.count / byteCount) { buffer, count in
      count = bytes.count / byteCount
      if let target = buffer.baseAddress { decode(bytes, into: target, count: count) }
    }
  }

  /// Converts `count` numbers stored at `source`, at any alignment, to Float64.
  func decode(_ source: UnsafeRawBufferPointer, into target: UnsafeMutablePointer<Double>, count: Int) {
    guard count > 0, let start = source.baseAddress else { return }
    func convert<Stored>(_ type: Stored.Type, _ value: (Stored) -> Double) {
      for index in 0..<count {
        target[index] = value(source.loadUnaligned(fromByteOffset: index * MemoryLayout<Stored>.size, as: type))
      }
    }
    switch self {
    case .float64: UnsafeMutableRawPointer(target).copyMemory(from: start, byteCount: count * 8)
    case .float32: convert(Float.self) { Double($0) }
    case .float16: convert(UInt16.self) { ElementType.double(half: $0) }
    case .brainFloat16: convert(UInt16.self) { Double(Float(bitPattern: UInt32($0) << 16)) }
    case .int64: convert(Int64.self) { Double($0) }
    case .int32: convert(Int32.self) { Double($0) }
    case .int16: convert(Int16.self) { Double($0) }
    case .int8: convert(Int8.self) { Double($0) }
    case .uint64: convert(UInt64.self) { Double($0) }
    case .uint32: convert(UInt32.self) { Double($0) }
    case .uint16: convert(UInt16.self) { Double($0) }
    case .uint8: convert(UInt8.self) { Double($0) }
    case .boolean: convert(UInt8.self) { $0 == 0 ? 0 : 1 }
    }
  }

  /// Appends the elements of `tensor` in row-major order.
  ///
  /// - Precondition: `isWritable`.
  func append(_ tensor: Tensor, to bytes: inout [UInt8]) {
    precondition(isWritable)
    let source = tensor.contiguous()
    withExtendedLifetime(source) {
      let values = UnsafeBufferPointer(start: source.base, count: source.count)
      if self == .uint8 { return bytes.append(contentsOf: values.map { UInt8($0) }) }
      if self == .int64 { return values.map { Int64($0) }.withUnsafeBytes { bytes.append(contentsOf: $0) } }
      guard self == .float32 else {
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: source.base, count: source.count * 8))
        return
      }
      let single = [Float](unsafeUninitializedCapacity: source.count) { buffer, count in
        if let start = buffer.baseAddress { tensor_double_to_float(source.count, source.base, start) }
        count = source.count
      }
      single.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
  }

  /// The value of an IEEE 754 half-precision number; spelled out because not every platform has Float16.
  private static func double(half bits: UInt16) -> Double {
    let magnitude = Double(bits & 0x3FF)
    let exponent = Int(bits >> 10 & 0x1F)
    let sign = bits >> 15 == 0 ? 1.0 : -1.0
    switch exponent {
    case 0: return sign * magnitude * 0x1p-24
    case 31: return magnitude == 0 ? sign * .infinity : .nan
    default: return sign * (1024 + magnitude) * Double(sign: .plus, exponent: exponent - 25, significand: 1)
    }
  }
}
