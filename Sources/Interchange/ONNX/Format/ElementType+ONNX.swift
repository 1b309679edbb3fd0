import Tensors

extension ElementType {
  /// The numbers that stand for element types in ONNX files.
  private static let codes: [Int32: ElementType] = [
    1: .float32, 2: .uint8, 3: .int8, 4: .uint16, 5: .int16, 6: .int32, 7: .int64, 9: .boolean, 10: .float16,
    11: .float64, 12: .uint32, 13: .uint64, 16: .brainFloat16,
  ]

  /// The type that a file calls `code`; nil for text, complex numbers and the like.
  init?(onnxCode code: Int32) {
    guard let type = ElementType.codes[code] else { return nil }
    self = type
  }

  /// What ONNX files call the type.
  var onnxCode: Int32 { ElementType.codes.first { $0.value == self }?.key ?? 0 }

  /// Whether it holds real numbers; the others hold whole ones.
  var isReal: Bool { [.float64, .float32, .float16, .brainFloat16].contains(self) }

  /// `number` as this type computes with it: half precision computes in single, as runtimes do on ordinary processors.
  func rounded(_ number: Double) -> Double {
    switch self {
    case .float32, .float16, .brainFloat16: Double(Float(number))
    default: number
    }
  }

  /// `number` as this type stores it; whole numbers are cut off, and stay within the type's range.
  func stored(_ number: Double) -> Double {
    switch self {
    case .float64: number
    case .float32: Double(Float(number))
    case .float16: Double(Float16(number))
    case .brainFloat16: ElementType.brain(Float(number))
    case .boolean: number == 0 ? 0 : 1
    default: min(max(number.rounded(.towardZero), range.lowerBound), range.upperBound)
    }
  }

  /// The whole numbers that the type holds.
  private var range: ClosedRange<Double> {
    func ends<Stored: FixedWidthInteger>(_ type: Stored.Type) -> ClosedRange<Double> {
      Double(Stored.min)...Double(Stored.max)
    }
    return switch self {
    case .int8: ends(Int8.self)
    case .int16: ends(Int16.self)
    case .int32: ends(Int32.self)
    case .uint8: ends(UInt8.self)
    case .uint16: ends(UInt16.self)
    case .uint32: ends(UInt32.self)
    case .uint64: ends(UInt64.self)
    default: ends(Int64.self)
    }
  }

  /// The nearest number of eight significant bits; halfway, the even one.
  private static func brain(_ number: Float) -> Double {
    guard number.isFinite else { return Double(number) }
    let bits = number.bitPattern
    let rounded = (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF_0000
    return Double(Float(bitPattern: rounded))
  }
}
