import Essentials

extension Model {
  /// What values `variable` may take between its bounds.
  public func kind(of variable: Variable) throws -> VariableKind { kinds[try column(of: variable, for: "kind")] }

  /// The left side of a row. Repeated variables and zeros were put together when it was added.
  public func terms(of constraint: Constraint) throws -> LinearExpression {
    let row = try row(of: constraint, for: "terms")
    let range = rowStarts[row]..<rowStarts[row + 1]
    return LinearExpression(
      coefficients[range], columnIndices[range].map { Variable(index: Int($0), modelIdentity: identity) })
  }

  /// A row in one line: `capacity: 3.0 x1 + 2.0 x2 <= 4.0`.
  package func text(ofRow row: Int) throws -> String {
    let entries = rowStarts[row]..<rowStarts[row + 1]
    let left = text(columnIndices[entries], coefficients[entries])
    let (lower, upper) = (rowLower[row], rowUpper[row])
    if lower == upper { return "\(rowName(row)): \(left) == \(upper)" }
    if lower == -.infinity { return "\(rowName(row)): \(left) <= \(upper)" }
    if upper == .infinity { return "\(rowName(row)): \(left) >= \(lower)" }
    return "\(rowName(row)): \(lower) <= \(left) <= \(upper)"
  }

  /// A sum as people write it: `3.0 x1 + 2.0 x2`.
  func text(_ columns: some Sequence<Int32>, _ coefficients: some Sequence<Double>) -> String {
    let terms = zip(columns, coefficients).enumerated().map { number, term in
      let (column, value) = term
      let sign = number == 0 ? (value < 0 ? "-" : "") : value < 0 ? " - " : " + "
      return "\(sign)\(abs(value) == 1 ? "" : "\(abs(value)) ")\(columnName(Int(column)))"
    }
    return terms.isEmpty ? "0" : terms.joined()
  }

  /// The objective: one term for each variable that it depends on.
  public var objective: LinearExpression {
    var expression = LinearExpression(constant: objectiveConstant)
    for (column, coefficient) in objectiveCoefficients.enumerated() where coefficient != 0 {
      expression.add(coefficient, Variable(index: column, modelIdentity: identity))
    }
    return expression
  }
}
