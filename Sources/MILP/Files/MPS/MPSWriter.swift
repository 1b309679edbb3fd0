import Essentials

/// Writes free MPS.
///
/// There is no OBJSENSE section, since GLPK refuses files with one: a maximised objective is written with the opposite
/// sign, and a comment that `MPSReader` understands tells so. The objective's constant becomes a variable fixed at 1,
/// since readers disagree about the sign of one in the right-hand sides; `MPSReader` turns it back. Names are chosen so
/// that no reader takes them for something else.
struct MPSWriter {
  static let comment = "* vnnlua"
  static let maximizeComment = "* vnnlua: maximize, the objective is negated"

  private let model: Model
  private let written: WrittenModel
  private let objective = "obj"
  private var text = TextBuffer()

  /// The text of a file with `model`.
  ///
  /// - Throws: `Misuse` for crossed row bounds, which the format cannot say.
  static func bytes(of model: Model) throws -> [UInt8] {
    var writer = MPSWriter(model)
    try writer.writeRows()
    writer.writeColumns()
    writer.writeSides()
    writer.writeBounds()
    writer.writeConstructs()
    writer.text.append("ENDATA\n")
    return writer.text.bytes
  }

  private init(_ model: Model) {
    self.model = model
    written = WrittenModel(model, .mps, splitsRanges: false)
    text.append((model.objectiveSense == .maximize ? MPSWriter.maximizeComment : MPSWriter.comment) + "\n")
    text.append("NAME \(NameRules.withoutBlanks(model.name))\n")
  }

  /// The type of a row with its right side and its range, from which the same bounds are read wherever Float64 allows it.
  private func sides(_ row: WrittenModel.Row) -> (type: String, right: Double, range: Double?) {
    let (lower, upper) = (row.lower, row.upper)
    if lower == upper { return ("E", upper, nil) }
    guard lower.isFinite, upper.isFinite else {
      return upper.isFinite ? ("L", upper, nil) : lower.isFinite ? ("G", lower, nil) : ("N", 0, nil)
    }
    let width = upper - lower
    for range in [width, width.nextDown, width.nextUp] {
      if upper - range == lower { return ("L", upper, range) }
      if lower + range == upper { return ("G", lower, range) }
    }
    return ("L", upper, width)
  }

  private mutating func writeRows() throws {
    text.append("ROWS\n N \(objective)\n")
    for (number, row) in written.rows.enumerated() {
      guard row.lower <= row.upper else {
        let name = String(decoding: written.rowNames[number], as: UTF8.self)
        throw Misuse("write: row \(name): expected bounds in order, got \(row.lower) above \(row.upper)")
      }
      text.append(" \(sides(row).type) ")
      text.append(written.rowNames[number])
      text.endLine()
    }
  }

  private mutating func writeColumns() {
    text.append("COLUMNS\n")
    let sign = model.objectiveSense == .minimize ? 1.0 : -1.0
    let entries = columnEntries()
    var isInsideIntegers = false
    for column in written.columns {
      if model.domain(column).kind.isIntegral != isInsideIntegers { mark(&isInsideIntegers) }
      let range = entries.starts[column]..<entries.starts[column + 1]
      let cost = model.objectiveCoefficients[column]
      var isFirst = true
      // A column without any entry must appear all the same.
      if cost != 0 || range.isEmpty { add(objective.utf8, sign * cost, of: column, &isFirst) }
      for place in range {
        add(written.rowNames[Int(entries.rows[place])], entries.values[place], of: column, &isFirst)
      }
      if !isFirst { text.endLine() }
    }
    if isInsideIntegers { mark(&isInsideIntegers) }
    if model.objectiveConstant != 0 {
      entry(NameRules.constant.utf8, objective.utf8, sign * model.objectiveConstant)
    }
  }

  private mutating func mark(_ isInsideIntegers: inout Bool) {
    isInsideIntegers.toggle()
    text.append(" MARKER 'MARKER' '\(isInsideIntegers ? "INTORG" : "INTEND")'\n")
  }

  /// An entry of a column, two of which stand in a line.
  private mutating func add(_ row: some Collection<UInt8>, _ value: Double, of column: Int, _ isFirst: inout Bool) {
    if isFirst {
      text.append(" ")
      text.append(written.columnNames[column])
    }
    text.append(" ")
    text.append(row)
    text.append(" ")
    text.append(value)
    if !isFirst { text.endLine() }
    isFirst.toggle()
  }

