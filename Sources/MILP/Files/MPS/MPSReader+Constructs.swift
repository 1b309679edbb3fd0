import Essentials

/// Special ordered sets and indicators.
extension MPSReader {
  /// Reads a line of a set: `S1 name [priority]`, in lp_solve's dialect `S1 SOS name priority`; or a member: `column
  /// [weight]`, in the dialect of Xpress `set column [weight]`.
  mutating func readSet() throws {
    if let type = setType() {
      let name = fields.count > 3 ? fields[2] : fields.count > 1 ? fields[1] : nil
      if fields.count > 2 { _ = try number(fields[fields.count - 1]) }
      guard fields.count <= 4 else { throw failure("expected S1 or S2 and a set's name, got \(quotedFields())") }
      draft.sets.append(ModelDraft.Set(type: type, name: name, line: lines.number))
      return
    }
    guard !draft.sets.isEmpty else { throw failure("expected S1 or S2, got \(quotedFields())") }
    var first = fields.count == 3 ? 1 : 0
    if fields.count == 2, FileNumber.signed(in: text.bytes, fields[1]) == nil { first = 1 }
    guard fields.count <= 3 else { throw failure("expected a column and its weight, got \(quotedFields())") }
    let column = try column(fields[first])
    let weight = first + 1 < fields.count ? try number(fields[first + 1]) : nil
    draft.sets[draft.sets.count - 1].members.append((column, weight))
  }

  /// The type of the set that begins with this line; nil if it is a member. A column that is called S1 stands where names
  /// do, from the fifth place of the line on.
  private func setType() -> SpecialOrderedSet.SetType? {
    let isName = fields[0].lowerBound - lines.range.lowerBound >= 4 && draft.columnNames.number(of: fields[0]) != nil
    return switch text.capitals(fields[0]) {
    case "S1" where !isName: .one
    case "S2" where !isName: .two
    default: nil
    }
  }

  /// Reads `IF row column value`.
  mutating func readIndicator() throws {
    guard fields.count == 4, text.capitals(fields[0]) == "IF" else {
      throw failure("expected IF, a row, a column and 0 or 1, got \(quotedFields())")
    }
    let row = try row(fields[1])
    let column = try column(fields[2])
    let value = try number(fields[3])
    guard row != objective, value == 0 || value == 1 else {
      throw failure("expected IF, a row, a column and 0 or 1, got \(quotedFields())")
    }
    draft.rows[draftRows[row]].condition = (column, Int(value))
    draft.rows[draftRows[row]].line = lines.number
  }
}
