import FoundationEssentials

/// A JSON value. Objects are written with sorted keys, so equal values have equal text.
public enum JSON: Equatable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  /// Reads `bytes`.
  ///
  /// - Parameter path: the file that the error names.
  /// - Throws: `OutsideFailure` when the text is not JSON.
  public init(parsing bytes: [UInt8], path: String) throws {
    do {
      self = try JSONDecoder().decode(JSON.self, from: Data(bytes))
    } catch let DecodingError.dataCorrupted(context) {
      throw OutsideFailure(
        "\(path): not valid JSON: \(context.underlyingError.map { "\($0)" } ?? context.debugDescription)")
    } catch {
      throw OutsideFailure("\(path): not valid JSON: \(error)")
    }
  }

  /// The value as one line of JSON, or as indented lines.
  ///
  /// - Throws: `Misuse` for numbers that JSON does not have: infinities and NaN.
  public func text(indented: Bool = false) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      indented ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    } catch {
      throw Misuse("JSON has no infinite numbers and no NaN, and a value holds one")
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

extension JSON: Codable {
  /// Decodes any JSON value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSON].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSON].self))
    }
  }

  /// Encodes the value as itself.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .boolean(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}
