import Essentials

extension Model {
  /// The smallest and largest value that `expression` can take within the variables' bounds, rounded outward where
  /// Float64 does not have them: what is exact stays so, and 0 is 0.
  ///
  /// - Throws: `Misuse` for variables of another model. Infinite bounds give infinite results.
  public func range(of expression: some LinearOperand) throws -> (lower: Double, upper: Double) {
    try range(of: expression, within: (columnLower, columnUpper))
  }

  /// The same within other bounds than the model's own.
  func range(
    of expression: some LinearOperand, within bounds: (lower: [Double], upper: [Double])
  ) throws -> (lower: Double, upper: Double) {
    let expression = expression.linearExpression
    var lower = expression.constant
    var upper = expression.constant
    for (column, coefficient) in try sums(of: expression, for: "range") {
      let (least, greatest) = (bounds.lower[column], bounds.upper[column])
      upper = Rounding.sumUp(upper, Rounding.exactProductUp(coefficient, coefficient > 0 ? greatest : least))
      lower = 0 - Rounding.sumUp(-lower, Rounding.exactProductUp(-coefficient, coefficient > 0 ? least : greatest))
    }
    return (lower, upper)
  }

  /// The terms of `expression` with each variable once, in the order of the columns; none is 0.
  ///
  /// - Throws: `Misuse`, beginning with `operation`, for variables of another model.
  package func sums(
    of expression: LinearExpression, for operation: String
  ) throws -> [(column: Int, coefficient: Double)] {
    var sums: [Int: Double] = [:]
    for term in expression.terms { sums[try column(of: term.variable, for: operation), default: 0] += term.coefficient }
    // A dictionary has another order in every process, and what is added up from it would differ in its last digit.
    return sums.filter { $0.value != 0 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Adds `binary == value  implies  expression relation right` as one big-M row, or two for an equality.
  ///
  /// For `<=` and value 1 the row is a·x + M z <= right + M, where M = (largest a·x within the bounds) - right is the
  /// smallest number that leaves the other case free. A row that the bounds imply anyway is left out.
  ///
  /// - Returns: the rows added, none to two.
  /// - Throws: `Misuse` for a variable that is not binary (or integer between 0 and 1), a value other than 0 and 1,
  ///   and an expression that the bounds leave unbounded in the direction of the constraint; the message names the
  ///   variable with the infinite bound.
  @discardableResult
  public func imply(
    _ binary: Variable, is value: Int, _ expression: some LinearOperand, _ relation: Relation, _ right: Double,
    name: String? = nil
  ) throws -> [Constraint] {
    try imply(binary, is: value, expression, relation, right, name: name, within: (columnLower, columnUpper)) {
      Misuse("imply: expected finite bounds, got \($0)")
    }
  }

  /// The same with the M that other bounds than the model's own give, and another error where they are infinite.
  @discardableResult
  func imply(
    _ binary: Variable, is value: Int, _ expression: some LinearOperand, _ relation: Relation, _ right: Double,
    name: String?, within bounds: (lower: [Double], upper: [Double]), orThrow refusal: (String) -> any Error
  ) throws -> [Constraint] {
    try checkMayChange("imply")
    let indicator = try checkIndicator(binary, is: value, for: "imply")
    guard right.isFinite else { throw Misuse("imply: expected a finite right side, got \(right)") }

    // Where the row binds, the indicator is `value`: its own term is a constant there.
    var rest = LinearExpression(constant: expression.linearExpression.constant)
    for term in expression.linearExpression.terms {
      if try column(of: term.variable, for: "imply") == indicator {
        rest.constant += term.coefficient * Double(value)
      } else {
        rest.add(term.coefficient, term.variable)
      }
    }
    let range = try range(of: rest, within: bounds)
    var wanted: [(bigM: Double, relation: Relation)] = []
    if relation != .greaterOrEqual, range.upper > right { wanted.append((range.upper - right, .lessOrEqual)) }
    if relation != .lessOrEqual, range.lower < right { wanted.append((range.lower - right, .greaterOrEqual)) }
    for (bigM, _) in wanted where !bigM.isFinite {
      throw refusal(try unboundedVariable(in: rest, upward: bigM > 0, within: bounds))
    }
    return try wholly {
      try wanted.enumerated().map { number, row in
        var left = rest
        // M (1 - z) for value 1, M z for value 0, moved to the left side.
        left.add(value == 1 ? row.bigM : -row.bigM, binary)
        let suffix = wanted.count > 1 ? (number == 0 ? "_upper" : "_lower") : ""
        return try constrain(
          left, row.relation, value == 1 ? right + row.bigM : right, name: name.map { $0 + suffix })
      }
    }
  }

  /// Adds a variable t with t >= expression and t >= -expression: the absolute value wherever t is pushed down, by the
  /// objective or by a budget.
  ///
  /// - Parameter isExact: adds a binary variable, so that t is the absolute value everywhere; needs finite bounds.
  @discardableResult
  public func absoluteValue(
    of expression: some LinearOperand, isExact: Bool = false, name: String? = nil
  ) throws -> Variable {
    try checkMayChange("absolute value")
    let range = try range(of: expression)
    if isExact, !range.lower.isFinite || !range.upper.isFinite {
      throw Misuse(
        "absolute value: expected finite bounds, got "
          + (try unboundedVariable(
            in: expression.linearExpression, upward: !range.upper.isFinite, within: (columnLower, columnUpper))))
    }
    return try wholly {
      let largest = max(0, -range.lower, range.upper)
      let absolute = try addVariable(name: name, lower: max(0, range.lower, -range.upper), upper: largest)
      try constrain(absolute - expression, .greaterOrEqual, 0)
      try constrain(absolute + expression, .greaterOrEqual, 0)
      guard isExact, range.lower < 0, range.upper > 0 else {
        // The sign is known: t is the expression or its opposite.
        if isExact { try constrain(range.lower >= 0 ? absolute - expression : absolute + expression, .equal, 0) }
        return absolute
      }
      let isPositive = try addVariable(kind: .binary)
      try imply(isPositive, is: 1, absolute - expression, .lessOrEqual, 0)
      try imply(isPositive, is: 0, absolute + expression, .lessOrEqual, 0)
      return absolute
    }
  }

  /// Adds sum |variables[i] - center[i]| <= budget: variable i is center[i] + up - down, with the ups and downs, both at
  /// least 0 and no larger than the variable's bounds allow, in one budget row.
  ///
  /// - Throws: `Misuse` for a negative or infinite budget and lists of different lengths.
  public func limitL1Distance(of variables: [Variable], from center: [Double], to budget: Double) throws {
    try checkMayChange("L1 budget")
    try checkDistance(variables, center, budget, "L1 budget")
    try wholly {
      var total = LinearExpression()
      total.reserveCapacity(2 * variables.count)
      for (variable, middle) in zip(variables, center) {
        let (lower, upper) = try range(of: variable)
        let up = try addVariable(upper: max(0, min(budget, upper - middle)))
        let down = try addVariable(upper: max(0, min(budget, middle - lower)))
        try constrain(variable - up + down, .equal, middle)
        total.add(1, up)
        total.add(1, down)
      }
      try constrain(total, .lessOrEqual, budget)
    }
  }

  /// Tightens the bounds so that |variables[i] - center[i]| <= budget for each i; integer variables' bounds are rounded
  /// inward.
  public func limitLInfinityDistance(of variables: [Variable], from center: [Double], to budget: Double) throws {
    try checkMayChange("L-infinity budget")
    try checkDistance(variables, center, budget, "L-infinity budget")
    try changeBounds(variables.count) {
      for (variable, middle) in zip(variables, center) {
        let column = try column(of: variable, for: "L-infinity budget")
        var (lower, upper) = (max(columnLower[column], middle - budget), min(columnUpper[column], middle + budget))
        if kinds[column].isIntegral { (lower, upper) = (lower.rounded(.up), upper.rounded(.down)) }
        boundsBeforeFixing[column] = nil
        (columnLower[column], columnUpper[column]) = (lower, upper)
      }
    }
  }

  private func checkDistance(_ variables: [Variable], _ center: [Double], _ budget: Double, _ what: String) throws {
    guard variables.count == center.count else {
      throw Misuse("\(what): expected as many variables as centers, got \(variables.count) and \(center.count)")
    }
    guard budget >= 0, budget.isFinite, center.allSatisfy(\.isFinite) else {
      throw Misuse("\(what): expected finite numbers and a budget of at least 0, got \(budget)")
    }
  }

  /// A phrase that names the variable whose infinite bound makes `expression` unbounded.
  private func unboundedVariable(
    in expression: LinearExpression, upward: Bool, within bounds: (lower: [Double], upper: [Double])
  ) throws -> String {
    for term in expression.terms {
      let column = try column(of: term.variable)
      let isUpper = (term.coefficient > 0) == upward
      if isUpper ? bounds.upper[column].isInfinite : bounds.lower[column].isInfinite {
        return "\(columnName(column)) without \(isUpper ? "an upper" : "a lower") bound"
      }
    }
    return "coefficients too large to add up"
  }
}
