/// Something that is told a JSON value piece by piece, in the order of its text: a writer, or a builder of values.
///
/// Whoever tells keeps the order: inside an object every value follows its name.
public protocol JSONEvents: AnyObject {
  /// A value without parts.
  func add(_ scalar: JSONScalar) throws
  /// The name of the member that comes next.
  func name(_ bytes: UnsafeBufferPointer<UInt8>) throws
  /// An array or object begins.
  func begin(_ container: JSONContainer) throws
  /// The innermost array or object that is open ends.
  func end() throws
}

/// A JSON value without parts. The bytes of a string are valid only while it is told.
public enum JSONScalar {
  /// `null`
  case null
  /// `true` or `false`
  case boolean(Bool)
  /// A number without fraction and exponent that fits.
  case integer(Int64)
  /// Any other number.
  case number(Double)
  /// A string without its quotes and escapes.
  case string(UnsafeBufferPointer<UInt8>)
}

/// A JSON value with parts.
public enum JSONContainer: Sendable {
  /// `[...]`
  case array
  /// `{...}`
  case object
}

/// Why a receiver refuses what it is told; the reader adds where that stands.
struct JSONRefusal: Error, CustomStringConvertible {
  let description: String
}
