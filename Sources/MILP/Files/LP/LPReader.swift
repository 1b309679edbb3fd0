import Essentials

/// Reads CPLEX's LP format with what Gurobi, HiGHS and SCIP write of it: semicontinuous variables, special ordered sets,
/// indicators, lazy rows, brackets in names. Everything that is not linear is refused.
///
/// Where those programs read a file differently, the format's definition decides: sections begin at the beginning of a line
/// or of a statement, a number left of a relation needs a variable, a binary variable has no bounds beyond 0 and 1.
struct LPReader: ~Copyable {
  let text: FileText
  var lexer: LPLexer
  /// The current token.
  var token: LPLexer.Token
  var draft: ModelDraft
  /// Whether rows or bounds have begun, so that every section may follow.
  private(set) var isPastObjective = false
  /// The terms of the expression that was read last.
  var terms: (columns: [Int32], values: [Double]) = ([], [])
  /// Whether `LPWriter` wrote the file, so that its variable for the constant is no column.
  private let isOwn: Bool

  private init(_ text: FileText) throws {
    self.text = text
    lexer = LPLexer(text)
    token = try lexer.next()
    draft = ModelDraft(of: text)
    let comment = LPWriter.comment + ": "
    isOwn = text.bytes.starts(with: comment.utf8)
    var lines = TextLines(text.bytes)
    if isOwn, lines.advance() { draft.name = text.string(lines.range.dropFirst(comment.utf8.count)) }
  }

  /// The model in `text`.
  ///
  /// - Throws: `OutsideFailure` with the line of what is no model.
  static func model(in text: FileText) throws -> Model {
    var reader = try LPReader(text)
    try reader.read()
    return try reader.draft.makeModel(of: text)
  }

  private mutating func read() throws {
    guard case .objective? = try sectionHere()?.section else {
      throw failure("expected Minimize or Maximize at the beginning")
    }
    var hasObjective = false
    while true {
      let line = token.line
      guard let section = try takeSection() else {
        throw failure(token.kind == .end ? "expected End" : "expected a section")
      }
      if case .objective = section {} else { isPastObjective = true }
      switch section {
      case .objective(let sense):
        guard !hasObjective else { throw text.failure(line, "expected one objective, got another") }
        hasObjective = true
        draft.sense = sense
        try readObjective()
      case .constraints, .lazyConstraints: try eachStatement { try $0.readRow() }
      case .userCuts:
        draft.warn(line, "user cuts are read as rows")
        try eachStatement { try $0.readRow() }
      case .bounds: try eachStatement { try $0.readBound() }
      case .general: try eachStatement { try $0.readListed(\.isInteger) }
      case .binary: try eachStatement { try $0.readListed(\.isBinary) }
      case .semicontinuous: try eachStatement { try $0.readListed(\.isSemicontinuous) }
      case .sets(let type): try eachStatement { try $0.readSet(type) }
      case .refused(let title): throw text.failure(line, "expected a section of a linear model, got \(title)")
      case .end:
        if token.kind != .end { draft.warn(token.line, "what follows End does not count") }
        return
      }
    }
  }

  private mutating func eachStatement(_ read: (inout LPReader) throws -> Void) throws {
    while token.kind != .end, try sectionHere() == nil { try read(&self) }
  }

  private mutating func readObjective() throws {
    if try tokensAre("multi", "-", "objectives") {
      throw text.failure(token.line, "expected one objective, got multi-objectives")
    }
    _ = try takeLabel()
    draft.constant += try readExpression(allowsConstants: true)
    for (column, value) in zip(terms.columns, terms.values) { draft.columns[Int(column)].cost += value }
  }

  private mutating func readListed(_ property: WritableKeyPath<ModelDraft.Column, Bool>) throws {
    let column = try takeListedColumn()
    draft.columns[column][keyPath: property] = true
  }

  // MARK: Variables

  /// The column of the current word, which is new where it has not come before.
  mutating func takeColumn() throws -> Int {
    guard token.kind == .word, !FileNumber.isInfinity(text.bytes, token.range) else {
      throw failure("expected a variable's name")
    }
    let (column, isNew) = draft.columnNames.add(token.range)
    if isNew { draft.columns.append(ModelDraft.Column()) }
    try advance()
    return column
  }

  /// The column of the current word in a list or a bound, which speaks of its bounds or its kind.
  mutating func takeListedColumn() throws -> Int {
    let (word, count) = (token, draft.columns.count)
    let column = try takeColumn()
    draft.columns[column].line = word.line
    if column == count { draft.warn(word.line, "variable \(text.string(word.range)) is in no row and no objective") }
    return column
  }

  /// Whether the current word is the variable that carries the constant.
  var isConstant: Bool { isOwn && text.bytes[token.range].elementsEqual(NameRules.constant.utf8) }

  // MARK: Tokens

  mutating func advance() throws { token = try lexer.next() }

  /// Takes a name, or a number in its place, with the colon behind it.
  mutating func takeLabel() throws -> Range<Int>? {
    guard token.kind == .word || token.kind == .number, lexer.isBeforeColon() else { return nil }
    let name = token.range
    try advance()
    try advance()
    return name
  }

  /// Takes a number or an infinity with its signs; nil, and nothing is taken, if there is none.
  mutating func takeLimit() throws -> Double? {
    let start = (lexer, token)
    var sign = 1.0
    while token.kind == .sign {
      sign *= token.value
      try advance()
    }
    let isInfinity = token.kind == .word && FileNumber.isInfinity(text.bytes, token.range)
    guard token.kind == .number || isInfinity else {
      (lexer, token) = start
      return nil
    }
    let value = sign * (isInfinity ? .infinity : token.value)
    try advance()
    return Model.orInfinite(value)
  }

  /// Takes a relation; nil, and nothing is taken, if there is none.
  mutating func takeRelation() throws -> Relation? {
    guard case .relation(let relation) = token.kind else { return nil }
    try advance()
    return relation
  }

  /// A sentence about what was expected in place of the current token.
  func failure(_ message: String) -> OutsideFailure {
    let quoted = text.quoted(token.range)
    let got =
      switch token.kind {
      case .end: text.bytes.isEmpty ? "an empty file" : "the end of the file"
      case .word: "the word \"\(quoted)\""
      case .number: "the number \(quoted)"
      default: quoted
      }
    return text.failure(token.line, "\(message), got \(got)")
  }
}
