import Essentials

extension Model {
  /// Removes rows; nothing happens to those that are gone already. Their places stay empty, so that the handles of all
  /// others, and points, stay what they are: a removed row has no entries and no bounds.
  public func remove(_ constraints: [Constraint]) throws {
    try checkMayChange("remove")
    let rows = try constraints.map { try row(of: $0, for: "remove") }
    try checkOutsideBlocks(rows, "remove")
    removeRows(rows)
  }

  /// Removes variables that no row, no construct and no objective has any more. Their places stay empty, as those of rows do: a removed
  /// column is fixed at 0.
  ///
  /// - Throws: `Misuse` naming a variable and what still uses it; nothing is removed then.
  public func remove(_ variables: [Variable]) throws {
    try checkMayChange("remove")
    let columns = try variables.map { try column(of: $0, for: "remove") }
    for (_, block) in blocks {
      if let column = columns.first(where: block.columns.contains) {
        throw Misuse("remove: \(columnName(column)) belongs to block \"\(block.name)\": expected Block:remove()")
      }
    }
    try checkUnused(columns)
    removeColumns(columns)
  }

  /// Whether a column's variable was removed.
  public func isRemoved(column: Int) -> Bool { removedColumns.contains(column) }

  /// Whether a row was removed.
  public func isRemoved(row: Int) -> Bool { removedRows.contains(row) }

  /// - Throws: `Misuse` naming one of `columns` and a row, or the objective, that has it.
  /// - Parameter rows: rows that do not count.
  package func checkUnused(_ columns: [Int], except rows: Set<Int> = []) throws {
    if let column = columns.first(where: { objectiveCoefficients[$0] != 0 }) {
      throw Misuse("remove: \(columnName(column)): the objective still uses it")
    }
    let wanted = Set(columns)
    for row in 0..<rowCount where !rows.contains(row) {
      for entry in rowStarts[row]..<rowStarts[row + 1] where wanted.contains(Int(columnIndices[entry])) {
        throw Misuse("remove: \(columnName(Int(columnIndices[entry]))): row \(rowName(row)) still uses it")
      }
    }
    for construct in constructs {
      if let column = construct.columns.first(where: wanted.contains) {
        throw Misuse("remove: \(columnName(column)): \(try name(of: construct)) still uses it")
      }
    }
  }

  /// - Throws: `Misuse` naming the block that one of `rows` belongs to.
  func checkOutsideBlocks(_ rows: some Collection<Int>, _ operation: String) throws {
    let touched = Set(rows)
    guard !touched.isEmpty else { return }
    for (_, block) in blocks {
      if let row = block.rows.first(where: touched.contains) {
        throw Misuse("\(operation): row \(rowName(row)) belongs to block \"\(block.name)\": expected Block:remove()")
      }
    }
  }

  package func removeRows(_ rows: [Int]) {
    let gone = Set(rows)
    guard !gone.isEmpty else { return }
    var starts = [0]
    starts.reserveCapacity(rowStarts.count)
    var indices: [Int32] = []
    var values: [Double] = []
    indices.reserveCapacity(entryCount)
    values.reserveCapacity(entryCount)
    for row in 0..<rowCount {
      if !gone.contains(row) {
        indices += columnIndices[rowStarts[row]..<rowStarts[row + 1]]
        values += coefficients[rowStarts[row]..<rowStarts[row + 1]]
      }
      starts.append(indices.count)
    }
    (rowStarts, columnIndices, coefficients) = (starts, indices, values)
    for row in gone {
      (rowLower[row], rowUpper[row]) = (-.infinity, .infinity)
      rowNames.set("removed\(row + 1)", at: row)
    }
    removedRows.formUnion(gone)
    // Positions remembered for the moved entries would lie in the wrong row.
    for column in lastPosition.indices { lastPosition[column] = 0 }
  }

  package func removeColumns(_ columns: [Int]) {
    for column in columns {
      (columnLower[column], columnUpper[column]) = (0, 0)
      kinds[column] = .continuous
      thresholds[column] = nil
      boundsBeforeFixing[column] = nil
      columnNames.set("removed\(column + 1)", at: column)
    }
    removedColumns.formUnion(columns)
  }
}
