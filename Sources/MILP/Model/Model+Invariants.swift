extension Model {
  /// What must hold of the model's arrays whatever was done with it, and does not: a sentence each. Empty where all is
  /// well.
  ///
  /// Columns: every array about variables has one entry for each; no bound is NaN, and none excludes every number by
  /// itself (lower +infinity, upper -infinity); bounds of integers are whole where they are finite, those of binaries lie
  /// in [0, 1]; objective coefficients are finite. Rows: every array about rows has one entry for each, with the same
  /// rule for bounds; `rowStarts` rises from 0 to the number of entries; a row's columns are there and differ, and its
  /// coefficients are finite and not 0. Constructs: thresholds are those of semicontinuous columns, finite and not 0; the
  /// columns of sets and indicators are there, and indicators' binaries lie in [0, 1].
  package var violatedInvariants: [String] {
    var violations: [String] = []
    func require(_ holds: Bool, _ sentence: @autoclosure () -> String) {
      if !holds { violations.append(sentence()) }
    }
    let columns = columnCount
    let columnArrays = [columnUpper.count, kinds.count, objectiveCoefficients.count, lastPosition.count]
    require(columnArrays.allSatisfy { $0 == columns }, "\(columns) columns, and arrays of \(columnArrays)")
    require(rowUpper.count == rowCount, "\(rowCount) lower bounds of rows, \(rowUpper.count) upper ones")
    require(rowStarts.count == rowCount + 1, "\(rowCount) rows, \(rowStarts.count) row starts")
    require(columnIndices.count == entryCount, "\(entryCount) coefficients, \(columnIndices.count) columns of them")
    require(rowStarts.first == 0 && rowStarts.last == entryCount, "row starts that are not from 0 to \(entryCount)")
    require(zip(rowStarts, rowStarts.dropFirst()).allSatisfy(<=), "row starts that fall")
    require(thresholds.keys.allSatisfy { (0..<columns).contains($0) }, "a threshold of a column that is not there")
    require(
      constructs.allSatisfy { $0.columns.allSatisfy { (0..<columns).contains($0) } }, "constructs of missing columns")
    require(boundsBeforeFixing.keys.allSatisfy { (0..<columns).contains($0) }, "a fixed column that is not there")
    // What follows looks into the arrays together.
    guard violations.isEmpty else { return violations }

    for column in 0..<columns {
      let (lower, upper) = (columnLower[column], columnUpper[column])
      require(isSensible(lower, upper), "column \(column) has the bounds [\(lower), \(upper)]")
      if kinds[column].isIntegral {
        require(
          [lower, upper].allSatisfy { $0.isInfinite || $0 == $0.rounded() },
          "column \(column) is an integer with the bounds [\(lower), \(upper)]")
      }
      if kinds[column] == .binary {
        require(lower >= 0 && upper <= 1, "column \(column) is a binary with the bounds [\(lower), \(upper)]")
      }
      require(objectiveCoefficients[column].isFinite, "column \(column) costs \(objectiveCoefficients[column])")
    }
    var lastRow = [Int](repeating: -1, count: columns)
    for row in 0..<rowCount {
      let (lower, upper) = (rowLower[row], rowUpper[row])
      require(isSensible(lower, upper), "row \(row) has the bounds [\(lower), \(upper)]")
      for entry in rowStarts[row]..<rowStarts[row + 1] {
        let (column, value) = (Int(columnIndices[entry]), coefficients[entry])
        require(value.isFinite && value != 0, "row \(row) has the coefficient \(value)")
        guard (0..<columns).contains(column) else {
          violations.append("row \(row) has the column \(column) of \(columns)")
          continue
        }
        require(lastRow[column] != row, "row \(row) has the column \(column) twice")
        lastRow[column] = row
      }
    }
    for (column, threshold) in thresholds {
      require(
        kinds[column].isSemicontinuous && threshold != 0 && threshold.isFinite,
        "column \(column) is \(kinds[column]) with the threshold \(threshold)")
    }
    for (name, indicator) in indicators {
      let (lower, upper) = (columnLower[indicator.binary], columnUpper[indicator.binary])
      require(lower >= 0 && upper <= 1, "\(name)'s variable has the bounds [\(lower), \(upper)]")
    }
    return violations
  }

  private func isSensible(_ lower: Double, _ upper: Double) -> Bool {
    !lower.isNaN && !upper.isNaN && lower < .infinity && upper > -.infinity
  }
}
