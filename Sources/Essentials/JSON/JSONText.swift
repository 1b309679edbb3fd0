/// What RFC 8259 asks of the bytes of a text and YAJL does not look at: UTF-8 without overlong forms, surrogates and
/// code points past U+10FFFF; no control characters (YAJL takes form feeds and vertical tabs for spaces); and no escaped
/// half of a surrogate pair, which stands for no character (YAJL puts a question mark).
enum JSONText {
  /// The place of the first such fault, and what it is.
  static func firstFault(in text: UnsafeBufferPointer<UInt8>) -> (offset: Int, what: String)? {
    var index = 0
    while true {
      index = skipPlain(text, from: index)
      guard index < text.count else { return nil }
      switch text[index] {
      case UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): index += 1
      case ..<0x20:
        return (index, "expected no control characters, got U+00\(hexadecimal(text[index]))")
      case UInt8(ascii: "\\"):
        guard let length = escapeLength(text, at: index) else {
          let escape = String(decoding: text[index..<min(index + 6, text.count)], as: UTF8.self)
          return (index, "expected a surrogate pair, got half of one: \(escape)")
        }
        index += length
      default:
        guard let length = sequenceLength(text, at: index) else {
          return (index, "expected UTF-8, got the byte 0x\(hexadecimal(text[index]))")
        }
        index += length
      }
    }
  }

  /// The place of the first byte beyond ASCII.
  static func firstBeyondASCII(in text: UnsafeBufferPointer<UInt8>) -> Int? { text.firstIndex { $0 >= 0x80 } }

  /// The first place from `start` on that holds neither printable ASCII nor DEL, or a backslash.
  private static func skipPlain(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var index = start
    // Eight bytes at once. A high bit marks a byte that is not plain; a borrow may also mark the byte above one that
    // is, which the loop below sorts out.
    let ones: UInt64 = 0x0101_0101_0101_0101
    while index + 8 <= text.count {
      let word = UnsafeRawBufferPointer(text).loadUnaligned(fromByteOffset: index, as: UInt64.self)
      let marks = word | (word &- ones &* 0x20) | ((word ^ ones &* 0x5C) &- ones)
      guard marks & ones &* 0x80 == 0 else { break }
      index += 8
    }
    while index < text.count, (0x20..<0x80).contains(text[index]), text[index] != UInt8(ascii: "\\") { index += 1 }
    return index
  }

  /// The length of the escape at `index`, a surrogate pair being one; nil for half of a pair. YAJL refuses what is no
  /// escape at all.
  private static func escapeLength(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> Int? {
    guard let unit = codeUnit(text, at: index) else {
      return index + 1 < text.count && text[index + 1] < 0x80 ? 2 : 1
    }
    guard (0xD800..<0xE000).contains(unit) else { return 6 }
    guard unit < 0xDC00, let second = codeUnit(text, at: index + 6), (0xDC00..<0xE000).contains(second) else {
      return nil
    }
    return 12
  }

  /// The number in the escape `\uXXXX` at `index`, or nil when there is none.
  private static func codeUnit(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt16? {
    guard index + 6 <= text.count, text[index] == UInt8(ascii: "\\"), text[index + 1] == UInt8(ascii: "u") else {
      return nil
    }
    return UInt16(String(decoding: text[index + 2..<index + 6], as: UTF8.self), radix: 16)
  }

  /// The length of the well-formed sequence at `index` (The Unicode Standard, table 3-7), or nil.
  private static func sequenceLength(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> Int? {
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch text[index] {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return nil
    }
    guard index + length <= text.count, second.contains(text[index + 1]),
      text[index + 2..<max(index + 2, index + length)].allSatisfy({ $0 & 0xC0 == 0x80 })
    else { return nil }
    return length
  }

  /// Two digits.
  static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "0\(digits)" : digits
  }
}
