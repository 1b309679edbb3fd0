import Essentials

/// Expressions, rows and bounds.
extension LPReader {
  /// Reads a sum of terms into `terms`; it ends where something else begins.
  ///
  /// - Returns: the sum of the numbers without a variable, which only the objective may have.
  mutating func readExpression(allowsConstants: Bool = false) throws -> Double {
    terms.columns.removeAll(keepingCapacity: true)
    terms.values.removeAll(keepingCapacity: true)
    var constant = 0.0
    var isFirst = true
    while true {
      var (factor, hasSign) = (1.0, false)
      while token.kind == .sign {
        factor *= token.value
        hasSign = true
        try advance()
      }
      switch token.kind {
      case .number where isFirst || hasSign:
        factor *= token.value
        guard factor.isFinite else { throw failure("expected a finite number") }
        try advance()
        if try isTerm() {
          try takeTerm(factor, &constant)
        } else if allowsConstants {
          constant += factor
        } else {
          throw failure("expected a variable after the number left of the relation")
        }
      case .word where hasSign: try takeTerm(factor, &constant)
      case .word:
        if try lexer.isBeforeColon() || sectionHere() != nil { return constant }
        guard isFirst else { throw failure("expected + or - before the next term") }
        try takeTerm(factor, &constant)
      case .number: throw failure("expected + or - before the next term")
      case .other: throw failure("expected linear terms only")
      default:
        if hasSign { throw failure("expected a term after the sign") }
        return constant
      }
      isFirst = false
    }
  }

  /// Whether the current token is the variable of the number before it, and no title on a line of its own.
  private func isTerm() throws -> Bool {
    guard token.kind == .word else { return false }
    return try !token.isFirstOfLine || sectionHere() == nil
  }

  private mutating func takeTerm(_ factor: Double, _ constant: inout Double) throws {
    if isConstant {
      constant += factor
      return try advance()
    }
    terms.columns.append(Int32(try takeColumn()))
    terms.values.append(factor)
  }

  /// Reads `[name:] [number relation] expression relation number`, or an indicator: `[name:] binary = value -> expression
  /// relation number`. A special ordered set may stand among rows.
  mutating func readRow() throws {
    if try isSetHere() { return try readSet(nil) }
    var row = ModelDraft.Row(name: try takeLabel(), line: token.line)
    if try isSetHere() { return try readSet(nil, name: row.name) }
    let start = (lexer, token)
    var left: Relation?
    if let value = try takeLimit() {
      left = try takeRelation()
      if let left { set(&row, left.mirrored, value) } else { (lexer, token) = start }
    }
    let relation = try readSides(&row, left: left)
    if token.kind == .arrow {
      guard terms.columns.count == 1, terms.values == [1], relation == .equal, left == nil,
        [0, 1].contains(row.lower)
      else {
        throw failure("expected a binary variable = 0 or 1 before the arrow")
      }
      row.condition = (Int(terms.columns[0]), Int(row.lower))
      (row.lower, row.upper) = (-.infinity, .infinity)
      try advance()
      _ = try readSides(&row, left: nil)
    }
    draft.rows.append(row)
    draft.entryColumns += terms.columns
    draft.entryValues += terms.values
    draft.rowStarts.append(draft.entryValues.count)
  }

  /// Reads `expression relation number`; behind a left side the relation may be missing, and must point the same way.
  private mutating func readSides(_ row: inout ModelDraft.Row, left: Relation?) throws -> Relation? {
    _ = try readExpression()
    guard let (relation, right) = try takeSecondSide(after: left) else {
      if left != nil { return nil }
      throw failure("expected <=, >= or = after the constraint's left side")
    }
    set(&row, relation, right)
    return relation
  }

  /// Takes `relation number` after what may have had a number and a relation on its left, which must point the same way.
  private mutating func takeSecondSide(after left: Relation?) throws -> (Relation, Double)? {
    let place = token
    guard let relation = try takeRelation() else { return nil }
    if let left, left != relation || relation == .equal {
      throw text.failure(
        place.line, "expected two relations that point the same way, got \(text.quoted(place.range)) as the second one")
    }
    guard let right = try takeLimit() else { throw failure("expected a number after the relation") }
    return (relation, right)
  }

  private func set(_ row: inout ModelDraft.Row, _ relation: Relation, _ value: Double) {
    if relation != .lessOrEqual { row.lower = value }
    if relation != .greaterOrEqual { row.upper = value }
  }

  /// Reads `[number relation] variable [relation number]` or `variable free`.
  mutating func readBound() throws {
    let left = try takeLimit()
    let leftRelation = left == nil ? nil : try takeRelation()
    guard (left == nil) == (leftRelation == nil) else { throw failure("expected a relation after the number") }
    if isConstant { return try skipConstant() }
    let column = try takeListedColumn()
    if let left, let leftRelation { setBound(column, leftRelation.mirrored, left) }
    if token.kind == .word, left == nil, text.capitals(token.range) == "FREE" {
      (draft.columns[column].lower, draft.columns[column].upper) = (-.infinity, .infinity)
      return try advance()
    }
    if let (relation, right) = try takeSecondSide(after: leftRelation) {
      setBound(column, relation, right)
    } else if left == nil {
      throw failure("expected <=, >=, = or free after the variable")
    }
  }

  private mutating func setBound(_ column: Int, _ relation: Relation, _ value: Double) {
    if relation != .lessOrEqual { draft.columns[column].lower = value }
    if relation != .greaterOrEqual { draft.columns[column].upper = value }
  }

  /// The constant's own bound: `objective_constant = 1`.
  private mutating func skipConstant() throws {
    for _ in 0..<3 { try advance() }
  }
}

extension Relation {
  /// The same with its sides exchanged.
  fileprivate var mirrored: Relation {
    switch self {
    case .lessOrEqual: .greaterOrEqual
    case .equal: .equal
    case .greaterOrEqual: .lessOrEqual
    }
  }
}
