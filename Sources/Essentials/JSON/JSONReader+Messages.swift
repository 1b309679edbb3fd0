extension JSONReader {
  /// The line and column of `offset`, columns in characters.
  static func place(of offset: Int, in text: UnsafeBufferPointer<UInt8>) -> String {
    let before = text[..<min(offset, text.count)]
    let line = before.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let column = before[start...].reduce(1) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    return "line \(line), column \(column)"
  }

  /// What is wrong where YAJL stopped with the message `told` at `offset`.
  func fault(told: String, at offset: Int) -> Fault {
    let prefix = "lexical error: "
    let (start, expected) = unexpected
    let got = JSONReader.excerpt(text[start...])
    // What YAJL says of a token is worth telling; these two say nothing.
    if told.hasPrefix(prefix),
      !["invalid char in json text.\n", "invalid string in json text.\n"].contains(where: told.hasSuffix)
    {
      let what = told.dropFirst(prefix.count).prefix { $0 != "\n" }
      let words = what.hasSuffix(".") ? what.dropLast() : what
      // Of a string the place in it matters.
      guard start < text.count, text[start] == UInt8(ascii: "\"") else {
        return Fault(offset: start, what: "\(words), got \(got)")
      }
      return Fault(offset: max(start, offset - 1), what: String(words))
    }
    guard start < text.count, text[start] == UInt8(ascii: "\""), told.contains("premature EOF"), expected.acceptsString
    else {
      return Fault(offset: start, what: "expected \(expected.text), got \(got)")
    }
    return Fault(offset: text.count, what: "expected the end of the string \(got), got the end of the text")
  }

  /// Where the token begins that is being read.
  var tokenStart: Int { unexpected.start }

  /// Where the first token begins that no piece was made of, and what was expected there.
  private var unexpected: (start: Int, expected: (text: String, acceptsString: Bool)) {
    let next = skipSpaces(from: lastEnd)
    let byte = next < text.count ? text[next] : 0
    let value = ("a value", true)
    let name = ("a name in double quotes", true)
    func after(_ separator: Character, _ then: (String, Bool), otherwise: String) -> (Int, (String, Bool)) {
      byte == separator.asciiValue ? (skipSpaces(from: next + 1), then) : (next, (otherwise, false))
    }
    switch (last, containers.last) {
    case (.none, _): return (next, value)
    case (.name, _): return after(":", value, otherwise: "':'")
    case (.begin, .array): return (next, ("a value or ']'", true))
    case (.begin, _): return (next, ("a name in double quotes or '}'", true))
    case (.value, .array): return after(",", value, otherwise: "',' or ']'")
    case (.value, .object): return after(",", name, otherwise: "',' or '}'")
    case (.value, nil): return (next, ("the end of the text", false))
    }
  }

  private func skipSpaces(from start: Int) -> Int {
    text[min(start, text.count)...].firstIndex { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } ?? text.count
  }

  /// The token at the beginning of `text`, shortened, in quotes.
  static func excerpt(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> String {
    guard let first = text.first else { return "the end of the text" }
    let marks = Array(" \t\r\n,:[]{}".utf8)
    let isString = first == UInt8(ascii: "\"")
    let end = text.dropFirst().firstIndex { isString ? $0 < 0x20 : marks.contains($0) } ?? text.endIndex
    let token = marks.contains(first) ? text.prefix(1) : text[..<end]
    let limit = 24
    let word = String(decoding: token, as: UTF8.self)
    return word.count > limit ? "'\(word.prefix(limit))…'" : "'\(word)'"
  }
}
