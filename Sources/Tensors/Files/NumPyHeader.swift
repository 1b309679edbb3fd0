/// The header of a `.npy` file, a literal Python dictionary such as
/// `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`.
struct NumPyHeader {
  private(set) var type = ""
  private(set) var isFortranOrder = false
  private(set) var shape: [Int] = []

  /// Reads the text; nil unless it has exactly the three members.
  init?(_ text: some Sequence<UInt8>) {
    var scanner = Scanner(rest: Array(text)[...])
    guard scanner.take("{") else { return nil }
    var seen: Set<String> = []
    while !scanner.take("}") {
      guard let name = scanner.quoted(), seen.insert(name).inserted, scanner.take(":") else { return nil }
      switch name {
      case "descr":
        guard let value = scanner.quoted() else { return nil }
        type = value
      case "fortran_order":
        isFortranOrder = scanner.take("True")
        guard isFortranOrder || scanner.take("False") else { return nil }
      case "shape":
        guard scanner.take("(") else { return nil }
        while !scanner.take(")") {
          guard let size = scanner.number() else { return nil }
          shape.append(size)
          guard scanner.take(",") || scanner.isNext(")") else { return nil }
        }
      default: return nil
      }
      guard scanner.take(",") || scanner.isNext("}") else { return nil }
    }
    guard seen.count == 3, scanner.isAtEnd else { return nil }
  }

  private struct Scanner {
    var rest: ArraySlice<UInt8>

    private mutating func skipSpace() { rest = rest.drop { $0 == 0x20 || (0x09...0x0D).contains($0) } }

    var isAtEnd: Bool {
      mutating get {
        skipSpace()
        return rest.isEmpty
      }
    }

    mutating func isNext(_ word: String) -> Bool {
      skipSpace()
      return rest.starts(with: word.utf8)
    }

    mutating func take(_ word: String) -> Bool {
      guard isNext(word) else { return false }
      rest = rest.dropFirst(word.utf8.count)
      return true
    }

    mutating func quoted() -> String? {
      skipSpace()
      guard let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
      rest = rest.dropFirst()
      guard let end = rest.firstIndex(of: quote) else { return nil }
      defer { rest = rest[(end + 1)...] }
      return String(decoding: rest[..<end], as: UTF8.self)
    }

    mutating func number() -> Int? {
      skipSpace()
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      rest = rest[digits.endIndex...]
      // Python 2 wrote long integers as 3L.
      if rest.first == UInt8(ascii: "L") { rest = rest.dropFirst() }
      return Int(String(decoding: digits, as: UTF8.self))
    }
  }
}
