import Essentials

/// Writes free MPS.
///
/// There is no OBJSENSE section, since GLPK refuses files with one: a maximised objective is written with the opposite
/// sign, and a comment that `MPSReader` understands tells so. The objective's constant becomes a variable fixed at 1,
/// since readers disagree about the sign of one in the right-hand sides; `MPSReader` turns it back.
enum MPSWriter {
  static let comment = "* vnnlua"
  static let maximizeComment = "* vnnlua: maximize, the objective is negated"

  static func text(_ model: Model) throws -> String {
    let columns = model.columnNames.uniqueNames(model.columnCount, avoiding: [LPWriter.constantName])
    let objective = "obj"
    let rows = model.rowNames.uniqueNames(model.rowCount, avoiding: [objective])
    let sign = model.objectiveSense == .minimize ? 1.0 : -1.0
    var text = (model.objectiveSense == .maximize ? maximizeComment : comment) + "\n"
    text += "NAME \(NameTable.withoutBlanks(model.name))\nROWS\n N \(objective)\n"
    var right: [(String, Double)] = []
    var ranges: [(String, Double)] = []
    for row in 0..<model.rowCount {
      let (lower, upper) = (model.rowLower[row], model.rowUpper[row])
      guard lower <= upper else {
        throw Misuse("write: row \(rows[row]): expected bounds in order, got \(lower) above \(upper)")
      }
      let type = lower == upper ? "E" : upper.isFinite ? "L" : lower.isFinite ? "G" : "N"
      text += " \(type) \(rows[row])\n"
      if type != "N" { right.append((rows[row], upper.isFinite ? upper : lower)) }
      if type == "L", lower.isFinite { ranges.append((rows[row], upper - lower)) }
    }
    text += "COLUMNS\n"
    appendColumns(model, columns, rows, objective, sign, to: &text)
    if model.objectiveConstant != 0 {
      text += " \(LPWriter.constantName) \(objective) \(sign * model.objectiveConstant)\n"
    }
    text += "RHS\n"
    for (name, value) in right where value != 0 { text += " RHS \(name) \(value)\n" }
    if !ranges.isEmpty { text += "RANGES\n" }
    for (name, value) in ranges { text += " RNG \(name) \(value)\n" }
    text += "BOUNDS\n"
    for column in 0..<model.columnCount { appendBounds(model, column, columns[column], to: &text) }
    if model.objectiveConstant != 0 { text += " FX BND \(LPWriter.constantName) 1\n" }
    return text + "ENDATA\n"
  }

  private static func appendColumns(
    _ model: Model, _ columns: [String], _ rows: [String], _ objective: String, _ sign: Double, to text: inout String
  ) {
    var entries = [[(row: Int, value: Double)]](repeating: [], count: model.columnCount)
    for row in 0..<model.rowCount {
      for entry in model.rowStarts[row]..<model.rowStarts[row + 1] {
        entries[Int(model.columnIndices[entry])].append((row, model.coefficients[entry]))
      }
    }
    var isInsideIntegers = false
    func mark(_ isIntegral: Bool) {
      guard isIntegral != isInsideIntegers else { return }
      text += " MARKER 'MARKER' '\(isIntegral ? "INTORG" : "INTEND")'\n"
      isInsideIntegers = isIntegral
    }
    for column in 0..<model.columnCount {
      mark(model.kinds[column].isIntegral)
      // A column without any entry must appear all the same.
      if model.objectiveCoefficients[column] != 0 || entries[column].isEmpty {
        text += " \(columns[column]) \(objective) \(sign * model.objectiveCoefficients[column])\n"
      }
      for (row, value) in entries[column] { text += " \(columns[column]) \(rows[row]) \(value)\n" }
    }
    mark(false)
  }

  private static func appendBounds(_ model: Model, _ column: Int, _ name: String, to text: inout String) {
    let (lower, upper) = (model.columnLower[column], model.columnUpper[column])
    let isIntegral = model.kinds[column].isIntegral
    func line(_ type: String, _ value: Double? = nil) {
      text += " \(type) BND \(name)\(value.map { " \($0)" } ?? "")\n"
    }
    switch (lower.isFinite, upper.isFinite) {
    case (true, true) where model.kinds[column] == .binary && lower == 0 && upper == 1: line("BV")
    case (true, true) where lower == upper: line("FX", lower)
    case (true, true):
      // Readers disagree about a negative upper bound after an unwritten lower bound of 0.
      line("LO", lower)
      line("UP", upper)
    case (true, false):
      if lower != 0 { line("LO", lower) }
      // Some readers take integers without an upper bound for binaries.
      if isIntegral { line("PL") }
    case (false, true):
      line("MI")
      line("UP", upper)
    case (false, false): line("FR")
    }
  }
}
