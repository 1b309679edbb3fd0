import Essentials

/// How a line becomes fields, and fields names and numbers.
extension MPSReader {
  /// The columns of the fixed format's fields, from 0.
  static let layout = [1..<3, 4..<12, 14..<22, 24..<36, 39..<47, 49..<61]

  /// Splits the current line: into its words, or into what stands in the columns of the fixed format.
  mutating func splitFields() throws {
    fields.removeAll(keepingCapacity: true)
    if isFixed { try splitFixedFields() } else { lines.appendWords(to: &fields) }
    // A comment begins with $, from the third field on, unless that is the name of a row.
    guard fields.count > 2 else { return }
    for place in 2..<fields.count where text.bytes[fields[place].lowerBound] == UInt8(ascii: "$") {
      guard rowNames.number(of: fields[place]) == nil else { continue }
      fields.removeSubrange(place...)
      return
    }
  }

  /// - Throws: `OutsideFailure` where something stands between the columns of the fields, which would be cut off.
  private mutating func splitFixedFields() throws {
    let start = lines.range.lowerBound
    var end = lines.range.upperBound
    for column in [14, 39] where start + column < end && text.bytes[start + column] == UInt8(ascii: "$") {
      end = start + column
    }
    var place = start
    for columns in MPSReader.layout {
      let field = min(start + columns.lowerBound, end)..<min(start + columns.upperBound, end)
      try checkBlank(place..<field.lowerBound)
      place = field.upperBound
      guard let first = field.first(where: { !text.bytes[$0].isBlank }),
        let last = field.last(where: { !text.bytes[$0].isBlank })
      else { continue }
      fields.append(first..<last + 1)
    }
    try checkBlank(place..<end)
  }

  private func checkBlank(_ range: Range<Int>) throws {
    guard text.bytes[range].allSatisfy(\.isBlank) else {
      throw failure("expected blanks between the columns of the fixed format's fields")
    }
  }

  /// The row that a field names, as the file counts them.
  func row(_ field: Range<Int>) throws -> Int {
    guard let row = rowNames.number(of: field) else { throw failure("expected a row, got \(text.quoted(field))") }
    return row
  }

  /// The column that a field names.
  func column(_ field: Range<Int>) throws -> Int {
    guard let column = draft.columnNames.number(of: field) else {
      throw failure("expected a column, got \(text.quoted(field))")
    }
    return column
  }

  /// A number that is an infinity from 1e20 on, as all solvers have it.
  func limit(_ field: Range<Int>) throws -> Double {
    guard let value = FileNumber.signed(in: text.bytes, field) else {
      throw failure("expected a number, got \(text.quoted(field))")
    }
    return Model.orInfinite(value)
  }

  /// A finite number.
  func number(_ field: Range<Int>) throws -> Double {
    guard let value = FileNumber.signed(in: text.bytes, field), value.isFinite else {
      throw failure("expected a finite number, got \(text.quoted(field))")
    }
    return value
  }

  /// Whether a line's set is the first of its section. A line without a set's name belongs to it; but where the first
  /// lines have none, readers disagree about lines that have one.
  mutating func isOfFirstSet(_ name: Range<Int>?) throws -> Bool {
    guard let first = setNames[section] else {
      setNames[section] = .some(name)
      return true
    }
    guard let name else { return true }
    guard let first else {
      throw failure("expected lines without a set's name as before, got \(text.quoted(name))")
    }
    if text.areEqual(first, name) { return true }
    let ignored = "\(section.rawValue) \(text.string(name))"
    if ignoredSets.insert(ignored).inserted {
      draft.warn(lines.number, "set \(ignored) does not count: only the first one, \(text.string(first)), does")
    }
    return false
  }
}
