/// Special ordered sets: `[name:] S1:: x:1 y:2`.
extension LPReader {
  /// Whether the current tokens are `S1::` or `S2::`.
  func isSetHere() throws -> Bool {
    guard token.kind == .word, token.range.count == 2, setType(token.range) != nil else { return false }
    var ahead = lexer
    let next = (try ahead.next().kind, try ahead.next().kind)
    return next == (.colon, .colon)
  }

  /// Reads a set, whose type the section's title may say.
  mutating func readSet(_ titleType: SpecialOrderedSet.SetType?, name: Range<Int>? = nil) throws {
    var set = ModelDraft.Set(type: titleType ?? .one, name: name, line: token.line)
    if try !isSetHere(), name == nil { set.name = try takeLabel() }
    if try isSetHere() {
      set.type = setType(token.range) ?? set.type
      for _ in 0..<3 { try advance() }
    } else if titleType == nil {
      throw failure("expected S1:: or S2::")
    }
    while let member = try takeMember() { set.members.append(member) }
    draft.sets.append(set)
  }

  private func setType(_ word: Range<Int>) -> SpecialOrderedSet.SetType? {
    switch text.capitals(word) {
    case "S1": .one
    case "S2": .two
    default: nil
    }
  }

  /// Takes `variable:weight`; nil, and nothing is taken, if there is none, as where the next set has a name.
  private mutating func takeMember() throws -> (column: Int, weight: Double?)? {
    guard token.kind == .word, lexer.isBeforeColon() else { return nil }
    let start = (lexer, token)
    try advance()
    try advance()
    guard let weight = try takeLimit() else {
      (lexer, token) = start
      return nil
    }
    let end = (lexer, token)
    (lexer, token) = start
    let column = try takeListedColumn()
    (lexer, token) = end
    return (column, weight)
  }
}
