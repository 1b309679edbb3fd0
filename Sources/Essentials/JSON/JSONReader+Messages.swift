extension JSONReader {
  /// The line and column of `offset`, columns in characters.
  static func place(of offset: Int, in text: UnsafeBufferPointer<UInt8>) -> String {
    let before = text[..<min(offset, text.count)]
    let line = before.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let column = before[start...].reduce(1) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    return "line \(line), column \(column)"
  }

  /// What YAJL's messages about the inside of a token mean; all others follow from the place.
  private static let insides: [(told: String, expected: String)] = [
    ("after the minus sign", "a digit after the minus sign"),
    ("after the decimal point", "a digit after the decimal point"),
    ("after the exponent", "a digit in the exponent"),
    ("'\\' occurs before", "one of \"\\/bfnrtu after the backslash"),
    ("occurs after '\\u'", "four hexadecimal digits after \\u"),
    ("invalid character inside string", "control characters in strings as escapes"),
  ]

  /// What is wrong where YAJL stopped with the message `told` at `offset`.
  func fault(told: String, at offset: Int) -> Fault {
    let (start, expected) = unexpected
    func fault(_ place: Int, _ expected: String) -> Fault {
      Fault(offset: place, what: "expected \(expected), got \(JSONReader.excerpt(text[place...]))")
    }
    let isString = start < text.count && text[start] == UInt8(ascii: "\"")
    if let inside = JSONReader.insides.first(where: { told.contains($0.told) }) {
      // Of a number all is shown, of a string the place in it.
      return fault(isString ? offset : start, inside.expected)
    }
    guard isString, expected.acceptsString, told.contains("premature EOF") else { return fault(start, expected.text) }
    return fault(text.count, "the end of the string \(JSONReader.excerpt(text[start...]))")
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
    guard first >= 0x20 else { return "U+00\(JSONText.hexadecimal(first))" }
    let marks = Array(" \t\r\n,:[]{}".utf8)
    let isString = first == UInt8(ascii: "\"")
    let end = text.dropFirst().firstIndex { isString ? $0 < 0x20 : marks.contains($0) } ?? text.endIndex
    let token = marks.contains(first) ? text.prefix(1) : text[..<end]
    let limit = 24
    let word = String(decoding: token, as: UTF8.self)
    return word.count > limit ? "'\(word.prefix(limit))…'" : "'\(word)'"
  }
}
