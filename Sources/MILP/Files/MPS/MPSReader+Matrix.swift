import Essentials

/// Rows, columns, right sides and ranges.
extension MPSReader {
  mutating func readRow() throws {
    guard fields.count == 2, let type = RowType(rawValue: text.capitals(fields[0])) else {
      throw failure("expected N, L, G or E and a row's name, got \(quotedFields())")
    }
    let (row, isNew) = rowNames.add(fields[1])
    guard isNew else { throw failure("expected different row names, got \(text.quoted(fields[1])) twice") }
    rowTypes.append(type)
    if type == .free, isObjective(fields[1]) {
      objective = row
      draftRows.append(-1)
      return
    }
    draftRows.append(draft.rows.count)
    draft.rows.append(
      ModelDraft.Row(
        name: fields[1], lower: type == .free || type == .upper ? -.infinity : 0,
        upper: type == .free || type == .lower ? .infinity : 0, line: lines.number))
  }

  /// Whether a free row is the objective: the one that OBJNAME names, or else the first.
  private func isObjective(_ name: Range<Int>) -> Bool {
    guard let objectiveName else { return objective == nil }
    return text.areEqual(objectiveName.name, name)
  }

  /// Throws if OBJNAME names no free row.
  func checkObjective() throws {
    guard let objectiveName, objective == nil else { return }
    throw text.failure(objectiveName.line, "expected a row of type N, got \(text.quoted(objectiveName.name))")
  }

  mutating func readColumn() throws {
    if fields.count == 3, text.bytes[fields[1].lowerBound] == UInt8(ascii: "'"), text.capitals(fields[1]) == "'MARKER'"
    {
      switch text.capitals(fields[2]) {
      case "'INTORG'": isInsideIntegers = true
      case "'INTEND'": isInsideIntegers = false
      default: throw failure("expected 'INTORG' or 'INTEND', got \(text.quoted(fields[2]))")
      }
      return
    }
    // In the fixed format the place of the name may be blank, which stands for the one before.
    let isNameBlank = isFixed && fields[0].lowerBound - lines.range.lowerBound >= MPSReader.layout[2].lowerBound
    if isNameBlank, !draft.columns.isEmpty { fields.insert(columnField, at: 0) }
    guard fields.count >= 3, fields.count % 2 == 1 else {
      throw failure("expected a column, and rows with numbers, got \(quotedFields())")
    }
    columnField = fields[0]
    if draft.columns.isEmpty || !draft.columnNames.isName(draft.columns.count - 1, at: fields[0]) {
      guard draft.columnNames.add(fields[0]).isNew else {
        throw failure("expected all lines of a column together, got \(text.quoted(fields[0])) again")
      }
      var column = ModelDraft.Column()
      (column.isInteger, column.line) = (isInsideIntegers, lines.number)
      draft.columns.append(column)
    }
    let column = draft.columns.count - 1
    for place in stride(from: 1, to: fields.count, by: 2) {
      let row = try row(fields[place])
      let value = try number(fields[place + 1])
      guard entries.isFirst(row: row, column: column) else {
        throw failure(
          "expected one number of \(text.quoted(fields[0])) in row \(text.quoted(fields[place])), got another")
      }
      if row == objective {
        draft.columns[column].cost = value
      } else {
        entries.append(row: draftRows[row], column: column, value)
      }
    }
  }

  /// Reads `[set] name value [name value]`.
  mutating func readPairs(_ set: (inout MPSReader, Range<Int>, Range<Int>) throws -> Void) throws {
    let first = fields.count % 2
    guard fields.count > first else { throw failure("expected a row and a number, got \(quotedFields())") }
    guard try isOfFirstSet(first == 1 ? fields[0] : nil) else { return }
    for place in stride(from: first, to: fields.count, by: 2) { try set(&self, fields[place], fields[place + 1]) }
  }

  mutating func setRight(_ name: Range<Int>, _ field: Range<Int>) throws {
    let row = try row(name)
    let value = try limit(field)
    guard rightSides.insert(row).inserted else {
      throw failure("expected one right side of row \(text.quoted(name)), got another")
    }
    guard row != objective else {
      guard value.isFinite else { throw failure("expected a finite number, got \(text.quoted(field))") }
      draft.constant = -value
      return
    }
    let place = draftRows[row]
    switch rowTypes[row] {
    case .upper where value > -.infinity: draft.rows[place].upper = value
    case .lower where value < .infinity: draft.rows[place].lower = value
    case .equality where value.isFinite: (draft.rows[place].lower, draft.rows[place].upper) = (value, value)
    case .free: break
    default: throw failure("expected a right side that row \(text.quoted(name)) can have, got \(text.quoted(field))")
    }
  }

  mutating func setRange(_ name: Range<Int>, _ field: Range<Int>) throws {
    let row = try row(name)
    let value = try limit(field)
    guard rangedRows.insert(row).inserted else {
      throw failure("expected one range of row \(text.quoted(name)), got another")
    }
    let type = rowTypes[row]
    guard type != .free else {
      return draft.warn(lines.number, "the range of row \(text.string(name)), which has no bounds, does not count")
    }
    let place = draftRows[row]
    if type == .upper || (type == .equality && value < 0) {
      draft.rows[place].lower = draft.rows[place].upper - abs(value)
    } else {
      draft.rows[place].upper = draft.rows[place].lower + abs(value)
    }
  }
}
