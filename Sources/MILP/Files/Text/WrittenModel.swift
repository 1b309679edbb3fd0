import Essentials

/// What a file has of a model: nothing that was removed, indicators as rows under a condition, and names that are different
/// and spelled as the format allows.
struct WrittenModel {
  /// A row of the model, or that of an indicator.
  struct Row {
    var lower: Double
    var upper: Double
    var columns: ArraySlice<Int32>
    var coefficients: ArraySlice<Double>
    /// The binary column and its value with which the row must hold; nil if it always must.
    var condition: (column: Int, value: Int)?
  }

  let model: Model
  /// The columns that are not removed, in order.
  let columns: [Int]
  /// Names by column.
  let columnNames: WrittenNames
  /// The rows that are not removed, and after them those of indicators.
  let rows: [Row]
  /// Names by place in `rows`, then one for each of `secondHalves`.
  let rowNames: WrittenNames
  /// For rows with two sides, where `rowNames` has a name for the second one.
  let secondHalves: [Int: Int]
  let sets: [SpecialOrderedSet]
  let setNames: WrittenNames
  /// All names that a row or a column has.
  let names: Set<String>

  /// - Parameters:
  ///   - rules: what names must be like.
  ///   - splitsRanges: whether rows with two sides become two.
  init(_ model: Model, _ rules: NameRules, splitsRanges: Bool) {
    self.model = model
    columns = (0..<model.columnCount).filter { !model.isRemoved(column: $0) }
    let columnNames = rules.unique((0..<model.columnCount).map(model.columnName), letter: "x", areColumns: true)
    var rows: [Row] = []
    var names: [String] = []
    for row in 0..<model.rowCount where !model.isRemoved(row: row) {
      let entries = model.rowStarts[row]..<model.rowStarts[row + 1]
      rows.append(
        Row(
          lower: model.rowLower[row], upper: model.rowUpper[row], columns: model.columnIndices[entries],
          coefficients: model.coefficients[entries]))
      names.append(model.rowName(row))
    }
    for (name, indicator) in model.indicators {
      rows.append(
        Row(
          lower: indicator.bounds.lower, upper: indicator.bounds.upper, columns: indicator.columns[...],
          coefficients: indicator.coefficients[...], condition: (indicator.binary, indicator.value)))
      names.append(name)
    }
    var secondHalves: [Int: Int] = [:]
    if splitsRanges {
      for (place, row) in rows.enumerated() where row.lower.isFinite && row.upper.isFinite && row.lower != row.upper {
        secondHalves[place] = names.count
        names.append(names[place])
      }
    }
    names = rules.unique(names, letter: "r")
    let setNames = rules.unique(model.specialOrderedSets.map(\.name), letter: "s")
    (self.columnNames, self.rowNames, self.setNames) = (
      WrittenNames(columnNames), WrittenNames(names), WrittenNames(setNames)
    )
    (self.rows, self.secondHalves) = (rows, secondHalves)
    sets = model.specialOrderedSets.map(\.set)
    self.names = Set(columnNames).union(names)
  }

  /// A name that no row and no column has: `base` itself or with underscores.
  func freeName(_ base: String) -> String {
    var name = base
    while names.contains(name) { name += "_" }
    return name
  }
}
