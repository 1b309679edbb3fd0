import CYAJL

/// Writes what it is told as JSON text, by the library YAJL.
///
/// Floats get the fewest digits that give them back, whole ones below 2^54 no fraction: 3.0 is written `3`, as the
/// integer is, but -0.0 is written `-0.0`, since many readers take `-0` for the integer. Bytes in strings that are not
/// UTF-8 are replaced by U+FFFD; `/` and what lies beyond ASCII are written as they are.
public final class JSONWriter: JSONEvents {
  /// Freed with this object; nobody else has it.
  private let generator: yajl_gen
  private var containers: [JSONContainer] = []
  private let isIndented: Bool
  /// How many scalars were written: now and then it is asked whether the text is still wanted.
  private var scalars = 0

  /// A writer of one line, or of indented ones.
  public init(indented: Bool = false) throws {
    guard let generator = yajl_gen_alloc(nil) else { throw OutsideFailure("JSON: no memory for a writer") }
    self.generator = generator
    isIndented = indented
    if indented { vnn_yajl_indent(generator) }
  }

  deinit { yajl_gen_free(generator) }

  /// Lends what was written so far.
  public func withText<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
    var start: UnsafePointer<UInt8>?
    var count = 0
    yajl_gen_get_buf(generator, &start, &count)
    // YAJL ends indented text with a line break.
    if isIndented, containers.isEmpty, count > 0 { count -= 1 }
    return try body(UnsafeBufferPointer(start: start, count: count))
  }

  /// The length of what was written so far.
  public var byteCount: Int { withText(\.count) }

  /// Writes a value without parts.
  ///
  /// - Throws: `Misuse` for numbers that JSON does not have: infinities and NaN.
  public func add(_ scalar: JSONScalar) throws {
    scalars &+= 1
    if scalars % (1 << 16) == 0 { try StopRequest.check() }
    switch scalar {
    case .null: try check(yajl_gen_null(generator))
    case .boolean(let value): try check(yajl_gen_bool(generator, value ? 1 : 0))
    case .integer(let value): try check(yajl_gen_integer(generator, value))
    case .number(let value):
      guard value.isFinite else { throw Misuse("JSON has no infinite numbers and no NaN, and a value holds one") }
      // The description is the shortest text that gives the float back.
      var text = value.description
      try text.withUTF8 { bytes in
        let isWhole = bytes[bytes.count - 2] == UInt8(ascii: ".") && bytes[bytes.count - 1] == UInt8(ascii: "0")
        let isNegativeZero = value == 0 && value.sign == .minus
        let count = isWhole && !isNegativeZero ? bytes.count - 2 : bytes.count
        try bytes.withMemoryRebound(to: CChar.self) { try check(yajl_gen_number(generator, $0.baseAddress, count)) }
      }
    case .string(let bytes): try write(bytes)
    }
  }

  /// Writes the name of a member.
  public func name(_ bytes: UnsafeBufferPointer<UInt8>) throws { try write(bytes) }

  /// Begins an array or object.
  ///
  /// - Throws: `Misuse` when it lies deeper than `JSONReader` reads.
  public func begin(_ container: JSONContainer) throws {
    guard containers.count < JSONReader.greatestDepth else {
      throw Misuse("JSON is nested at most \(JSONReader.greatestDepth) deep, and a value is deeper")
    }
    try check(container == .array ? yajl_gen_array_open(generator) : yajl_gen_map_open(generator))
    containers.append(container)
  }

  /// Ends the innermost array or object.
  public func end() throws {
    try check(containers.removeLast() == .array ? yajl_gen_array_close(generator) : yajl_gen_map_close(generator))
  }

  private func write(_ bytes: UnsafeBufferPointer<UInt8>) throws {
    guard JSONText.firstBeyondASCII(in: bytes) != nil else {
      return try check(yajl_gen_string(generator, bytes.baseAddress, bytes.count))
    }
    var text = String(decoding: bytes, as: UTF8.self)
    try text.withUTF8 { try check(yajl_gen_string(generator, $0.baseAddress, $0.count)) }
  }

  /// Only telling pieces in a wrong order can fail.
  private func check(_ status: yajl_gen_status) throws {
    guard status == yajl_gen_status_ok else {
      throw Misuse("JSON: the pieces of a value came in a wrong order (YAJL's status \(status.rawValue))")
    }
  }
}
