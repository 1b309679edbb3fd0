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
    let terms = (rowStarts[row]..<rowStarts[row + 1]).enumerated().map { number, entry in
      let value = coefficients[entry]
      let sign = number == 0 ? (value < 0 ? "-" : "") : value < 0 ? " - " : " + "
      return "\(sign)\(abs(value) == 1 ? "" : "\(abs(value)) ")\(columnName(Int(columnIndices[entry])))"
    }
    let left = terms.isEmpty ? "0" : terms.joined()
    let (lower, upper) = (rowLower[row], rowUpper[row])
    if lower == upper { return "\(rowName(row)): \(left) == \(upper)" }
    if lower == -.infinity { return "\(rowName(row)): \(left) <= \(upper)" }
    if upper == .infinity { return "\(rowName(row)): \(left) >= \(lower)" }
    return "\(rowName(row)): \(lower) <= \(left) <= \(upper)"
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
