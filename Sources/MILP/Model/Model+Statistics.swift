extension Model: CustomStringConvertible {
  /// One line: `Model(name: 3 variables (2 continuous, 1 binary), 2 rows, 5 entries, minimize)`; it says whether there are
  /// `warnings`.
  public var description: String {
    var statistics = statistics()
    statistics.coefficientRange = nil
    let warned = warnings.isEmpty ? "" : warnings.count == 1 ? ", 1 warning" : ", \(warnings.count) warnings"
    return "Model(\(name): \(statistics), \(objectiveSense.rawValue)\(warned))"
  }

  /// Counts what is in the model.
  public func statistics() -> ModelStatistics {
    var result = ModelStatistics()
    for kind in kinds {
      switch kind {
      case .continuous: result.continuous += 1
      case .integer: result.integers += 1
      case .binary: result.binaries += 1
      case .semicontinuous: result.semicontinuous += 1
      case .semiinteger: result.semiintegers += 1
      }
    }
    for column in 0..<columnCount where columnLower[column] == columnUpper[column] { result.fixed += 1 }
    result.rows = rowCount
    for row in 0..<rowCount where rowLower[row] == rowUpper[row] { result.equalities += 1 }
    result.entries = entryCount
    for construct in constructs {
      switch construct.kind {
      case .sos1: result.sos1 += 1
      case .sos2: result.sos2 += 1
      case .indicator: result.indicators += 1
      case .semicontinuous: break
      }
    }
    var smallest = Double.infinity
    var largest = 0.0
    for coefficient in coefficients {
      smallest = min(smallest, coefficient.magnitude)
      largest = max(largest, coefficient.magnitude)
    }
    if entryCount > 0 { result.coefficientRange = smallest...largest }
    result.warnings = magnitudeWarnings
    if smallest <= 1e-9 {
      result.warnings.append("a coefficient of \(smallest) is tiny: it may get lost beside others")
    }
    return result
  }

  /// What is so large in the model that a solver's answer may be unreliable, in sentences.
  public var magnitudeWarnings: [String] {
    var warnings: [String] = []
    let largest = coefficients.reduce(0) { max($0, $1.magnitude) }
    if largest >= 1e9 {
      warnings.append("a coefficient of \(largest) is huge: a tolerance of 1e-6 means little in its row")
    }
    func check(_ what: String, _ bounds: [Double]) {
      if let bound = bounds.first(where: { $0.isFinite && $0.magnitude >= 1e15 }) {
        warnings.append("a \(what) of \(bound) is huge: solvers may take it for infinite, use infinity if you mean it")
      }
    }
    check("variable bound", columnLower)
    check("variable bound", columnUpper)
    check("row bound", rowLower)
    check("row bound", rowUpper)
    return warnings
  }
}
