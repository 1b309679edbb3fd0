import Essentials

/// A file of comma-separated values under a header, as RFC 4180 has it: fields may be quoted, and then hold commas,
/// line ends and doubled quotes. Lines end in LF, CRLF or CR; a byte order mark and empty lines are passed over.
struct CSVFile {
  /// The fields of the first line, without spaces around them.
  let names: [String]
  /// How many rows there are under the header.
  var count: Int { lines.count }

  private let path: String
  /// The fields of all rows, row after row, behind each other, and where each ends.
  private let bytes: [UInt8]
  private let ends: [Int]
  /// The line that each row begins in, from 1.
  private let lines: [Int]

  /// Reads the file at `path`.
  ///
  /// - Parameter separator: the byte between fields.
  /// - Throws: `OutsideFailure` naming the file and the line when it cannot be read, a row has more or fewer fields than
  ///   the header, a quote does not fit, there is no header or no row, or two columns share a name.
  init(reading path: String, separator: UInt8) throws {
    let source = try FileAccess.read(path)
    var parser = Parser(path: path, separator: separator)
    try source.withUnsafeBufferPointer { try parser.parse($0) }
    guard let width = parser.width else { throw OutsideFailure("\(path): empty: expected a header and rows") }
    self.path = path
    bytes = parser.bytes
    let starts = [0] + parser.ends
    names = (0..<width).map { [bytes = parser.bytes] in CSVFile.text(bytes[starts[$0]..<starts[$0 + 1]]) }
    ends = Array(parser.ends[(width - 1)...])
    lines = Array(parser.lines.dropFirst())
    if names.allSatisfy({ Double($0) != nil }) {
      throw OutsideFailure("\(path): expected a header with the names of the columns, got numbers in the first line")
    }
    if let (_, twice) = zip(names.indices, names).first(where: { names[..<$0].contains($1) }) {
      throw OutsideFailure("\(path): two columns are called \"\(twice)\"")
    }
    guard !lines.isEmpty else { throw OutsideFailure("\(path): no rows under the header") }
  }

  /// The fields of column `column` (0-based), without spaces around them.
  ///
  /// - Throws: `OutsideFailure` naming line and column when one is empty.
  func texts(_ column: Int) throws -> [String] {
    try lines.indices.map { row in
      let place = row * names.count + column
      let text = CSVFile.text(bytes[ends[place]..<ends[place + 1]])
      guard !text.isEmpty else { throw failure(row, column, "expected a value, got none") }
      return text
    }
  }

  /// The numbers of column `column` (0-based).
  ///
  /// - Throws: `OutsideFailure` naming line and column when one is empty or no finite number.
  func numbers(_ column: Int) throws -> [Double] {
    try zip(lines.indices, texts(column)).map { row, text in
      guard let number = Double(text), number.isFinite else {
        throw failure(row, column, "expected a finite number, got \"\(text)\"")
      }
      return number
    }
  }

  private func failure(_ row: Int, _ column: Int, _ what: String) -> OutsideFailure {
    OutsideFailure("\(path):\(lines[row]): column \"\(names[column])\": \(what)")
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    var bytes = bytes
    while let first = bytes.first, isSpace(first) { bytes.removeFirst() }
    while let last = bytes.last, isSpace(last) { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Takes the text apart.
private struct Parser {
  let path: String
  let separator: UInt8
  var bytes: [UInt8] = []
  var ends: [Int] = []
  /// The line of the header, then those of the rows.
  var lines: [Int] = []
  /// How many fields the header has; nil before it is read.
  var width: Int?

  private var line = 1
  private var firstLine = 1
  private var firstField = 0

  init(path: String, separator: UInt8) {
    self.path = path
    self.separator = separator
  }

  mutating func parse(_ source: UnsafeBufferPointer<UInt8>) throws {
    let (quote, feed, carriage) = (UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r"))
    if source.starts(with: [0xFF, 0xFE]) || source.starts(with: [0xFE, 0xFF]) {
      throw OutsideFailure("\(path): expected UTF-8, got UTF-16; save it as UTF-8")
    }
    bytes.reserveCapacity(source.count)
    var place = source.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while place < source.count {
      // One field, and then what ends it.
      if source[place] == quote {
        let opened = line
        place += 1
        while true {
          guard place < source.count else {
            throw OutsideFailure("\(path):\(opened): a quote is opened and never closed")
          }
          let byte = source[place]
          place += 1
          if byte == quote {
            guard place < source.count, source[place] == quote else { break }
            place += 1
          } else if byte == feed {
            line += 1
          }
          bytes.append(byte)
        }
        guard place == source.count || [separator, feed, carriage].contains(source[place]) else {
          throw OutsideFailure("\(path):\(line): text behind a closing quote")
        }
      } else {
        while place < source.count, source[place] != separator, source[place] != feed, source[place] != carriage {
          bytes.append(source[place])
          place += 1
        }
      }
      ends.append(bytes.count)
      guard place < source.count else { break }
      let end = source[place]
      place += 1
      if end == separator {
        // A separator at the very end is followed by an empty field.
        if place == source.count { ends.append(bytes.count) }
        continue
      }
      if end == carriage, place < source.count, source[place] == feed { place += 1 }
      try finishLine()
    }
    try finishLine()
  }

  private mutating func finishLine() throws {
    defer {
      line += 1
      (firstLine, firstField) = (line, ends.count)
    }
    let fields = ends.count - firstField
    let start = firstField == 0 ? 0 : ends[firstField - 1]
    let isBlank = bytes[start...].allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    guard fields > 1 || !isBlank else {
      ends.removeLast(fields)
      bytes.removeLast(bytes.count - start)
      return
    }
    if let width, fields != width {
      throw OutsideFailure("\(path):\(firstLine): expected \(width) fields as in the header, got \(fields)")
    }
    width = width ?? fields
    lines.append(firstLine)
  }
}
