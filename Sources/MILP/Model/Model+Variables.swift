import Essentials

extension Model {
  /// 1e20: bounds of variables and rows that are this large are infinite, as solvers and files have it.
  public static let infinity = 1e20

  /// The most variables that a model can have: 100,000,000, as many as every solver takes.
  public static let largestColumnCount = 100_000_000

  /// Adds one variable, by default continuous and at least 0.
  ///
  /// - Parameters:
  ///   - name: for files and messages; need not be unique, since written names are made so.
  ///   - lower: lower bound, `-Double.infinity` for none; whole for integers, 0 or 1 for binaries. Semicontinuous variables
  ///     may be 0 wherever their bounds are, and are 0 where these are crossed.
  ///   - upper: upper bound, the largest that the kind allows by default.
  /// - Throws: `Misuse` for NaN, for bounds that no number satisfies by themselves (lower +infinity, upper -infinity),
  ///   for fractional bounds of integers and for bounds of binaries outside [0, 1].
  @discardableResult
  public func addVariable(
    name: String? = nil, kind: VariableKind = .continuous, lower: Double = 0, upper: Double = .infinity
  ) throws -> Variable {
    try checkMayChange("add variable")
    let bounds = try Model.checkedBounds(lower, upper, kind: kind) { name ?? "x\(columnCount + 1)" }
    if let name { columnNames.set(name, at: columnCount) }
    appendColumn(kind, bounds)
    return Variable(index: columnCount - 1, modelIdentity: identity)
  }

  /// Adds `count` variables of one kind.
  ///
  /// - Parameters:
  ///   - prefix: variable i (from 0) is named `prefix` followed by i + 1; without it names are made up when needed.
  ///   - lower: `count` lower bounds, or one for all; 0 by default.
  ///   - upper: `count` upper bounds, or one for all; the largest that the kind allows by default.
  /// - Throws: `Misuse` as for one variable, and for lists of another length. Nothing is added then.
  @discardableResult
  public func addVariables(
    _ count: Int, prefix: String? = nil, kind: VariableKind = .continuous, lower: [Double] = [0],
    upper: [Double] = [.infinity]
  ) throws -> [Variable] {
    try checkMayChange("add variables")
    guard count >= 0, count <= Model.largestColumnCount - columnCount else {
      throw Misuse(
        "add variables: expected a count from 0 to \(Model.largestColumnCount - columnCount), got \(count)")
    }
    for (what, list) in [("lower", lower), ("upper", upper)] where list.count != count && list.count != 1 {
      throw Misuse("add variables: expected \(count) \(what) bounds or one for all, got \(list.count)")
    }
    let first = columnCount
    var bounds: [(Double, Double)] = []
    bounds.reserveCapacity(count)
    for i in 0..<count {
      bounds.append(
        try Model.checkedBounds(
          lower[lower.count == 1 ? 0 : i], upper[upper.count == 1 ? 0 : i], kind: kind,
          name: { "\(prefix ?? "x")\(prefix == nil ? first + i + 1 : i + 1)" }))
    }
    if let prefix { columnNames.set(prefix: prefix, at: first, count: count) }
    for bounds in bounds { appendColumn(kind, bounds) }
    return (first..<first + count).map { Variable(index: $0, modelIdentity: identity) }
  }

  /// Replaces the bounds of `variable`; a fixed variable is no longer fixed then.
  ///
  /// - Throws: `Misuse` for the same bounds as `addVariable`, for an indicator's variable outside [0, 1], and while the
  ///   model is being solved.
  public func setBounds(of variable: Variable, lower: Double, upper: Double) throws {
    try checkMayChange("set bounds")
    let column = try column(of: variable, for: "set bounds")
    let bounds = try Model.checkedBounds(lower, upper, kind: kinds[column]) { columnName(column) }
    if kinds[column].isIntegral, bounds.0 < 0 || bounds.1 > 1,
      let (name, _) = indicators.first(where: { $0.indicator.binary == column })
    {
      throw Misuse(
        "set bounds: \(columnName(column)) decides about indicator \(name): expected bounds within [0, 1], got "
          + "[\(lower), \(upper)]")
    }
    boundsBeforeFixing[column] = nil
    place(bounds, at: column)
  }

