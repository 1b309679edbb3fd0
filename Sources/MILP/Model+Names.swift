extension Model {
  /// The name that `variable` was given, or `x` and its number from 1.
  public func name(of variable: Variable) throws -> String { columnName(try column(of: variable, for: "name")) }

  /// The name that `constraint` was given, or `r` and its number from 1.
  public func name(of constraint: Constraint) throws -> String { rowName(try row(of: constraint, for: "name")) }

  /// One name per column, all different and free of blanks: given names where they are unique, otherwise numbered ones.
  public func uniqueColumnNames() -> [String] { columnNames.uniqueNames(columnCount) }

  /// One name per row, all different and free of blanks.
  public func uniqueRowNames() -> [String] { rowNames.uniqueNames(rowCount) }

  package func columnName(_ column: Int) -> String { columnNames.name(column) }

  package func rowName(_ row: Int) -> String { rowNames.name(row) }
}
