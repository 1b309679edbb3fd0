import Essentials

/// Splits the text of an LP file into tokens.
struct LPLexer {
  struct Token {
    enum Kind: Equatable {
      case word, number, sign, relation(Relation), colon, arrow, other, end
    }

    var kind: Kind
    /// Where the file has it.
    var range: Range<Int>
    /// Its line, from 1.
    var line: Int
    /// Whether it is the first of its line.
    var isFirstOfLine: Bool
    /// A number, or 1 and -1 for signs.
    var value = 0.0
  }

  private let text: FileText
  private let bytes: [UInt8]
  private var place = 0
  private var line = 1
  private var isFirstOfLine = true

  init(_ text: FileText) {
    self.text = text
    bytes = text.bytes
  }

  /// The next token; at the end of the file `end`, again and again.
  ///
  /// - Throws: `OutsideFailure` with the line for what begins no token.
  mutating func next() throws -> Token {
    let next = endOfBlanks()
    place = next.place
    line += next.lines
    if next.lines > 0 { isFirstOfLine = true }
    guard place < bytes.count else { return token(.end, place) }
    let byte = bytes[place]
    switch byte {
    case UInt8(ascii: "-") where place + 1 < bytes.count && bytes[place + 1] == UInt8(ascii: ">"):
      return token(.arrow, place + 2)
    case UInt8(ascii: "+"), UInt8(ascii: "-"): return token(.sign, place + 1, byte == UInt8(ascii: "-") ? -1 : 1)
    case UInt8(ascii: ":"): return token(.colon, place + 1)
    case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "="): return try relation()
    case UInt8(ascii: "*"), UInt8(ascii: "^"), UInt8(ascii: "["), UInt8(ascii: "]"), 0..<UInt8(ascii: " "):
      return token(.other, place + 1)
    default: break
    }
    if byte.isDigit || byte == UInt8(ascii: "."),
      let (value, end) = FileNumber.unsigned(in: bytes, place..<bytes.count)
    {
      // SCIP's fractions, which others take for a number and a name.
      let isFraction = end + 1 < bytes.count && bytes[end] == UInt8(ascii: "/") && bytes[end + 1].isDigit
      guard !isFraction, end == bytes.count || bytes[end] != UInt8(ascii: ".") else {
        throw text.failure(line, "expected a number, got \(text.quoted(place..<end + (isFraction ? 2 : 1)))")
      }
      return token(.number, end, value)
    }
    return try word()
  }

  /// Whether the next token is a colon, which makes a name of the one before.
  func isBeforeColon() -> Bool {
    let next = endOfBlanks().place
    return next < bytes.count && bytes[next] == UInt8(ascii: ":")
  }

  private mutating func token(_ kind: Token.Kind, _ end: Int, _ value: Double = 0) -> Token {
    defer {
      place = end
      isFirstOfLine = false
    }
    return Token(kind: kind, range: place..<end, line: line, isFirstOfLine: isFirstOfLine, value: value)
  }

  /// Where the next token begins, behind blanks and comments, and how many lines have ended before it.
  private func endOfBlanks() -> (place: Int, lines: Int) {
    var (place, lines) = (place, 0)
    while place < bytes.count {
      switch bytes[place] {
      case .lineFeed, .carriageReturn:
        let isPair = bytes[place] == .carriageReturn && place + 1 < bytes.count && bytes[place + 1] == .lineFeed
        place += isPair ? 2 : 1
        lines += 1
      case UInt8(ascii: " "), 9, 11, 12: place += 1
      case UInt8(ascii: "\\"):
        while place < bytes.count, bytes[place] != .lineFeed, bytes[place] != .carriageReturn { place += 1 }
      default: return (place, lines)
      }
    }
    return (place, lines)
  }

  private mutating func relation() throws -> Token {
    let end = bytes[place...].firstIndex { !"<>=".utf8.contains($0) } ?? bytes.count
    let symbol = text.string(place..<min(end, place + 3))
    // `<->` is an equivalence, which is no row.
    let isArrow =
      symbol == "<" && end + 1 < bytes.count && bytes[end] == UInt8(ascii: "-") && bytes[end + 1] == UInt8(ascii: ">")
    // The format has no strict inequalities: `<` is its short form of `<=`.
    let full = ["<": "<=", "=<": "<=", ">": ">=", "=>": ">="][symbol] ?? symbol
    guard !isArrow, let relation = Relation(symbol: full) else {
      throw text.failure(line, "expected <=, >= or =, got \(text.quoted(place..<(isArrow ? end + 2 : end)))")
    }
    return token(.relation(relation), end)
  }

  /// A name or a keyword. Brackets may be part of a name but not begin it, since Gurobi writes `x[1,2]`.
  private mutating func word() throws -> Token {
    var end = place
    var open = 0
    scan: while end < bytes.count {
      switch bytes[end] {
      case UInt8(ascii: "["): if end == place { break scan } else { open += 1 }
      case UInt8(ascii: "]"): if open == 0 { break scan } else { open -= 1 }
      case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "="),
        UInt8(ascii: ":"), UInt8(ascii: "*"), UInt8(ascii: "^"), UInt8(ascii: "\\"), 0...UInt8(ascii: " "):
        break scan
      default: break
      }
      end += 1
    }
    guard open == 0 else { throw text.failure(line, "expected ] in the name \(text.quoted(place..<end))") }
    return token(.word, end)
  }
}