  /// Holds `variable` at `value` until `unfix`; fixing it again changes the value.
  ///
  /// - Throws: `Misuse` if the value is not finite, not within the variable's bounds, or not whole for an integer.
  public func fix(_ variable: Variable, at value: Double) throws {
    try checkMayChange("fix")
    let column = try column(of: variable, for: "fix")
    guard abs(value) < Model.infinity, !kinds[column].isIntegral || value == value.rounded() else {
      throw Misuse(
        "fix: \(columnName(column)): expected a finite \(kinds[column].isIntegral ? "whole " : "")number, got \(value)")
    }
    let (lower, upper) = boundsBeforeFixing[column] ?? (columnLower[column], columnUpper[column])
    guard value >= lower, value <= upper else {
      throw Misuse("fix: \(columnName(column)): expected a number within its bounds [\(lower), \(upper)], got \(value)")
    }
    guard value == outsideGap(value, column: column) else {
      throw Misuse(
        "fix: \(columnName(column)): expected 0 or a number beyond its bound \(thresholds[column] ?? 0), got \(value)")
    }
    if boundsBeforeFixing[column] == nil { boundsBeforeFixing[column] = (columnLower[column], columnUpper[column]) }
    (columnLower[column], columnUpper[column]) = (value, value)
  }

  /// Gives `variable` back the bounds that it had before `fix`; nothing happens if it is not fixed.
  public func unfix(_ variable: Variable) throws {
    try checkMayChange("unfix")
    let column = try column(of: variable, for: "unfix")
    guard let bounds = boundsBeforeFixing.removeValue(forKey: column) else { return }
    (columnLower[column], columnUpper[column]) = bounds
  }

  /// The bounds of `variable` just now; a semicontinuous one may be 0 as well, see `range(of:)` for all that it can be.
  public func bounds(of variable: Variable) throws -> (lower: Double, upper: Double) {
    givenBounds(try column(of: variable, for: "bounds"))
  }

  /// Removes the columns from `count` on, which no row may have.
  func dropColumns(from count: Int) {
    kinds.removeLast(columnCount - count)
    objectiveCoefficients.removeLast(columnCount - count)
    lastPosition.removeLast(columnCount - count)
    columnNames.truncate(to: count)
    if !thresholds.isEmpty { thresholds = thresholds.filter { $0.key < count } }
    if !removedColumns.isEmpty { removedColumns = removedColumns.filter { $0 < count } }
    columnUpper.removeLast(columnCount - count)
    columnLower.removeLast(columnCount - count)
  }

  private func appendColumn(_ kind: VariableKind, _ bounds: (lower: Double, upper: Double)) {
    columnLower.append(bounds.lower)
    columnUpper.append(bounds.upper)
    kinds.append(kind)
    if kind.isSemicontinuous { place(bounds, at: columnCount - 1) }
    objectiveCoefficients.append(0)
    lastPosition.append(0)
  }

  /// `bound`, infinite where it is as large as `Model.infinity`.
  static func orInfinite(_ bound: Double) -> Double {
    abs(bound) >= Model.infinity ? .infinity * (bound < 0 ? -1 : 1) : bound
  }

  /// The bounds as they are kept: a binary's infinite bounds become 0 and 1.
  static func checkedBounds(
    _ lower: Double, _ upper: Double, kind: VariableKind, name: () -> String
  ) throws -> (Double, Double) {
    let (lower, upper) = (orInfinite(lower), orInfinite(upper))
    guard !lower.isNaN, !upper.isNaN, lower < .infinity, upper > -.infinity else {
      throw Misuse("bounds of \(name()): expected numbers or the outward infinities, got [\(lower), \(upper)]")
    }
    switch kind {
    case .continuous, .semicontinuous: return (lower, upper)
    case .integer, .semiinteger:
      guard lower.isInfinite || lower == lower.rounded(), upper.isInfinite || upper == upper.rounded() else {
        throw Misuse("bounds of \(name()): expected whole numbers for an integer variable, got [\(lower), \(upper)]")
      }
      return (lower, upper)
    case .binary:
      let lower = lower == -.infinity ? 0 : lower
      let upper = upper == .infinity ? 1 : upper
      guard lower == 0 || lower == 1, upper == 0 || upper == 1 else {
        throw Misuse("bounds of \(name()): expected 0 or 1 for a binary variable, got [\(lower), \(upper)]")
      }
      return (lower, upper)
    }
  }
}
