import Essentials

/// The content of a safetensors file: named tensors, each stored with an element type, and text metadata.
///
/// The format: 8 bytes with the length of the header, little-endian; the header, a JSON object that gives every tensor
/// its `dtype`, `shape` and `data_offsets`; then the numbers. F64, F32, I64 and U8 are written; F16, BF16, the other
/// integers and BOOL are read as well. The numbers of 64-bit integers beyond 2^53 are rounded to Float64.
public struct SafeTensors {
  /// One named tensor.
  public struct Entry {
    /// What the file calls it.
    public var name: String
    /// The numbers, contiguous.
    public var tensor: Tensor
    /// How the file stores them.
    public var elementType: ElementType

    /// An entry; written as F64 by default.
    public init(name: String, tensor: Tensor, elementType: ElementType = .float64) {
      self.name = name
      self.tensor = tensor
      self.elementType = elementType
    }
  }

  /// The tensors, in the order of their data in the file.
  public var entries: [Entry]
  /// Facts that travel with the tensors, the header's `__metadata__`.
  public var metadata: [String: String]

  /// Content to be written.
  public init(entries: [Entry] = [], metadata: [String: String] = [:]) {
    self.entries = entries
    self.metadata = metadata
  }

  /// The first tensor called `name`, or nil.
  public subscript(name: String) -> Tensor? { entries.first { $0.name == name }?.tensor }

  /// Headers longer than this are refused, as the format's own library does.
  static let headerLimit = 100_000_000

  /// Writes the content to `path`, so that a crash leaves either the old file or the whole new one.
  ///
  /// - Throws: `Misuse` when two tensors share a name, a name is `__metadata__` or an element type is only for reading;
  ///   `OutsideFailure` naming the file when it cannot be written.
  public func write(to path: String) throws { try FileAccess.write(try encoded(), to: path) }

  /// The bytes of the file.
  ///
  /// - Throws: `Misuse`; see `write(to:)`.
  public func encoded() throws -> [UInt8] {
    var header: [String: JSON] = [:]
    if !metadata.isEmpty { header["__metadata__"] = .object(metadata.mapValues { .string($0) }) }
    var offset = 0
    for entry in entries {
      guard header[entry.name] == nil, entry.name != "__metadata__" else {
        throw Misuse("safetensors: the name \(entry.name) is taken twice or reserved")
      }
      guard entry.elementType.isWritable else {
        throw Misuse("safetensors: tensors are written as F64, F32, I64 or U8, not as \(entry.elementType.rawValue)")
      }
      let end = offset + entry.tensor.count * entry.elementType.byteCount
      header[entry.name] = .object([
        "dtype": .string(entry.elementType.rawValue),
        "shape": .array(entry.tensor.shape.map { .integer(Int64($0)) }),
        "data_offsets": .array([.integer(Int64(offset)), .integer(Int64(end))]),
      ])
      offset = end
    }
    var text = Array(try JSON.object(header).text().utf8)
    // Spaces, so that the numbers begin at a multiple of 8.
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + text.count + offset)
    for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: text.count >> shift)) }
    bytes += text
    for entry in entries { entry.elementType.append(entry.tensor, to: &bytes) }
    return bytes
  }
}
