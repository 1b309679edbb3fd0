import Interchange
import Networks
import Tensors

/// The files that hold networks, told by the ends of their names.
enum NetworkFormat {
  /// Whether a file is ONNX, perhaps gzipped; safetensors or `.npz` otherwise.
  static func isONNX(_ path: String) -> Bool { path.hasSuffix(".onnx") || path.hasSuffix(".onnx.gz") }

  static func read(_ path: String) throws -> Network {
    isONNX(path) ? try ONNXFile.read(path) : try NetworkFile.read(path)
  }

  /// - Parameter elementType: nil for what is usual: Float32 in ONNX files and Float64 in others.
  static func write(_ network: Network, to path: String, elementType: ElementType?) throws {
    if isONNX(path) {
      try ONNXFile.write(network, to: path, elementType: elementType ?? .float32)
    } else {
      try NetworkFile.write(network, to: path, elementType: elementType ?? .float64)
    }
  }
}
