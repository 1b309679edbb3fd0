import Essentials

extension Model {
  /// Adds the row `expression relation right`; the expression's constant is moved to the right side.
  ///
  /// - Throws: `Misuse` for NaN, infinite coefficients, an infinite right side, and variables of another model.
  @discardableResult
  public func constrain(
    _ expression: some LinearOperand, _ relation: Relation, _ right: Double, name: String? = nil
  ) throws -> Constraint {
    guard right.isFinite else { throw Misuse("constrain: expected a finite right side, got \(right)") }
    switch relation {
    case .lessOrEqual: return try constrain(expression, from: -.infinity, to: right, name: name)
    case .equal: return try constrain(expression, from: right, to: right, name: name)
    case .greaterOrEqual: return try constrain(expression, from: right, to: .infinity, name: name)
    }
  }

  /// Adds the row `left relation right` of two expressions.
  @discardableResult
  public func constrain(
    _ left: some LinearOperand, _ relation: Relation, _ right: some LinearOperand, name: String? = nil
  ) throws -> Constraint { try constrain(left - right, relation, 0, name: name) }

  /// Adds the range `lower <= expression <= upper`; either bound may be infinite.
  @discardableResult
  public func constrain(
    _ expression: some LinearOperand, from lower: Double, to upper: Double, name: String? = nil
  ) throws -> Constraint {
    let expression = expression.linearExpression
    guard expression.constant.isFinite else {
      throw Misuse("constrain: expected a finite constant, got \(expression.constant)")
    }
    let (indices, values) = try split(expression, for: "constrain")
    return try addRow(
      indices: indices, values: values, lower: lower - expression.constant, upper: upper - expression.constant,
      name: name)
  }

  /// Adds the row `lower <= sum of values[i] * column indices[i] <= upper`.
  ///
  /// - Throws: `Misuse` for lists of different lengths, columns that are not there, and numbers that are not finite.
  @discardableResult
  public func addRow(
    indices: [Int32], values: [Double], lower: Double, upper: Double, name: String? = nil
  ) throws -> Constraint {
    try indices.withUnsafeBufferPointer { indices in
      try values.withUnsafeBufferPointer { values in
        try addRow(indices: indices, values: values, lower: lower, upper: upper, name: name)
      }
    }
  }

  /// Adds a row from memory; see `addRow(indices:values:lower:upper:name:)`. Nothing is added if it throws.
  @discardableResult
  public func addRow(
    indices: UnsafeBufferPointer<Int32>, values: UnsafeBufferPointer<Double>, lower: Double, upper: Double,
    name: String? = nil
  ) throws -> Constraint {
    try checkMayChange("add row")
    let (lower, upper) = try Model.checkedRowBounds(lower, upper) { name ?? "r\(rowCount + 1)" }
    try appendEntries(indices: indices, values: values)
    if let name { rowNames.set(name, at: rowCount) }
    rowLower.append(lower)
    rowUpper.append(upper)
    rowStarts.append(columnIndices.count)
    return Constraint(index: rowCount - 1, modelIdentity: identity)
  }

