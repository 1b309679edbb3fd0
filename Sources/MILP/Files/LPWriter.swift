/// Writes CPLEX's LP format as GLPK and HiGHS read it: a constant in the objective becomes a variable fixed at 1, and a
/// range two rows.
enum LPWriter {
  /// The variable that carries the objective's constant; `LPReader` turns it back.
  static let constantName = "objective_constant"

  static let comment = "\\ vnnlua"

  private static let reserved: Set<String> = [
    "free", "inf", "infinity", "st", "st.", "s.t.", "subject", "such", "bounds", "bound", "general", "generals", "gen",
    "integer", "integers", "int", "binary", "binaries", "bin", "end", "min", "max", "minimize", "maximize", "minimise",
    "maximise", "minimum", "maximum", "semi", "semis", "sos",
    "sos1", "sos2",
  ]

  static func text(_ model: Model) -> String {
    let columns = model.columnNames.uniqueNames(model.columnCount, avoiding: [constantName], spell: spell)
    let rows = model.rowNames.uniqueNames(2 * model.rowCount, avoiding: ["obj"], spell: spell)
    var text = "\(comment): \(NameTable.withoutBlanks(model.name))\n"
    text += model.objectiveSense == .minimize ? "Minimize\n" : "Maximize\n"
    var terms = (0..<model.columnCount).filter { model.objectiveCoefficients[$0] != 0 }
      .map { (model.objectiveCoefficients[$0], columns[$0]) }
    if model.objectiveConstant != 0 { terms.append((model.objectiveConstant, constantName)) }
    let first = columns.first ?? constantName
    text += " obj: \(sum(terms, orZero: first))\nSubject To\n"
    for row in 0..<model.rowCount {
      let left = sum(
        (model.rowStarts[row]..<model.rowStarts[row + 1]).map {
          (model.coefficients[$0], columns[Int(model.columnIndices[$0])])
        }, orZero: first)
      let (lower, upper) = (model.rowLower[row], model.rowUpper[row])
      if lower == upper {
        text += " \(rows[row]): \(left) = \(upper)\n"
        continue
      }
      // The names after the first `rowCount` are free for the second halves of ranges.
      if upper.isFinite { text += " \(rows[row]): \(left) <= \(upper)\n" }
      if lower.isFinite {
        text += " \(upper.isFinite ? rows[model.rowCount + row] : rows[row]): \(left) >= \(lower)\n"
      }
    }
    text += "Bounds\n"
    for column in 0..<model.columnCount where !model.isRemoved(column: column) {
      text += bounds(model, column, columns[column])
    }
    if model.objectiveConstant != 0 || model.columnCount == 0 { text += " \(constantName) = 1\n" }
    for (title, kind) in [("General", VariableKind.integer), ("Binary", .binary)] {
      let members = (0..<model.columnCount).filter { model.kinds[$0] == kind }
      if !members.isEmpty { text += "\(title)\n" + members.map { " \(columns[$0])\n" }.joined() }
    }
    return text + "End\n"
  }

  private static func sum(_ terms: [(Double, String)], orZero name: String) -> String {
    if terms.isEmpty { return "0 \(name)" }
    return terms.enumerated().map { number, term in
      // Lines have a limited length.
      let space = number == 0 ? "" : number % 6 == 0 ? "\n  " : " "
      return "\(space)\(term.0 < 0 ? "-" : "+") \(term.0.magnitude) \(term.1)"
    }.joined()
  }

  private static func bounds(_ model: Model, _ column: Int, _ name: String) -> String {
    let (lower, upper) = (model.columnLower[column], model.columnUpper[column])
    if model.kinds[column] == .binary, lower == 0, upper == 1 { return "" }
    if lower == -.infinity, upper == .infinity { return " \(name) free\n" }
    if lower == upper { return " \(name) = \(lower)\n" }
    let left = lower.isFinite ? "\(lower)" : "-inf"
    return upper.isFinite ? " \(left) <= \(name) <= \(upper)\n" : " \(name) >= \(left)\n"
  }

  /// A name that cannot be mistaken for a number, an operator or a keyword.
  private static func spell(_ name: String) -> String {
    var spelled = String(
      name.prefix(200).map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "_" })
    let startsLikeNumber =
      spelled.first?.isNumber == true || spelled.first == "e" || spelled.first == "E"
    if startsLikeNumber || reserved.contains(spelled.lowercased()) { spelled = "_" + spelled }
    return spelled
  }
}
