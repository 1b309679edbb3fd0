extension Model: CustomStringConvertible {
  /// One line: `Model(name: 3 variables (2 continuous, 1 binary), 2 rows, 5 entries, minimize)`.
  public var description: String {
    var statistics = statistics()
    statistics.coefficientRange = nil
    return "Model(\(name): \(statistics), \(objectiveSense.rawValue))"
  }

  /// Counts what is in the model.
  public func statistics() -> ModelStatistics {
    var result = ModelStatistics()
    for kind in kinds {
      switch kind {
      case .continuous: result.continuous += 1
      case .integer: result.integers += 1
      case .binary: result.binaries += 1
      }
    }
    for column in 0..<columnCount where columnLower[column] == columnUpper[column] { result.fixed += 1 }
    result.rows = rowCount
    for row in 0..<rowCount where rowLower[row] == rowUpper[row] { result.equalities += 1 }
    result.entries = entryCount
    var smallest = Double.infinity
    var largest = 0.0
    for coefficient in coefficients {
      smallest = min(smallest, coefficient.magnitude)
      largest = max(largest, coefficient.magnitude)
    }
    if entryCount > 0 { result.coefficientRange = smallest...largest }
    result.warnings = warnings(largestCoefficient: largest, smallestCoefficient: smallest)
    return result
  }

  private func warnings(largestCoefficient: Double, smallestCoefficient: Double) -> [String] {
    var warnings: [String] = []
    if largestCoefficient >= 1e9 {
      warnings.append("a coefficient of \(largestCoefficient) is huge: a tolerance of 1e-6 means little in its row")
    }
    if smallestCoefficient <= 1e-9 {
      warnings.append("a coefficient of \(smallestCoefficient) is so small that solvers may drop it")
    }
    func check(_ what: String, _ bounds: [Double]) {
      if let bound = bounds.first(where: { $0.isFinite && $0.magnitude >= 1e15 }) {
        warnings.append("a \(what) of \(bound) is huge: solvers may take it for infinite, use infinity if you mean it")
      }
    }
    check("variable bound", columnLower + columnUpper)
    check("row bound", rowLower + rowUpper)
    return warnings
  }
}
