extension Model {
  /// The name that `variable` was given, or `x` and its number from 1.
  public func name(of variable: Variable) throws -> String { columnName(try column(of: variable, for: "name")) }

  /// The name that `constraint` was given, or `r` and its number from 1.
  public func name(of constraint: Constraint) throws -> String { rowName(try row(of: constraint, for: "name")) }

  /// The first variable that was given the name `name`, or whose made-up name it is; nil if there is none.
  public func variable(named name: String) -> Variable? {
    (0..<columnCount).first { columnName($0) == name && !removedColumns.contains($0) }.map {
      Variable(index: $0, modelIdentity: identity)
    }
  }

  /// The first constraint that was given the name `name`, or whose made-up name it is; nil if there is none.
  public func constraint(named name: String) -> Constraint? {
    (0..<rowCount).first { rowName($0) == name && !removedRows.contains($0) }.map {
      Constraint(index: $0, modelIdentity: identity)
    }
  }

  package func columnName(_ column: Int) -> String { columnNames.name(column) }

  package func rowName(_ row: Int) -> String { rowNames.name(row) }
}
