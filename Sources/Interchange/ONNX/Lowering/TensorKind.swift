/// The numbers that stand for element types in ONNX files.
enum TensorKind {
  static let float32: Int32 = 1
  static let int32: Int32 = 6
  static let int64: Int32 = 7
  static let float16: Int32 = 10
  static let float64: Int32 = 11
  static let brainFloat16: Int32 = 16
}
