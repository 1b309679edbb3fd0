/// Goes through the lines of a text, which end with a line feed, a carriage return, or both.
struct TextLines {
  private let bytes: [UInt8]
  private var next = 0
  /// The current line without its end.
  private(set) var range = 0..<0
  /// Its number, from 1; 0 before the first one.
  private(set) var number = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Goes on to the next line; false after the last one.
  mutating func advance() -> Bool {
    guard next < bytes.count else { return false }
    var end = next
    while end < bytes.count, bytes[end] != .lineFeed, bytes[end] != .carriageReturn { end += 1 }
    range = next..<end
    number += 1
    next = end + 1
    if end + 1 < bytes.count, bytes[end] == .carriageReturn, bytes[end + 1] == .lineFeed { next += 1 }
    return true
  }

  /// The words of the current line.
  func words() -> [Range<Int>] {
    var words: [Range<Int>] = []
    appendWords(to: &words)
    return words
  }

  /// Appends the words of the current line, so that one array serves all lines.
  func appendWords(to words: inout [Range<Int>]) {
    var place = range.lowerBound
    while place < range.upperBound {
      while place < range.upperBound, bytes[place].isBlank { place += 1 }
      let start = place
      while place < range.upperBound, !bytes[place].isBlank { place += 1 }
      if start < place { words.append(start..<place) }
    }
  }
}

extension UInt8 {
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")

  /// Whether it parts words: blanks and all control characters.
  var isBlank: Bool { self <= UInt8(ascii: " ") }

  /// Whether it is a digit.
  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

  /// Whether it is a letter of ASCII.
  var isLetter: Bool { lowercased >= UInt8(ascii: "a") && lowercased <= UInt8(ascii: "z") }

  /// The letter in lower case; everything else as it is.
  var lowercased: UInt8 { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self }
}
