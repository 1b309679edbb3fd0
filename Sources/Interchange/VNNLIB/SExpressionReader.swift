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
  /// The sign that ends the string or quoted name that is being read.
  private var quote: UInt8?
  private var atom: [UInt8] = []
  private var open: [(elements: [SExpression], line: Int)] = []

  /// - Parameter path: what messages call the file.
  init(path: String) { self.path = path }

  /// Reads the next piece and calls `receive` with every expression that it completes.
  mutating func read(_ piece: some Sequence<UInt8>, _ receive: (SExpression) throws -> Void) throws {
    for byte in piece {
      if isInComment {
        isInComment = byte != UInt8(ascii: "\n")
      } else if let quote {
        try take(byte)
        if byte == quote {
          self.quote = nil
          try endAtom()
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
        case UInt8(ascii: "\""), UInt8(ascii: "|"):
          try endAtom()
          quote = byte
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
    try endAtom()
    if let last = open.last { throw OutsideFailure("\(path):\(last.line): '(' is never closed; the file ends early") }
  }

  private mutating func endAtom() throws {
    guard !atom.isEmpty else { return }
    let text = String(decoding: atom, as: UTF8.self)
    atom.removeAll(keepingCapacity: true)
    guard !open.isEmpty else { throw failure("expected '(', got '\(text)'") }
    open[open.count - 1].elements.append(.atom(text, line: line))
  }

  private func failure(_ what: String) -> OutsideFailure { OutsideFailure("\(path):\(line): \(what)") }
}
