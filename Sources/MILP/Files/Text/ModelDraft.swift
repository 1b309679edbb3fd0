import Essentials

/// What a file says of a model before the model is made: in the order of the file, with the lines that said it.
struct ModelDraft {
  /// What is said of a variable.
  struct Column {
    /// The bounds that were given.
    var lower: Double?
    var upper: Double?
    var isInteger = false
    var isBinary = false
    var isSemicontinuous = false
    /// Its objective coefficient.
    var cost = 0.0
    /// The last line that spoke of its bounds or its kind.
    var line = 0
  }

  /// A row; its entries are those of `rowStarts` at the same place.
  struct Row {
    var name: Range<Int>?
    var lower = -Double.infinity
    var upper = Double.infinity
    /// The column that decides whether the row must hold, and with which value.
    var condition: (column: Int, value: Int)?
    /// The line of what may be wrong with it.
    var line = 0
  }

  /// A special ordered set.
  struct Set {
    var type: SpecialOrderedSet.SetType
    var name: Range<Int>?
    /// The members; a weight is nil where the file says none.
    var members: [(column: Int, weight: Double?)] = []
    var line = 0
  }

  var name = "model"
  var sense = ObjectiveSense.minimize
  var constant = 0.0
  var columnNames: NameIndex
  var columns: [Column] = []
  var rows: [Row] = []
  /// The entries, row by row.
  var rowStarts = [0]
  var entryColumns: [Int32] = []
  var entryValues: [Double] = []
  var sets: [Set] = []
  /// What was read in a way that may not be meant, in sentences with their lines.
  var warnings: [String] = []

  init(of text: FileText) { columnNames = NameIndex(text.bytes) }

  /// Notes what may not be meant.
  mutating func warn(_ line: Int, _ message: String) { warnings.append("line \(line): \(message)") }

  /// The model.
  ///
  /// - Throws: `OutsideFailure` with the line of what makes no model.
  func makeModel(of text: FileText) throws -> Model {
    let model = Model(name: name)
    model.warnings = warnings
    for (number, column) in columns.enumerated() { try add(column, number, to: model, text) }
    try model.setObjective(coefficients: columns.map(\.cost), constant: constant, sense)
    try addRows(to: model, text)
    for set in sets {
      let weights = set.members.compactMap(\.weight)
      guard weights.isEmpty || weights.count == set.members.count else {
        throw text.failure(set.line, "expected a weight for every member of the set, or for none")
      }
      try text.at(set.line) {
        try model.addSpecialOrderedSet(
          set.type, set.members.map { model.variable(at: $0.column) }, weights: weights.isEmpty ? nil : weights,
          name: set.name.map(text.string))
      }
    }
    return model
  }

  private func add(_ column: Column, _ number: Int, to model: Model, _ text: FileText) throws {
    let name = columnNames[number]
    var (lower, upper) = (column.lower ?? 0, column.upper ?? (column.isBinary ? 1 : .infinity))
    // Fractional bounds of integers mean the whole numbers between them.
    if column.isInteger || column.isBinary { (lower, upper) = (lower.rounded(.up), upper.rounded(.down)) }
    // A model takes them for none beside 0; in a file they are a mistake, of which each reader makes something else.
    if column.isSemicontinuous, lower > upper {
      throw text.failure(
        column.line, "bounds of \(name): expected lower <= upper beside 0, got [\(lower), \(upper)]")
    }
    if column.isBinary, lower < 0 || upper > 1 || column.isSemicontinuous {
      let kind =
        column.isSemicontinuous ? "a semicontinuous one" : "\(FileNumber.text(lower)) to \(FileNumber.text(upper))"
      throw text.failure(column.line, "expected bounds within 0 and 1 for the binary variable \(name), got \(kind)")
    }
    let kind: VariableKind =
      switch (column.isBinary, column.isInteger, column.isSemicontinuous) {
      case (true, _, _): .binary
      case (_, true, true): .semiinteger
      case (_, true, false): .integer
      case (_, false, true): .semicontinuous
      case (_, false, false): .continuous
      }
    try text.at(column.line) { try model.addVariable(name: name, kind: kind, lower: lower, upper: upper) }
  }

  private func addRows(to model: Model, _ text: FileText) throws {
    model.reserveRows(rows.count, entries: entryValues.count)
    for (number, row) in rows.enumerated() {
      let entries = rowStarts[number]..<rowStarts[number + 1]
      let name = row.name.map(text.string)
      try text.at(row.line) {
        if let condition = row.condition {
          try addIndicators(row, condition, entries, name, to: model)
        } else {
          try model.addRow(
            indices: Array(entryColumns[entries]), values: Array(entryValues[entries]), lower: row.lower,
            upper: row.upper,
            name: name)
        }
      }
    }
  }

  /// A row under a condition has one side, or two, which become two indicators.
  private func addIndicators(
    _ row: Row, _ condition: (column: Int, value: Int), _ entries: Range<Int>, _ name: String?, to model: Model
  ) throws {
    let left = LinearExpression(
      entryValues[entries], entryColumns[entries].map { model.variable(at: Int($0)) })
    let sides: [(Relation, Double)] =
      row.lower == row.upper
      ? [(.equal, row.lower)] : [(.lessOrEqual, row.upper), (.greaterOrEqual, row.lower)].filter(\.1.isFinite)
    for (relation, right) in sides {
      try model.addIndicator(
        model.variable(at: condition.column), is: condition.value, left, relation, right, name: name)
    }
  }
}
