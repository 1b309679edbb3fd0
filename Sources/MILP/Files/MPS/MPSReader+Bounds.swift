import Essentials

/// Bounds, and what they say of a column's kind.
extension MPSReader {
  private enum BoundType: String, CaseIterable {
    case lower = "LO", upper = "UP", fixed = "FX", free = "FR", minusInfinity = "MI", plusInfinity = "PL"
    case binary = "BV", integerLower = "LI", integerUpper = "UI", semicontinuous = "SC", semiinteger = "SI"

    var hasValue: Bool {
      switch self {
      case .free, .minusInfinity, .plusInfinity, .binary: false
      default: true
      }
    }
  }

  mutating func readBound() throws {
    guard let type = BoundType(rawValue: text.capitals(fields[0])) else {
      let known = BoundType.allCases.map(\.rawValue).joined(separator: " ")
      throw failure("expected a type of bound of \(known), got \(text.quoted(fields[0]))")
    }
    // The name of the set may be left out, and a value may be there that means nothing.
    func isColumn(_ place: Int) -> Bool { draft.columnNames.number(of: fields[place]) != nil }
    let hasSet = type.hasValue ? fields.count > 3 : fields.count > 2 && (isColumn(2) || !isColumn(1))
    let place = hasSet ? 2 : 1
    guard fields.count > place + (type.hasValue ? 1 : 0), fields.count <= place + 2 else {
      throw failure("expected a type of bound, a column and a number, got \(quotedFields())")
    }
    guard try isOfFirstSet(hasSet ? fields[1] : nil) else { return }
    let column = try column(fields[place])
    draft.columns[column].line = lines.number
    let value = type.hasValue ? try limit(fields[place + 1]) : 0
    switch type {
    case .lower: try setLower(column, value)
    case .upper: try setUpper(column, value)
    case .fixed:
      try setLower(column, value)
      try setUpper(column, value)
    case .free:
      try setLower(column, -.infinity)
      try setUpper(column, .infinity)
    case .minusInfinity: try setLower(column, -.infinity)
    case .plusInfinity: try setUpper(column, .infinity)
    // Programs write it beside other bounds.
    case .binary: (draft.columns[column].isBinary, draft.columns[column].isInteger) = (true, true)
    case .integerLower:
      draft.columns[column].isInteger = true
      try setLower(column, value)
    case .integerUpper:
      draft.columns[column].isInteger = true
      try setUpper(column, value)
    case .semicontinuous, .semiinteger:
      if type == .semiinteger { draft.columns[column].isInteger = true }
      draft.columns[column].isSemicontinuous = true
      guard value != 0 else { throw failure("expected the upper bound of a semicontinuous column, got 0") }
      try setUpper(column, value)
    }
  }

  private mutating func setLower(_ column: Int, _ value: Double) throws {
    try checkOnce(draft.columns[column].lower, value, "lower", column)
    draft.columns[column].lower = value
  }

  private mutating func setUpper(_ column: Int, _ value: Double) throws {
    try checkOnce(draft.columns[column].upper, value, "upper", column)
    draft.columns[column].upper = value
  }

  /// Some readers take the first of two bounds, and some the last.
  private func checkOnce(_ old: Double?, _ new: Double, _ what: String, _ column: Int) throws {
    guard let old, old != new else { return }
    let name = draft.columnNames[column]
    let (first, second) = (FileNumber.text(old), FileNumber.text(new))
    throw failure("expected one \(what) bound of \(name), got \(second) after \(first)")
  }

  /// What the format means by bounds that are not there.
  mutating func finishColumns() throws {
    for number in draft.columns.indices {
      let column = draft.columns[number]
      if column.isInteger, column.lower == nil, column.upper == nil { draft.columns[number].upper = 1 }
      if let upper = column.upper, upper < 0, column.lower == nil, !column.isBinary {
        draft.columns[number].lower = -.infinity
        let name = draft.columnNames[number]
        draft.warn(column.line, "\(name) has no lower bound, since its upper one is negative and no other is written")
      }
    }
  }
}