  /// Adds rows in compressed sparse form: row k has the entries `starts[k] ..< starts[k + 1]` of `indices` and
  /// `values`.
  ///
  /// - Parameters:
  ///   - starts: one more than there are rows, rising from 0 to the number of entries.
  ///   - lower: a lower bound per row, or one for all; `upper` likewise.
  ///   - prefix: row k is named `prefix` followed by k + 1.
  /// - Throws: `Misuse`; nothing is added then.
  @discardableResult
  public func addRows(
    starts: [Int], indices: UnsafeBufferPointer<Int32>, values: UnsafeBufferPointer<Double>, lower: [Double],
    upper: [Double], prefix: String? = nil
  ) throws -> [Constraint] {
    let count = starts.count - 1
    guard count >= 0, starts[0] == 0, starts[count] == indices.count, indices.count == values.count,
      zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 })
    else {
      throw Misuse(
        "add rows: expected row starts that rise from 0 to the number of entries, \(indices.count), with as many "
          + "values, got \(starts.count) starts and \(values.count) values")
    }
    reserveRows(count, entries: indices.count)
    return try addRows(count, lower: lower, upper: upper, prefix: prefix) { row, add in
      let range = starts[row]..<starts[row + 1]
      try add(UnsafeBufferPointer(rebasing: indices[range]), UnsafeBufferPointer(rebasing: values[range]))
    }
  }

  /// Makes room for more rows and entries, so that adding them one by one does not copy what is there.
  public func reserveRows(_ count: Int, entries: Int) {
    // Room is no change.
    let before = revision
    defer { revision = before }
    // Growing at least twofold keeps repeated calls linear.
    func reserve<T>(_ array: inout [T], _ more: Int) {
      guard array.capacity < array.count + more else { return }
      array.reserveCapacity(max(array.count + more, 2 * array.capacity))
    }
    reserve(&rowStarts, count)
    reserve(&rowLower, count)
    reserve(&rowUpper, count)
    reserve(&columnIndices, entries)
    reserve(&coefficients, entries)
  }

  /// Replaces the bounds of a row; infinite ones switch it off.
  public func setBounds(of constraint: Constraint, lower: Double, upper: Double) throws {
    try checkMayChange("set row bounds")
    let row = try row(of: constraint, for: "set row bounds")
    (rowLower[row], rowUpper[row]) = try Model.checkedRowBounds(lower, upper) { rowName(row) }
  }

  /// Replaces one matrix entry; cheap if the row has one for the variable already, otherwise later rows move.
  public func setCoefficient(_ value: Double, of variable: Variable, in constraint: Constraint) throws {
    try checkMayChange("set coefficient")
    let row = try row(of: constraint, for: "set coefficient")
    let column = try column(of: variable, for: "set coefficient")
    guard value.isFinite else { throw Misuse("set coefficient: expected a finite number, got \(value)") }
    let range = rowStarts[row]..<rowStarts[row + 1]
    let position = range.first { columnIndices[$0] == Int32(column) }
    let shift: Int
    switch (position, value == 0) {
    case (let position?, false):
      coefficients[position] = value
      return
    case (let position?, true):
      columnIndices.remove(at: position)
      coefficients.remove(at: position)
      shift = -1
    case (nil, true): return
    case (nil, false):
      columnIndices.insert(Int32(column), at: range.upperBound)
      coefficients.insert(value, at: range.upperBound)
      shift = 1
    }
    for later in row + 1...rowCount { rowStarts[later] += shift }
    // Positions remembered for the moved entries would lie in the wrong row.
    for column in lastPosition.indices { lastPosition[column] = 0 }
  }

  /// Removes the rows from `count` on, for instance those added for one solve; their handles become invalid.
  public func truncateRows(to count: Int) throws {
    try checkMayChange("truncate rows")
    guard (0...rowCount).contains(count) else {
      throw Misuse("truncate rows: expected a count from 0 to \(rowCount), got \(count)")
    }
    try checkOutsideBlocks(count..<rowCount, "truncate rows")
    dropRows(from: count)
  }

  func dropRows(from count: Int) {
    dropEntries(from: rowStarts[count])
    rowStarts.removeLast(rowCount - count)
    rowUpper.removeLast(rowCount - count)
    rowNames.truncate(to: count)
    if !removedRows.isEmpty { removedRows = removedRows.filter { $0 < count } }
    rowLower.removeLast(rowCount - count)
  }

  /// The terms of `expression` as columns and values, checked to be of this model.
  func split(_ expression: LinearExpression, for operation: String) throws -> ([Int32], [Double]) {
    var indices: [Int32] = []
    var values: [Double] = []
    indices.reserveCapacity(expression.terms.count)
    values.reserveCapacity(expression.terms.count)
    for term in expression.terms {
      indices.append(Int32(try column(of: term.variable, for: operation)))
      values.append(term.coefficient)
    }
    return (indices, values)
  }

  /// Adds `count` rows or, if one of them is refused, none. `entries` hands each row's columns and values over.
  func addRows(
    _ count: Int, lower: [Double], upper: [Double], prefix: String?,
    entries: (Int, (UnsafeBufferPointer<Int32>, UnsafeBufferPointer<Double>) throws -> Void) throws -> Void
  ) throws -> [Constraint] {
    for (what, list) in [("lower", lower), ("upper", upper)] where list.count != count && list.count != 1 {
      throw Misuse("add rows: expected \(count) \(what) bounds or one for all, got \(list.count)")
    }
    let first = rowCount
    try wholly {
      for row in 0..<count {
        try entries(row) { indices, values in
          try addRow(
            indices: indices, values: values, lower: lower[lower.count == 1 ? 0 : row],
            upper: upper[upper.count == 1 ? 0 : row])
        }
      }
    }
    if let prefix { rowNames.set(prefix: prefix, at: first, count: count) }
    return (first..<first + count).map { Constraint(index: $0, modelIdentity: identity) }
  }

  /// Appends a row's entries, adding up repeated columns and leaving out zeros.
  private func appendEntries(indices: UnsafeBufferPointer<Int32>, values: UnsafeBufferPointer<Double>) throws {
    guard indices.count == values.count else {
      throw Misuse("add row: expected as many values as columns, got \(values.count) for \(indices.count)")
    }
    let start = columnIndices.count
    let columnCount = columnCount
    var problem: Misuse?
    var hasZeroSum = false
    // Entries go through raw memory: array bookkeeping per entry would dominate the cost of building large models.
    lastPosition.withUnsafeMutableBufferPointer { lastPosition in
      var added = 0
      var keptColumns = ContiguousArray<Int32>(unsafeUninitializedCapacity: indices.count) { _, count in count = 0 }
      var keptValues = ContiguousArray<Double>(unsafeUninitializedCapacity: values.count) { _, count in count = 0 }
      for i in 0..<indices.count {
        let column = Int(indices[i])
        let value = values[i]
        guard column >= 0, column < columnCount else {
          problem = Misuse("add row: expected columns from 0 to \(columnCount - 1), got \(column)")
          break
        }
        guard value.isFinite else {
          problem = Misuse("add row: column \(column): expected a finite coefficient, got \(value)")
          break
        }
        if value == 0 { continue }
        let last = lastPosition[column] - 1 - start
        if last >= 0, last < added, keptColumns[last] == indices[i] {
          keptValues[last] += value
          if keptValues[last] == 0 { hasZeroSum = true }
          if !keptValues[last].isFinite {
            problem = Misuse("add row: column \(column): the coefficients add up to \(keptValues[last])")
            break
          }
        } else {
          lastPosition[column] = start + added + 1
          keptColumns.append(indices[i])
          keptValues.append(value)
          added += 1
        }
      }
      if problem == nil {
        columnIndices.append(contentsOf: keptColumns)
        coefficients.append(contentsOf: keptValues)
      }
    }
    if let problem { throw problem }
    if hasZeroSum { removeZeros(from: start) }
  }

  private func removeZeros(from start: Int) {
    var kept = start
    for i in start..<coefficients.count where coefficients[i] != 0 {
      coefficients[kept] = coefficients[i]
      columnIndices[kept] = columnIndices[i]
      kept += 1
    }
    dropEntries(from: kept)
  }

  private func dropEntries(from start: Int) {
    columnIndices.removeLast(columnIndices.count - start)
    coefficients.removeLast(coefficients.count - start)
  }

  private static func checkedRowBounds(
    _ lower: Double, _ upper: Double, name: () -> String
  ) throws -> (Double, Double) {
    let (lower, upper) = (orInfinite(lower), orInfinite(upper))
    guard !lower.isNaN, !upper.isNaN, lower < .infinity, upper > -.infinity else {
      throw Misuse("bounds of row \(name()): expected numbers or the outward infinities, got [\(lower), \(upper)]")
    }
    return (lower, upper)
  }
}
