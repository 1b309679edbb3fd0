import Essentials

extension Model {
  /// The tolerance within which solvers and `violation` are expected to agree that a point is feasible: 1e-6, relative
  /// to bounds larger than 1.
  public static let feasibilityTolerance = 1e-6

  /// How far `point`, one number per column, is from satisfying the bounds, the rows, integrality,
  /// semicontinuity, special ordered sets and indicators.
  ///
  /// - Throws: `Misuse` for a point of another length or with NaN or infinities.
  public func violation(at point: [Double]) throws -> PointViolation {
    try checkPoint(point, for: "violation")
    var violation = PointViolation()
    for column in 0..<columnCount {
      let value = point[column]
      violation.bounds = max(violation.bounds, Model.excess(value, columnLower[column], columnUpper[column]))
      if kinds[column].isIntegral { violation.integrality = max(violation.integrality, abs(value - value.rounded())) }
    }
    for row in 0..<rowCount {
      violation.rows = max(violation.rows, Model.excess(activity(ofRow: row, at: point), rowLower[row], rowUpper[row]))
    }
    violation.constructs = constructViolation(at: point)
    return violation
  }

  /// The value of a row's left side at `point`.
  public func activity(of constraint: Constraint, at point: [Double]) throws -> Double {
    let row = try row(of: constraint, for: "activity")
    try checkPoint(point, for: "activity")
    return activity(ofRow: row, at: point)
  }

  /// Throws a `Misuse` that begins with `operation` unless `point` has one finite number per column.
  package func checkPoint(_ point: [Double], for operation: String) throws {
    guard point.count == columnCount else {
      throw Misuse("\(operation): expected a point of \(columnCount) numbers, got \(point.count)")
    }
    if let column = point.firstIndex(where: { !$0.isFinite }) {
      throw Misuse("\(operation): \(columnName(column)): expected a finite number, got \(point[column])")
    }
  }

  /// A copy in which the variables of `partial` are fixed at its values, to be solved for the rest; nil if a value is
  /// further from the bounds, or for an integer from a whole number, than `feasibilityTolerance` allows.
  ///
  /// - Throws: `Misuse` for variables of another model and for numbers that are not finite.
  public func completion(of partial: [Variable: Double]) throws -> Model? {
    let copy = copy(name: name + "-completion")
    for (variable, value) in partial {
      let column = try column(of: variable, for: "partial point")
      guard value.isFinite else {
        throw Misuse("partial point: \(columnName(column)): expected a finite number, got \(value)")
      }
      let (lower, upper) = (columnLower[column], columnUpper[column])
      let whole = kinds[column].isIntegral ? value.rounded() : value
      let inside = outsideGap(min(max(whole, lower), upper), column: column)
      guard abs(inside - value) <= Model.feasibilityTolerance * max(1, abs(value)), lower <= inside, inside <= upper
      else {
        return nil
      }
      copy.boundsBeforeFixing[column] = nil
      try copy.fix(variable, at: inside)
    }
    return copy
  }

  /// What a point gives that has NaN for what it does not give; nil for one that gives everything, or nothing.
  package func partial(_ point: [Double]) -> [Variable: Double]? {
    guard point.count == columnCount, point.contains(where: \.isNaN) else { return nil }
    let given = variables.filter { !point[$0.index].isNaN }
    return given.isEmpty ? nil : Dictionary(uniqueKeysWithValues: given.map { ($0, point[$0.index]) })
  }

  /// `point` with the integer variables rounded to whole numbers, and with what semicontinuity and special ordered sets
  /// want to be 0 at 0 where it nearly is.
  package func rounded(_ point: [Double]) -> [Double] {
    var point = point
    for column in 0..<min(columnCount, point.count) where kinds[column].isIntegral { point[column].round() }
    if point.count == columnCount { snapConstructs(&point) }
    return point
  }

  private func activity(ofRow row: Int, at point: [Double]) -> Double {
    var sum = 0.0
    for entry in rowStarts[row]..<rowStarts[row + 1] { sum += coefficients[entry] * point[Int(columnIndices[entry])] }
    return sum
  }

  static func excess(_ value: Double, _ lower: Double, _ upper: Double) -> Double {
    if value < lower { return (lower - value) / max(1, abs(lower)) }
    if value > upper { return (value - upper) / max(1, abs(upper)) }
    return 0
  }
}
