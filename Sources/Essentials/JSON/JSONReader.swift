import CYAJL

/// Reads JSON text, RFC 8259 and nothing beyond it, by the library YAJL, and tells it to a receiver piece by piece.
///
/// Where the RFC leaves a choice:
/// - A number without fraction and exponent is an integer if 64 bits hold it and it is not `-0`; all others become the
///   nearest float, and those past the largest float are refused.
/// - Arrays and objects nest at most `greatestDepth` deep.
/// - The text is UTF-8; a byte order mark before it is skipped. What is not UTF-8, and an escaped half of a surrogate
///   pair, is refused. `\u0000` is a character like others.
/// - Whether names may occur twice is the receiver's choice.
public final class JSONReader {
  /// How deep arrays and objects nest at most, in what is read and in what is written.
  public static let greatestDepth = 100

  /// Reads `text`.
  ///
  /// - Parameter path: the file that the error names.
  /// - Throws: `OutsideFailure` when the text is not JSON, with its line and column; and what `events` throws.
  public static func read(
    _ text: UnsafeBufferPointer<UInt8>, path: String, into events: any JSONEvents
  ) throws {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = text.starts(with: mark) ? UnsafeBufferPointer(rebasing: text.dropFirst(mark.count)) : text
    let reader = JSONReader(text, events)
    do {
      if let fault = JSONText.firstFault(in: text) { throw Fault(offset: fault.offset, what: fault.what) }
      try reader.read()
    } catch let fault as Fault {
      throw OutsideFailure("\(path): not valid JSON: \(place(of: fault.offset, in: text)): \(fault.what)")
    }
  }

  /// What is wrong with a text, and where.
  struct Fault: Error {
    let offset: Int
    let what: String
  }

  /// The piece that was read last.
  enum Piece {
    case none, value, name, begin
  }

  let text: UnsafeBufferPointer<UInt8>
  private let events: any JSONEvents
  private(set) var containers: [JSONContainer] = []
  private(set) var last = Piece.none
  /// Where the last piece ends.
  private(set) var lastEnd = 0
  private var parser: yajl_handle?
  /// Whether the parser was told that the text is over; its own offsets mean nothing then.
  private var isOver = false
  private var failure: (any Error)?
  /// How far the text is read before the next look at whether it is still wanted. A short one takes no time, and may be
  /// what tells a program that is being stopped what to do next.
  private var nextLook = lookInterval
  private static let lookInterval = 1 << 20

  private init(_ text: UnsafeBufferPointer<UInt8>, _ events: any JSONEvents) {
    self.text = text
    self.events = events
  }

  private func read() throws {
    var callbacks = JSONReader.callbacks
    // The parser keeps the address of the callbacks and of this object; it is freed before both.
    try withUnsafePointer(to: &callbacks) { callbacks in
      guard let parser = yajl_alloc(callbacks, nil, Unmanaged.passUnretained(self).toOpaque()) else {
        throw OutsideFailure("JSON: no memory for a reader")
      }
      self.parser = parser
      defer {
        self.parser = nil
        yajl_free(parser)
      }
      vnn_yajl_trust_strings(parser)
      var status = yajl_parse(parser, text.baseAddress, text.count)
      let offset = yajl_get_bytes_consumed(parser)
      if status == yajl_status_ok {
        isOver = true
        status = yajl_complete_parse(parser)
      }
      if let failure { throw failure }
      guard status == yajl_status_ok else {
        let message = yajl_get_error(parser, 0, nil, 0)
        defer { yajl_free_error(parser, message) }
        throw fault(told: message.map { String(cString: $0) } ?? "", at: isOver ? text.count : min(offset, text.count))
      }
      // YAJL overlooks an unfinished string after the value.
      guard tokenStart == text.count else { throw fault(told: "", at: text.count) }
    }
  }

