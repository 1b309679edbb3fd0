/// A JSON value. Objects are written with sorted keys, so equal values have equal text.
public enum JSON: Equatable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  /// Reads `bytes` as `JSONReader` does, and refuses an object with two members of the same name: what such a file
  /// means depends on who reads it.
  ///
  /// - Parameter path: the file that the error names.
  /// - Throws: `OutsideFailure` when the text is not JSON.
  public init(parsing bytes: [UInt8], path: String) throws {
    let builder = JSONBuilder()
    try bytes.withUnsafeBufferPointer { try JSONReader.read($0, path: path, into: builder) }
    self = builder.value
  }

  /// The value as one line of JSON, or as indented lines.
  ///
  /// - Throws: `Misuse` for numbers that JSON does not have: infinities and NaN.
  public func text(indented: Bool = false) throws -> String {
    let writer = try JSONWriter(indented: indented)
    try send(to: writer)
    return writer.withText { String(decoding: $0, as: UTF8.self) }
  }

  /// Tells the value to `events`, the members of objects in the order of their names' bytes.
  public func send(to events: some JSONEvents) throws {
    switch self {
    case .null: try events.add(.null)
    case .boolean(let value): try events.add(.boolean(value))
    case .integer(let value): try events.add(.integer(value))
    case .number(let value): try events.add(.number(value))
    case .string(var value): try value.withUTF8 { try events.add(.string($0)) }
    case .array(let values):
      try events.begin(.array)
      for value in values { try value.send(to: events) }
      try events.end()
    case .object(let members):
      try events.begin(.object)
      for (key, value) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
        var key = key
        try key.withUTF8 { try events.name($0) }
        try value.send(to: events)
      }
      try events.end()
    }
  }

  /// The member `key` of an object; nil for other values and absent members.
  public subscript(key: String) -> JSON? {
    if case .object(let members) = self { members[key] } else { nil }
  }

  /// The value as a number, whole or not.
  public var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The value as a whole number.
  public var int: Int? {
    switch self {
    case .integer(let value): Int(exactly: value)
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  /// The value as text.
  public var string: String? { if case .string(let value) = self { value } else { nil } }

  /// The elements of an array.
  public var array: [JSON]? { if case .array(let value) = self { value } else { nil } }

  /// The members of an object.
  public var object: [String: JSON]? { if case .object(let value) = self { value } else { nil } }
}
