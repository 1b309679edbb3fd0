import Essentials

/// Where the bytes of a tensor lie that are in a file beside the model's own.
struct ExternalData {
  /// The file, relative to the model's folder.
  let location: String
  /// The first byte.
  let offset: Int
  /// How many bytes, where the file says so.
  let length: Int?

  /// - Throws: `NodeFailure` when the tensor does not say where.
  init(_ tensor: Onnx_TensorProto) throws {
    let entries = Dictionary(tensor.externalData.map { ($0.key, $0.value) }) { $1 }
    func number(_ key: String) throws -> Int? {
      guard let text = entries[key] else { return nil }
      guard let number = Int(text), number >= 0 else { throw NodeFailure("its \(key) in another file is '\(text)'") }
      return number
    }
    guard let location = entries["location"], !location.isEmpty else {
      throw NodeFailure("its numbers are in another file, which it does not name")
    }
    self.location = location
    offset = try number("offset") ?? 0
    length = try number("length")
  }

  /// The `count` bytes, out of a file inside of `folder`.
  ///
  /// - Throws: `NodeFailure` when there are others than `count`; `OutsideFailure` naming the file when it cannot be read,
  ///   is too short, or is not inside the folder, whatever links and `..` say.
  func read(_ count: Int, in folder: String) throws -> [UInt8] {
    guard length ?? count == count else {
      throw NodeFailure("\(length ?? 0) bytes in '\(location)' do not fill its shape, which takes \(count)")
    }
    return try FileAccess.read(location, inside: folder, from: offset, count: count)
  }
}
