import Essentials

/// Shows where a chunk stopped making sense.
enum SyntaxReport {
  /// `message` (`name:3: … near 'x'`), followed by the line and a caret under the word that Lua names.
  static func text(message: String, source: some Collection<UInt8>, chunkName: String) -> String {
    guard message.hasPrefix(chunkName + ":") else { return message }
    let rest = message.dropFirst(chunkName.count + 1)
    let digits = rest.prefix { $0.isNumber }
    guard let number = Int(digits), number > 0 else { return message }
    let lines = source.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard number <= lines.count else { return message }
    let line = String(decoding: lines[number - 1], as: UTF8.self)
    let column = column(of: nearWord(message), in: line)
    let margin = "  \(number) | "
    let blank = String(repeating: " ", count: margin.count - 2) + "| "
    // Tabs stay tabs, so that the caret lines up.
    let indent = String(line.prefix(column).map { $0 == "\t" ? "\t" : " " as Character })
    return "\(message)\n\(margin)\(line)\n\(blank)\(indent)^"
  }

  /// What stands in quotation marks after the last `near`, without them; nil for the end of the file.
  private static func nearWord(_ message: String) -> String? {
    let parts = message.split(separator: " ")
    guard let near = parts.lastIndex(of: "near"), near + 1 < parts.count else { return nil }
    let word = parts[(near + 1)...].joined(separator: " ")
    guard word.hasPrefix("'"), word.hasSuffix("'"), word.count > 2 else { return nil }
    return String(word.dropFirst().dropLast())
  }

  /// Where the last occurrence of `word` begins, or the end of the line.
  private static func column(of word: String?, in line: String) -> Int {
    let line = Array(line)
    guard let word = word.map({ Array($0) }), word.count <= line.count else { return line.count }
    for start in stride(from: line.count - word.count, through: 0, by: -1)
    where line[start..<(start + word.count)].elementsEqual(word) {
      return start
    }
    return line.count
  }
}
