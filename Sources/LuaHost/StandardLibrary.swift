import CStdlib

/// The Lua files of the standard library that are embedded in the program.
public enum StandardLibrary {
  /// The paths of all embedded files, relative to the folder Stdlib, such as `surrogate.lua` and `meta/tensor.lua`.
  public static var paths: [String] { files.map { String(cString: $0.path) } }

  /// The content of the embedded file at `path`, or nil.
  public static func content(of path: String) -> UnsafeBufferPointer<UInt8>? {
    files.first { String(cString: $0.path) == path }.map { UnsafeBufferPointer(start: $0.bytes, count: $0.count) }
  }

  private static var files: UnsafeBufferPointer<vnn_stdlib_file> {
    UnsafeBufferPointer(start: vnn_stdlib_files(), count: vnn_stdlib_count())
  }
}