  /// Runs `body` for a piece of the text; whether to go on.
  @inline(__always)
  private func tell(_ piece: Piece, _ body: () throws -> Void) -> Int32 {
    do {
      try body()
      last = piece
      lastEnd = isOver ? text.count : yajl_get_bytes_consumed(parser)
      if lastEnd >= nextLook {
        nextLook = lastEnd + JSONReader.lookInterval
        try StopRequest.check()
      }
      return 1
    } catch let refusal as JSONRefusal {
      failure = Fault(offset: tokenStart, what: refusal.description)
    } catch {
      failure = error
    }
    return 0
  }

  private func begin(_ container: JSONContainer) throws {
    guard containers.count < JSONReader.greatestDepth else {
      throw JSONRefusal(
        description: "expected arrays and objects nested at most \(JSONReader.greatestDepth) deep, got one more")
    }
    try events.begin(container)
    containers.append(container)
  }

  private func end() throws {
    try events.end()
    containers.removeLast()
  }

  private func number(_ digits: UnsafeBufferPointer<UInt8>) throws {
    if let integer = JSONReader.integer(digits) { return try events.add(.integer(integer)) }
    let text = String(decoding: digits, as: UTF8.self)
    guard let number = Double(text), number.isFinite else {
      throw JSONRefusal(
        description: "expected a number up to \(Double.greatestFiniteMagnitude), got \(JSONReader.excerpt(digits[...]))"
      )
    }
    try events.add(.number(number))
  }

  /// The integer that `digits` are, if it fits and can be told from others: `-0` is a float.
  private static func integer(_ digits: UnsafeBufferPointer<UInt8>) -> Int64? {
    let isNegative = digits[0] == UInt8(ascii: "-")
    // Negative throughout, since there is one more negative integer.
    var value: Int64 = 0
    for digit in digits.dropFirst(isNegative ? 1 : 0) {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, isLarger) = tens.subtractingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
      if isTooLarge || isLarger { return nil }
      value = sum
    }
    if isNegative { return value == 0 ? nil : value }
    return value == .min ? nil : -value
  }

  private static var callbacks: yajl_callbacks {
    yajl_callbacks(
      yajl_null: { JSONReader.of($0) { reader in reader.tell(.value) { try reader.events.add(.null) } } },
      yajl_boolean: { context, value in
        JSONReader.of(context) { reader in reader.tell(.value) { try reader.events.add(.boolean(value != 0)) } }
      },
      yajl_integer: nil, yajl_double: nil,
      yajl_number: { context, start, count in
        JSONReader.of(context) { reader in
          reader.tell(.value) {
            try reader.number(
              UnsafeBufferPointer(
                start: UnsafeRawPointer(start)?.assumingMemoryBound(to: UInt8.self), count: count))
          }
        }
      },
      yajl_string: { context, start, count in
        JSONReader.of(context) { reader in
          reader.tell(.value) { try reader.events.add(.string(UnsafeBufferPointer(start: start, count: count))) }
        }
      },
      yajl_start_map: { JSONReader.of($0) { reader in reader.tell(.begin) { try reader.begin(.object) } } },
      yajl_map_key: { context, start, count in
        JSONReader.of(context) { reader in
          reader.tell(.name) { try reader.events.name(UnsafeBufferPointer(start: start, count: count)) }
        }
      },
      yajl_end_map: { JSONReader.of($0) { reader in reader.tell(.value) { try reader.end() } } },
      yajl_start_array: { JSONReader.of($0) { reader in reader.tell(.begin) { try reader.begin(.array) } } },
      yajl_end_array: { JSONReader.of($0) { reader in reader.tell(.value) { try reader.end() } } })
  }

  /// The reader lives in `read`, around every call of the parser.
  @inline(__always)
  private static func of(_ context: UnsafeMutableRawPointer?, _ body: (JSONReader) -> Int32) -> Int32 {
    guard let context else { return 0 }
    return Unmanaged<JSONReader>.fromOpaque(context)._withUnsafeGuaranteedRef(body)
  }
}
