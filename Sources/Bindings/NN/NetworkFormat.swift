import Essentials
import Interchange
import Networks
import Tensors

/// The files that hold networks, told by the ends of their names, in whichever case those are written.
enum NetworkFormat {
  /// Whether a file is ONNX, perhaps gzipped.
  static func isONNX(_ path: String) -> Bool { ends(path, in: [".onnx", ".onnx.gz"]) }

  private static func ends(_ path: String, in endings: [String]) -> Bool {
    let name = path.lowercased()
    return endings.contains { name.hasSuffix($0) }
  }

  /// - Parameters:
  ///   - outputs: which of an ONNX file's outputs; other files have one.
  ///   - dropsLast: leave out an activation at the end of an ONNX file; other files hold none.
  /// - Throws: `OutsideFailure` naming the file when its name has no ending of networks, and what reading throws.
  static func read(_ path: String, outputs: [String]? = nil, dropsLast: Bool = false) throws -> Network {
    if isONNX(path) { return try ONNXFile.read(path, outputs: outputs, dropsLast: dropsLast) }
    guard ends(path, in: NetworkFile.endings) else {
      throw OutsideFailure("\(path): ends in none of .onnx, .onnx.gz, .npz and .safetensors")
    }
    return try NetworkFile.read(path)
  }

  /// - Parameter elementType: nil for what is usual: Float32 in ONNX files and Float64 in others.
  /// - Throws: `Misuse` when the path's ending is of no format that is written, and what writing throws.
  static func write(_ network: Network, to path: String, elementType: ElementType?) throws {
    if ends(path, in: [".onnx"]) {
      try ONNXFile.write(network, to: path, elementType: elementType ?? .float32)
    } else if ends(path, in: NetworkFile.endings) {
      try NetworkFile.write(network, to: path, elementType: elementType ?? .float64)
    } else {
      let reason = isONNX(path) ? " (gzipped ONNX is only read)" : ""
      throw Misuse("expected a path that ends in .onnx, .npz or .safetensors, got \"\(path)\"\(reason)")
    }
  }
}
