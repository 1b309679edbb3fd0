import Essentials

/// What GLPK writes, and HiGHS in its styles: a table for people, which has six digits, or lines for programs, which have
/// numbers in place of names.
extension SolutionReader {
  mutating func readGLPKEntry(_ words: [Range<Int>]) throws {
    var rest = words[...]
    let name: Range<Int>
    if let pendingName {
      name = pendingName
    } else {
      guard words.count > 1 else { throw unexpected(words) }
      (name, rest) = (words[1], words[2...])
    }
    pendingName = rest.isEmpty ? name : nil
    guard let first = rest.first else { return }
    // A status or the star of an integer comes before the value.
    let isNumber = FileNumber.signed(in: text.bytes, first) != nil
    guard let field = isNumber ? first : rest.dropFirst().first else { throw unexpected(words) }
    try readValue(name, field)
  }

  mutating func readGLPKLine(_ words: [Range<Int>]) throws {
    let last = words.count - 1
    switch (text.string(words[0]), words.count > 1 ? text.string(words[1]) : "") {
    case ("c", "Status:") where last > 1: result.status = text.string(words[2].lowerBound..<words[last].upperBound)
    case ("c", "Objective:"): try readGLPKObjective(words)
    case ("j", _):
      let values = words.dropFirst(2).filter { FileNumber.signed(in: text.bytes, $0) != nil }
      guard let value = values.first, let place = Int(text.string(words[1])) else { throw unexpected(words) }
      try setValue(place - 1, try number(value))
    default: break
    }
  }

  /// Reads `Objective: [name =] value (MINimum)`.
  mutating func readGLPKObjective(_ words: [Range<Int>]) throws {
    guard words.count > 2 else { throw unexpected(words) }
    result.objective = try number(words[words.count - 2])
  }
}
