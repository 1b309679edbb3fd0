import Essentials

/// Reads expressions from a text that comes in pieces; only the expression that is being read is kept.
struct SExpressionReader {
  /// Deeper nesting is refused, so that what walks over an expression can call itself.
  static let depthLimit = 64
  /// Longer names and numbers are refused.
  static let atomLimit = 1024

  private let path: String
  private var line = 1
  private var isInComment = false
  /// The sign that ends the string, quoted name or bracketed list that is being read.
  private var closing: UInt8?
  private var atom: [UInt8] = []
  private var open: [(elements: [SExpression], line: Int)] = []
  /// How much of a byte order mark, which some editors put first, has been met; nil behind the first other byte.
  private var marked: Int? = 0

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// - Parameter path: what messages call the file.
  init(path: String) { self.path = path }

  /// Reads the next piece and calls `receive` with every expression that it completes.
  mutating func read(_ piece: some Sequence<UInt8>, _ receive: (SExpression) throws -> Void) throws {
    for byte in piece {
      if let marked {
        let isMark = marked < 3 && byte == SExpressionReader.byteOrderMark[marked]
        self.marked = isMark ? marked + 1 : nil
        if isMark { continue }
      }
      if isInComment {
        isInComment = byte != UInt8(ascii: "\n")
      } else if let closing {
        try take(byte)
        if byte == closing {
          self.closing = nil
          try byte == UInt8(ascii: "]") ? endIndices() : endAtom()
        }
      } else {
        switch byte {
        case UInt8(ascii: ";"):
          try endAtom()
          isInComment = true
        case UInt8(ascii: "("):
          try endAtom()
          guard open.count < SExpressionReader.depthLimit else {
            throw failure("more than \(SExpressionReader.depthLimit) parentheses are open")
          }
          open.append(([], line))
        case UInt8(ascii: ")"):
          try endAtom()
          guard let (elements, start) = open.popLast() else { throw failure("')' without '('") }
          let expression = SExpression.list(elements, line: start)
          if open.isEmpty { try receive(expression) } else { open[open.count - 1].elements.append(expression) }
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): try endAtom()
        case UInt8(ascii: "\""), UInt8(ascii: "|"), UInt8(ascii: "["):
          try endAtom()
          closing = byte == UInt8(ascii: "[") ? UInt8(ascii: "]") : byte
          try take(byte)
        default: try take(byte)
        }
      }
      if byte == UInt8(ascii: "\n") { line += 1 }
    }
  }

  private mutating func take(_ byte: UInt8) throws {
    atom.append(byte)
    guard atom.count <= SExpressionReader.atomLimit else {
      throw failure("a name of more than \(SExpressionReader.atomLimit) characters")
    }
  }

  /// Says that no more pieces come.
  mutating func end() throws {
    if closing == UInt8(ascii: "]") { throw failure("'[' is never closed") }
    try endAtom()
    if let last = open.last { throw OutsideFailure("\(path):\(last.line): '(' is never closed; the file ends early") }
  }

  private mutating func endAtom() throws {
    guard !atom.isEmpty else { return }
    try append(.atom(takeAtom(), line: line))
  }

  private mutating func endIndices() throws {
    let text = takeAtom()
    let inside = text.dropFirst().dropLast()
    let parts = inside.split(separator: ",", omittingEmptySubsequences: false).map { part in
      Int(String(part.filter { !" \t\r\n".contains($0) }))
    }
    let isEmpty = inside.allSatisfy(\.isWhitespace)
    let numbers = isEmpty ? [] : parts.compactMap(\.self)
    guard isEmpty || numbers.count == parts.count, numbers.allSatisfy({ $0 >= 0 }) else {
      throw failure("expected whole numbers between brackets, as in [1,10], got '\(text)'")
    }
    try append(.indices(numbers, line: line))
  }

  private mutating func takeAtom() -> String {
    defer { atom.removeAll(keepingCapacity: true) }
    return String(decoding: atom, as: UTF8.self)
  }

  private mutating func append(_ expression: SExpression) throws {
    guard !open.isEmpty else {
      throw failure("expected '(', got '\(expression.text ?? "[")'")
    }
    open[open.count - 1].elements.append(expression)
  }

  private func failure(_ what: String) -> OutsideFailure { OutsideFailure("\(path):\(line): \(what)") }
}
