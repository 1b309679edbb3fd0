/// What the elements of a tensor are, by the names of VNN-LIB 2.0: real numbers, or one of ONNX's types.
public enum VNNLIBElementType: String, CaseIterable, Sendable {
  case real
  case float16, float32, float64, bfloat16
  case float8e4m3fn, float8e5m2, float8e4m3fnuz, float8e5m2fnuz, float4e2m1
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case complex64, complex128
  case bool

  /// The types of which both inputs and outputs may be, and for which proofs hold as they do for real numbers.
  public static let supported: [VNNLIBElementType] = [.float64, .float32, .real]

  /// The type that a file calls `name`; files written for drafts of the standard say `Real`.
  package init?(name: String) { self.init(rawValue: name == "Real" ? "real" : name) }

  /// Whether these are whole numbers.
  public var isWhole: Bool { rawValue.hasPrefix("int") || rawValue.hasPrefix("uint") }

  /// ONNX's number of the type (`TensorProto.DataType`); nil for real numbers.
  public var onnxNumber: Int32? {
    switch self {
    case .real: nil
    case .float32: 1
    case .uint8: 2
    case .int8: 3
    case .uint16: 4
    case .int16: 5
    case .int32: 6
    case .int64: 7
    case .bool: 9
    case .float16: 10
    case .float64: 11
    case .uint32: 12
    case .uint64: 13
    case .complex64: 14
    case .complex128: 15
    case .bfloat16: 16
    case .float8e4m3fn: 17
    case .float8e4m3fnuz: 18
    case .float8e5m2: 19
    case .float8e5m2fnuz: 20
    case .float4e2m1: 23
    }
  }

  /// Numbers that the type holds, Float32 in place of real ones: the nearest to `number` and its neighbours.
  package func neighbours(of number: Double) -> [Double] {
    func around<Stored: BinaryFloatingPoint>(_ nearest: Stored) -> [Double] {
      [nearest, nearest.nextDown, nearest.nextUp].map { Double($0) }
    }
    switch self {
    case .float64: return [number]
    case .float16: return around(Float16(number))
    default: return around(Float(number))
    }
  }

  /// By how much a number of this type may be off, relative to its size, after it was rounded twice; 0 for real ones.
  package var roundingStep: Double {
    switch self {
    case .real: 0
    case .float64: 0x1p-52
    case .float16: 0x1p-10
    default: 0x1p-23
    }
  }
}
