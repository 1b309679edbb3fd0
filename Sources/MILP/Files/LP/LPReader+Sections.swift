/// Where sections begin. Their titles are no reserved words in files of other programs, so that it is the place of a word
/// that decides.
extension LPReader {
  /// The section whose title begins at the current token, and how many tokens the title has.
  func sectionHere() throws -> (section: LPSection, length: Int)? {
    guard token.kind == .word, token.range.count <= 8, !lexer.isBeforeColon() else { return nil }
    let word = lowercased(token.range)
    var ahead = lexer
    if ["subject", "such", "lazy", "user", "general"].contains(word) {
      let next = try ahead.next()
      if next.kind == .word, let section = LPSection.beginning(with: word, lowercased(next.range)) {
        return (section, 2)
      }
    }
    guard let section = LPSection.titles[word] else { return nil }
    ahead = lexer
    let next = try ahead.next()
    if case .relation = next.kind { return nil }
    switch section {
    case .semicontinuous, .sets:
      if word == "semi", try tokensAre("semi", "-", "continuous") { return (section, 3) }
      // These words are names in many files: that of a known variable is that variable, and names follow a title.
      let isTitle = next.kind == .end || (next.kind == .word && lowercased(next.range) != "free")
      return isTitle && isPastObjective && draft.columnNames.number(of: token.range) == nil ? (section, 1) : nil
    default: return (section, 1)
    }
  }

  /// Takes the title of the section that begins here; nil if none does.
  mutating func takeSection() throws -> LPSection? {
    guard let (section, length) = try sectionHere() else { return nil }
    for _ in 0..<length { try advance() }
    if length == 2, token.kind == .colon { try advance() }
    return section
  }

  /// Whether the current token and those after it are these, in lower case.
  func tokensAre(_ words: String...) throws -> Bool {
    var (ahead, current) = (lexer, token)
    for word in words {
      guard lowercased(current.range) == word else { return false }
      current = try ahead.next()
    }
    return true
  }

  private func lowercased(_ range: Range<Int>) -> String { range.count <= 20 ? text.string(range).lowercased() : "" }
}
