import Essentials

/// NumPy's `.npz` files: named arrays, each a `.npy` file in a zip archive.
public enum NumPyArchive {
  /// Reads the file at `path`, compressed or not; the arrays in the order of the file.
  ///
  /// - Throws: `OutsideFailure` naming the file and the array when it cannot be read, is damaged, or an array does not
  ///   hold numbers.
  public static func read(_ path: String) throws -> [(name: String, tensor: Tensor)] {
    try decode(try FileAccess.read(path), path: path)
  }

  /// Reads the content of a file.
  ///
  /// - Parameter path: what messages call the file.
  /// - Throws: `OutsideFailure`; see `read(_:)`.
  public static func decode(_ bytes: [UInt8], path: String) throws -> [(name: String, tensor: Tensor)] {
    var seen: Set<String> = []
    return try ZipArchive.members(of: bytes, path: path).map { member in
      let name = member.name.hasSuffix(".npy") ? String(member.name.dropLast(4)) : member.name
      guard seen.insert(name).inserted else { throw OutsideFailure("\(path): the array \(name) occurs twice") }
      return (name, try NumPyFile.decode(member.bytes, path: "\(path), array \(name)"))
    }
  }

  /// Writes named arrays to `path` as Float64, so that a crash leaves either the old file or the whole new one.
  ///
  /// - Throws: `Misuse` when two share a name or they are too large; `OutsideFailure` naming the file when it cannot be
  ///   written.
  public static func write(_ arrays: [(name: String, tensor: Tensor)], to path: String) throws {
    try FileAccess.write(try encode(arrays), to: path)
  }

  /// The bytes of the file.
  ///
  /// - Throws: `Misuse`; see `write(_:to:)`.
  public static func encode(_ arrays: [(name: String, tensor: Tensor)]) throws -> [UInt8] {
    var seen: Set<String> = []
    for (name, _) in arrays where !seen.insert(name).inserted {
      throw Misuse("npz: the name \(name) is taken twice")
    }
    return try ZipArchive.encode(
      arrays.map { ZipArchive.Member(name: $0.name + ".npy", bytes: NumPyFile.encode($0.tensor)) })
  }
}
