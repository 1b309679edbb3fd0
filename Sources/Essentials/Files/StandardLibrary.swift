import CStdlib
import Glibc

/// The files of the standard library, Lua and what solvers run: embedded in the program, and perhaps replaced by files in a
/// directory.
public enum StandardLibrary {
  /// The paths of all embedded files, relative to the folder Stdlib, such as `surrogate.lua` and `meta/tensor.lua`.
  public static var paths: [String] { files.map { String(cString: $0.path) } }

  /// The content of the embedded file at `path`, or nil.
  public static func content(of path: String) -> UnsafeBufferPointer<UInt8>? {
    files.first { String(cString: $0.path) == path }.map { UnsafeBufferPointer(start: $0.bytes, count: $0.count) }
  }

  /// The directory given by `$VNNLUA_STDLIB`, if any, whose files go before the embedded ones.
  public static var directory: String? {
    getenv("VNNLUA_STDLIB").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// What is used for `path`: the file in `directory` if there is one, else the embedded one, else nil.
  ///
  /// - Throws: `OutsideFailure` when the file in the directory cannot be read.
  public static func source(of path: String) throws -> [UInt8]? {
    // The user chose the directory, so a sandbox does not concern it.
    if let file = directory.map({ "\($0)/\(path)" }), access(file, F_OK) == 0 {
      return try FileAccess.readTrusted(file)
    }
    return content(of: path).map { Array($0) }
  }

  private static var files: UnsafeBufferPointer<vnn_stdlib_file> {
    UnsafeBufferPointer(start: vnn_stdlib_files(), count: vnn_stdlib_count())
  }
}
