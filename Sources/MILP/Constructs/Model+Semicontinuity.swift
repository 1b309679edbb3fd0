import Essentials

/// Semicontinuous variables: 0, or between bounds that need not hold 0.
///
/// `columnLower` and `columnUpper` hold 0 as well, so that whatever relies on them stays right whatever the kind. What is
/// left to say is `thresholds`: between 0 and its threshold a variable has no value.
extension Model {
  /// The bounds of a column as they were given: of a semicontinuous one those of its values other than 0, where it may
  /// have any.
  package func givenBounds(_ column: Int) -> (lower: Double, upper: Double) {
    let (lower, upper) = (columnLower[column], columnUpper[column])
    guard let threshold = thresholds[column] else { return (lower, upper) }
    if threshold > 0, upper >= threshold { return (max(lower, threshold), upper) }
    if threshold < 0, lower <= threshold { return (lower, min(upper, threshold)) }
    return (lower, upper)
  }

  /// All that a column may be, as a kind and bounds that are given for it: narrowed bounds, such as those that `fix` sets,
  /// can have left a semicontinuous one only one of its two parts.
  package func domain(_ column: Int) -> (kind: VariableKind, lower: Double, upper: Double) {
    let kind = kinds[column]
    let (lower, upper) = givenBounds(column)
    guard kind.isSemicontinuous else { return (kind, lower, upper) }
    let plain: VariableKind = kind == .semiinteger ? .integer : .continuous
    let excludesZero = columnLower[column] > 0 || columnUpper[column] < 0
    guard let threshold = thresholds[column], !excludesZero else { return (plain, lower, upper) }
    let reachesThreshold = threshold > 0 ? columnUpper[column] >= threshold : columnLower[column] <= threshold
    return reachesThreshold ? (kind, lower, upper) : (plain, 0, 0)
  }

  /// Makes a column one of another kind, between the bounds that it was given.
  ///
  /// - Throws: `Misuse` for bounds that do not fit the kind; the column stays as it is then.
  package func setKind(_ kind: VariableKind, of variable: Variable) throws {
    try checkMayChange("set kind")
    let column = try column(of: variable, for: "set kind")
    let given = givenBounds(column)
    let bounds = try Model.checkedBounds(given.lower, given.upper, kind: kind) { columnName(column) }
    kinds[column] = kind
    boundsBeforeFixing[column] = nil
    place(bounds, at: column)
  }

  /// Sets checked bounds of a column, whose kind is known.
  func place(_ bounds: (lower: Double, upper: Double), at column: Int) {
    var (lower, upper) = bounds
    if kinds[column].isSemicontinuous {
      // Crossed bounds leave nothing beside 0.
      if lower > upper { (lower, upper) = (0, 0) }
      thresholds[column] = lower > 0 ? lower : upper < 0 ? upper : nil
      (lower, upper) = (min(lower, 0), max(upper, 0))
    } else if !thresholds.isEmpty {
      thresholds[column] = nil
    }
    (columnLower[column], columnUpper[column]) = (lower, upper)
  }

  /// The value nearest to `value` that does not lie between 0 and the column's threshold, nor on the other side of 0.
  func outsideGap(_ value: Double, column: Int) -> Double {
    guard let threshold = thresholds[column] else { return value }
    let share = value / threshold
    guard share < 1 else { return value }
    return share < 0.5 ? 0 : threshold
  }
}
