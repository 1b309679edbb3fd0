import MILP

/// A model's rows as solvers get them: its own arrays where nothing is wrong with them, which costs one look at each
/// entry, and conditioned ones otherwise; see `ConditionedRow`.
struct ConditionedRows {
  private(set) var starts: [Int]
  private(set) var columns: [Int32]
  private(set) var values: [Double]
  private(set) var lower: [Double]
  private(set) var upper: [Double]
  /// What each row was multiplied by; nil if none was. Dual values must be multiplied by it.
  private(set) var scales: [Double]?
  /// What was done and what stays doubtful, in sentences.
  private(set) var warnings: [String] = []

  /// Looks through `model`, whose bounds must not be crossed.
  ///
  /// - Throws: `OutsideFailure` for an entry that no solver can treat rightly.
  init(_ model: Model) throws {
    starts = model.rowStarts
    columns = model.columnIndices
    values = model.coefficients
    lower = model.rowLower
    upper = model.rowUpper
    let doubtful = ConditionedRows.doubtfulRows(model)
    if !doubtful.isEmpty { try condition(doubtful, of: model) }
  }

  /// The row duals of the model from those of the rows here.
  func duals(_ duals: [Double]) -> [Double] {
    guard let scales else { return duals }
    return zip(duals, scales).map { $0 * $1 }
  }

  private static func doubtfulRows(_ model: Model) -> [Int] {
    var doubtful: [Int] = []
    model.coefficients.withUnsafeBufferPointer { values in
      model.rowStarts.withUnsafeBufferPointer { starts in
        for row in 0..<model.rowCount where starts[row] < starts[row + 1] {
          var smallest = Double.infinity
          var largest = 0.0
          for entry in starts[row]..<starts[row + 1] {
            let magnitude = values[entry].magnitude
            if magnitude < smallest { smallest = magnitude }
            if magnitude > largest { largest = magnitude }
          }
          if ConditionedRow.isNeeded(smallest: smallest, largest: largest) { doubtful.append(row) }
        }
      }
    }
    return doubtful
  }

  private static func hasUnboundedVariable(in rows: [Int], of model: Model) -> Bool {
    rows.contains { row in
      model.columnIndices[model.rowStarts[row]..<model.rowStarts[row + 1]].contains {
        model.columnLower[Int($0)].isInfinite || model.columnUpper[Int($0)].isInfinite
      }
    }
  }

  private mutating func condition(_ doubtful: [Int], of model: Model) throws {
    var (newColumns, newValues): ([Int32], [Double]) = ([], [])
    newColumns.reserveCapacity(columns.count)
    newValues.reserveCapacity(values.count)
    var newStarts = [0]
    newStarts.reserveCapacity(starts.count)
    var dropped = 0
    var largestDropped = 0.0
    var smallestKept = Double.infinity
    var next = doubtful[...]
    let implied = ConditionedRows.hasUnboundedVariable(in: doubtful, of: model) ? ImpliedBounds(model) : nil
    for row in 0..<model.rowCount {
      let entries = starts[row]..<starts[row + 1]
      if next.first == row {
        next = next.dropFirst()
        let result = try ConditionedRow(
          columns[entries], values[entries], lower: lower[row], upper: upper[row], of: model, implied: implied,
          name: "solve: row \(model.rowName(row))")
        newColumns += result.columns
        newValues += result.values
        (lower[row], upper[row]) = (result.lower, result.upper)
        if result.scale != 1 {
          if scales == nil { scales = [Double](repeating: 1, count: model.rowCount) }
          scales?[row] = result.scale
        }
        dropped += result.droppedCount
        largestDropped = max(largestDropped, result.largestDropped)
        smallestKept = min(smallestKept, result.smallestKept ?? .infinity)
      } else {
        newColumns += columns[entries]
        newValues += values[entries]
      }
      newStarts.append(newColumns.count)
    }
    (starts, columns, values) = (newStarts, newColumns, newValues)
    if dropped > 0 {
      warnings.append(
        "\(dropped) coefficients of at most \(largestDropped) are negligible beside the rest of their rows: they were "
          + "left out, and the rows widened by what they could contribute")
    }
    if smallestKept < .infinity {
      warnings.append(
        "a coefficient of \(smallestKept) is tiny beside the rest of its row, but with its variable's bounds not "
          + "negligible: the answer may be inaccurate")
    }
  }
}