  private mutating func entry(_ a: some Collection<UInt8>, _ b: some Collection<UInt8>, _ value: Double) {
    text.append(" ")
    text.append(a)
    text.append(" ")
    text.append(b)
    text.append(" ")
    text.append(value)
    text.endLine()
  }

  /// The entries column by column.
  private func columnEntries() -> (starts: [Int], rows: [Int32], values: [Double]) {
    var starts = [Int](repeating: 0, count: model.columnCount + 1)
    for row in written.rows { for column in row.columns { starts[Int(column) + 1] += 1 } }
    for column in 0..<model.columnCount { starts[column + 1] += starts[column] }
    var next = starts
    var rows = [Int32](repeating: 0, count: starts[model.columnCount])
    var values = [Double](repeating: 0, count: starts[model.columnCount])
    for (number, row) in written.rows.enumerated() {
      for (column, value) in zip(row.columns, row.coefficients) {
        let place = next[Int(column)]
        next[Int(column)] += 1
        (rows[place], values[place]) = (Int32(number), value)
      }
    }
    return (starts, rows, values)
  }

  private mutating func writeSides() {
    let (rightName, rangeName) = (written.freeName("RHS"), written.freeName("RNG"))
    let sides = written.rows.map(sides)
    text.append("RHS\n")
    for (number, side) in sides.enumerated() where side.right != 0 {
      entry(rightName.utf8, written.rowNames[number], side.right)
    }
    guard sides.contains(where: { $0.range != nil }) else { return }
    text.append("RANGES\n")
    for (number, side) in sides.enumerated() {
      if let range = side.range { entry(rangeName.utf8, written.rowNames[number], range) }
    }
  }

  private mutating func writeBounds() {
    text.append("BOUNDS\n")
    let name = written.freeName("BND")
    for column in written.columns { writeBounds(column, name) }
    if model.objectiveConstant != 0 { text.append(" FX \(name) \(NameRules.constant) 1\n") }
  }

  private mutating func writeBounds(_ column: Int, _ name: String) {
    let (kind, lower, upper) = model.domain(column)
    func line(_ type: String, _ value: Double? = nil) {
      text.append(" \(type) \(name) ")
      text.append(written.columnNames[column])
      if let value {
        text.append(" ")
        text.append(value)
      }
      text.endLine()
    }
    if kind.isSemicontinuous {
      if lower.isFinite { line("LO", lower) } else { line("MI") }
      // A semicontinuous column has its upper bound in the same line; one this large is none.
      line(kind == .semiinteger ? "SI" : "SC", upper.isFinite ? upper : 1e30)
      return
    }
    switch (lower.isFinite, upper.isFinite) {
    case (true, true) where kind == .binary && lower == 0 && upper == 1: line("BV")
    case (true, true) where lower == upper: line("FX", lower)
    case (true, true):
      // Readers disagree about a negative upper bound after an unwritten lower bound of 0.
      line("LO", lower)
      line("UP", upper)
    case (true, false):
      if lower != 0 { line("LO", lower) }
      // Some readers take integers without an upper bound for binaries.
      if kind.isIntegral { line("PL") }
    case (false, true):
      line("MI")
      line("UP", upper)
    case (false, false): line("FR")
    }
  }

  private mutating func writeConstructs() {
    if !written.sets.isEmpty { text.append("SOS\n") }
    for (number, set) in written.sets.enumerated() {
      text.append(" S\(set.type.rawValue) ")
      text.append(written.setNames[number])
      text.endLine()
      for (column, weight) in zip(set.columns, set.weights) {
        text.append("    ")
        text.append(written.columnNames[column])
        text.append(" ")
        text.append(weight)
        text.endLine()
      }
    }
    guard written.rows.contains(where: { $0.condition != nil }) else { return }
    text.append("INDICATORS\n")
    for (number, row) in written.rows.enumerated() {
      guard let condition = row.condition else { continue }
      text.append(" IF ")
      text.append(written.rowNames[number])
      text.append(" ")
      text.append(written.columnNames[condition.column])
      text.append(" \(condition.value)\n")
    }
  }
}
