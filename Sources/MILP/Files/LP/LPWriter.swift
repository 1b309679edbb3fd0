/// Writes CPLEX's LP format as GLPK, HiGHS, SCIP and Gurobi read it: a constant in the objective becomes a variable fixed
/// at 1, a range two rows, and a row without bounds one that -1e30 bounds. Where the order in which variables come
/// first is not that of the columns, the objective has all of them.
struct LPWriter {
  static let comment = "\\ vnnlua"

  /// Longer lines are broken; readers take 560 bytes.
  private static let lineLimit = 400

  private let model: Model
  private let written: WrittenModel
  private var text = TextBuffer()

  /// The text of a file with `model`.
  static func bytes(of model: Model) -> [UInt8] {
    var writer = LPWriter(model)
    writer.writeObjective()
    writer.writeRows()
    writer.writeBounds()
    writer.writeKinds()
    writer.writeSets()
    writer.text.append("End\n")
    return writer.text.bytes
  }

  private init(_ model: Model) {
    self.model = model
    written = WrittenModel(model, .lp, splitsRanges: true)
    text.append("\(LPWriter.comment): \(NameRules.withoutBlanks(model.name))\n")
  }

  private mutating func writeObjective() {
    text.append(model.objectiveSense == .minimize ? "Minimize\n obj:" : "Maximize\n obj:")
    let hasConstant = model.objectiveConstant != 0 || written.columns.isEmpty
    let hasAll = hasConstant || !isOrderNatural
    for column in written.columns where hasAll || model.objectiveCoefficients[column] != 0 {
      term(model.objectiveCoefficients[column], written.columnNames[column])
    }
    if hasConstant { term(model.objectiveConstant, NameRules.constant.utf8) }
    text.endLine()
  }

  /// Whether the variables come first in the order of their columns, in an objective without zeros and the rows.
  private var isOrderNatural: Bool {
    var last = -1
    var hasCome = [Bool](repeating: false, count: model.columnCount)
    func isNext(_ column: Int) -> Bool {
      if hasCome[column] { return true }
      hasCome[column] = true
      defer { last = column }
      return column > last
    }
    for column in written.columns where model.objectiveCoefficients[column] != 0 { _ = isNext(column) }
    for row in written.rows {
      if let condition = row.condition, !isNext(condition.column) { return false }
      for column in row.columns where !isNext(Int(column)) { return false }
    }
    return written.columns.allSatisfy { hasCome[$0] }
  }

  private mutating func term(_ coefficient: Double, _ name: some Collection<UInt8>) {
    if text.lineLength > LPWriter.lineLimit {
      text.endLine()
      text.append(" ")
    }
    text.append(coefficient < 0 ? " - " : " + ")
    text.append(coefficient.magnitude)
    text.append(" ")
    text.append(name)
  }

  private mutating func writeRows() {
    text.append("Subject To\n")
    for (number, row) in written.rows.enumerated() {
      let isFree = row.lower == -.infinity && row.upper == .infinity
      if row.lower == row.upper {
        write(row, number, "=", row.upper)
      } else if isFree {
        write(row, number, ">=", -1e30)
      } else {
        if row.upper.isFinite { write(row, number, "<=", row.upper) }
        if row.lower.isFinite { write(row, written.secondHalves[number] ?? number, ">=", row.lower) }
      }
    }
  }

  private mutating func write(_ row: WrittenModel.Row, _ name: Int, _ relation: String, _ right: Double) {
    text.append(" ")
    text.append(written.rowNames[name])
    text.append(":")
    if let condition = row.condition {
      text.append(" ")
      text.append(written.columnNames[condition.column])
      text.append(" = \(condition.value) ->")
    }
    for (column, value) in zip(row.columns, row.coefficients) { term(value, written.columnNames[Int(column)]) }
    if row.columns.isEmpty {
      if let first = written.columns.first {
        term(0, written.columnNames[first])
      } else {
        term(0, NameRules.constant.utf8)
      }
    }
    text.append(" \(relation) ")
    text.append(right)
    text.endLine()
  }

  private mutating func writeBounds() {
    text.append("Bounds\n")
    for column in written.columns { writeBounds(column) }
    if model.objectiveConstant != 0 || written.columns.isEmpty { text.append(" \(NameRules.constant) = 1\n") }
  }

  private mutating func writeBounds(_ column: Int) {
    let (kind, lower, upper) = model.domain(column)
    if lower == 0, upper == (kind == .binary ? 1 : .infinity) { return }
    text.append(" ")
    if lower == upper || lower == -.infinity && upper == .infinity {
      text.append(written.columnNames[column])
      if lower == upper {
        text.append(" = ")
        text.append(lower)
      } else {
        text.append(" free")
      }
      return text.endLine()
    }
    // A lower bound of 0 is written, too: readers disagree about a negative upper one without it.
    if lower.isFinite { text.append(lower) } else { text.append("-inf") }
    text.append(" <= ")
    text.append(written.columnNames[column])
    if upper.isFinite {
      text.append(" <= ")
      text.append(upper)
    }
    text.endLine()
  }

  private mutating func writeKinds() {
    let sections: [(String, [VariableKind])] = [
      ("General", [.integer, .semiinteger]), ("Binary", [.binary]),
      ("Semi-continuous", [.semicontinuous, .semiinteger]),
    ]
    for (title, kinds) in sections {
      let members = written.columns.filter { kinds.contains(model.domain($0).kind) }
      if members.isEmpty { continue }
      text.append("\(title)\n")
      for column in members {
        text.append(" ")
        text.append(written.columnNames[column])
        text.endLine()
      }
    }
  }

  private mutating func writeSets() {
    if !written.sets.isEmpty { text.append("SOS\n") }
    for (number, set) in written.sets.enumerated() {
      text.append(" ")
      text.append(written.setNames[number])
      text.append(": S\(set.type.rawValue)::")
      for (column, weight) in zip(set.columns, set.weights) {
        if text.lineLength > LPWriter.lineLimit {
          text.endLine()
          text.append(" ")
        }
        text.append(" ")
        text.append(written.columnNames[column])
        text.append(":")
        text.append(weight)
      }
      text.endLine()
    }
  }
}
