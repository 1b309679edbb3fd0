import Essentials

extension Model {
  /// Replaces the objective.
  ///
  /// - Throws: `Misuse` for NaN, infinities, and variables of another model; the old objective stays then.
  public func setObjective(_ expression: some LinearOperand, _ sense: ObjectiveSense) throws {
    try checkMayChange("set objective")
    let expression = expression.linearExpression
    guard expression.constant.isFinite else {
      throw Misuse("set objective: expected a finite constant, got \(expression.constant)")
    }
    var coefficients = [Double](repeating: 0, count: columnCount)
    for term in expression.terms {
      let column = try column(of: term.variable, for: "set objective")
      coefficients[column] += term.coefficient
      guard coefficients[column].isFinite else {
        throw Misuse("set objective: \(columnName(column)): expected a finite coefficient, got \(coefficients[column])")
      }
    }
    objectiveCoefficients = coefficients
    objectiveConstant = expression.constant
    objectiveSense = sense
  }

  /// Replaces the objective by a coefficient per column.
  public func setObjective(coefficients: [Double], constant: Double = 0, _ sense: ObjectiveSense) throws {
    try checkMayChange("set objective")
    guard coefficients.count == columnCount else {
      throw Misuse("set objective: expected \(columnCount) coefficients, got \(coefficients.count)")
    }
    guard constant.isFinite, coefficients.allSatisfy(\.isFinite) else {
      throw Misuse("set objective: expected finite numbers, got NaN or an infinity")
    }
    objectiveCoefficients = coefficients
    objectiveConstant = constant
    objectiveSense = sense
  }

  /// Replaces one objective coefficient.
  public func setObjectiveCoefficient(_ value: Double, of variable: Variable) throws {
    try checkMayChange("set objective coefficient")
    let column = try column(of: variable, for: "set objective coefficient")
    guard value.isFinite else { throw Misuse("set objective coefficient: expected a finite number, got \(value)") }
    objectiveCoefficients[column] = value
  }

  /// The objective's value at `point`, one number per column.
  public func objectiveValue(at point: [Double]) throws -> Double {
    guard point.count == columnCount else {
      throw Misuse("objective value: expected \(columnCount) numbers, got \(point.count)")
    }
    var sum = objectiveConstant
    for (coefficient, value) in zip(objectiveCoefficients, point) where coefficient != 0 { sum += coefficient * value }
    return sum
  }
}
