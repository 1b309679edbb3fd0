import Essentials

/// Which variables and constraints a model or a solution can be asked about: those of the model, and those of the models
/// that it was copied from, as far as they existed at that time. It also knows the names of the variables in files.
public struct HandleScope: Sendable {
  let modelName: String
  private let known: [UInt64: (columns: Int, rows: Int)]
  private let removedColumns: Set<Int>
  private let removedRows: Set<Int>
  private let columnNames: NameTable

  init(
    modelName: String, known: [UInt64: (columns: Int, rows: Int)], removedColumns: Set<Int>, removedRows: Set<Int>,
    columnNames: NameTable
  ) {
    self.modelName = modelName
    self.known = known
    (self.removedColumns, self.removedRows) = (removedColumns, removedRows)
    self.columnNames = columnNames
  }

  /// The first `count` columns with the names that they have in files, without those that were removed.
  func namedColumns(_ count: Int, _ rules: NameRules) -> [(column: Int, name: String)] {
    rules.unique((0..<count).map(columnNames.name), letter: "x", areColumns: true).enumerated().map { ($0, $1) }
      .filter { !removedColumns.contains($0.0) }
  }

  /// The column of `variable`; throws a `Misuse` that begins with `operation` if it is not known here.
  public func column(of variable: Variable, for operation: String) throws -> Int {
    if let counts = known[variable.modelIdentity], variable.index < counts.columns {
      guard !removedColumns.contains(variable.index) else {
        throw Misuse("\(operation): variable \(variable.index + 1) was removed from model \"\(modelName)\"")
      }
      return variable.index
    }
    throw Misuse("\(operation): expected a variable of model \"\(modelName)\", got one of another model")
  }

  /// The row of `constraint`; throws a `Misuse` that begins with `operation` if it is not known here.
  public func row(of constraint: Constraint, for operation: String) throws -> Int {
    if let counts = known[constraint.modelIdentity], constraint.index < counts.rows {
      guard !removedRows.contains(constraint.index) else {
        throw Misuse("\(operation): constraint \(constraint.index + 1) was removed from model \"\(modelName)\"")
      }
      return constraint.index
    }
    throw Misuse("\(operation): expected a constraint of model \"\(modelName)\", got one of another model")
  }
}
