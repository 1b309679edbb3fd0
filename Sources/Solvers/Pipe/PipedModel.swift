import Essentials
import MILP

/// A model as a program gets it: a minimisation without a constant, the columns called x1, x2, … in the model's order,
/// in an MPS file that every solver reads. Rows that exclude nothing are left out, since readers disagree about them. What
/// the program knows of semicontinuity, special ordered sets and indicators is left to it, the latter as rows at the end.
struct PipedModel {
  private let model: Model
  private let conditioned: ConditionedRows
  /// The model's row for each row of the file.
  private let rows: [Int]
  /// 1 where the model is minimised, -1 where the file has the objective negated.
  private let sign: Double

  /// Prepares `model`, whose bounds must not be crossed.
  ///
  /// - Throws: `OutsideFailure` for coefficients that no solver can treat rightly.
  init(_ model: Model) throws {
    self.model = model
    let conditioned = try ConditionedRows(model)
    self.conditioned = conditioned
    sign = model.objectiveSense == .minimize ? 1 : -1
    rows = (0..<model.rowCount).filter { row in
      let (lower, upper) = (conditioned.lower[row], conditioned.upper[row])
      // An empty row that excludes everything has been looked at before.
      return (lower.isFinite || upper.isFinite)
        && (conditioned.starts[row] < conditioned.starts[row + 1]
          || max(lower, -upper) > Model.feasibilityTolerance)
    }
  }

  var columnCount: Int { model.columnCount }
  var rowCount: Int { rows.count }
  var warnings: [String] { conditioned.warnings }

  /// The objective's constant in the file's sense, which the file lacks.
  var objectiveConstant: Double { sign * model.objectiveConstant }

  /// The file's objective where the model's is `value`, and the other way round.
  func objective(inFile value: Double) -> Double { sign * (value - model.objectiveConstant) }
  func objective(fromFile value: Double) -> Double { sign * value + model.objectiveConstant }

  /// Writes the file.
  func write(to path: String) throws {
    let plain = Model()
    for column in 0..<model.columnCount {
      let (kind, lower, upper) = model.domain(column)
      try plain.addVariable(kind: kind, lower: lower, upper: upper)
    }
    try plain.setObjective(coefficients: model.objectiveCoefficients.map { sign * $0 }, .minimize)
    plain.reserveRows(rows.count, entries: conditioned.values.count)
    for row in rows {
      let entries = conditioned.starts[row]..<conditioned.starts[row + 1]
      try plain.addRow(
        indices: Array(conditioned.columns[entries]), values: Array(conditioned.values[entries]),
        lower: conditioned.lower[row], upper: conditioned.upper[row])
    }
    for (_, set) in model.specialOrderedSets {
      try plain.addSpecialOrderedSet(set.type, set.columns.map(plain.variable(at:)), weights: set.weights)
    }
    for (_, indicator) in model.indicators {
      let left = LinearExpression(indicator.coefficients, indicator.columns.map { plain.variable(at: Int($0)) })
      try plain.addIndicator(
        plain.variable(at: indicator.binary), is: indicator.value, left, indicator.relation, indicator.right)
    }
    try ModelFile.write(plain, to: path)
  }

  /// The model's row duals from those of the file's rows.
  func rowDuals(fromFile duals: [Double]) -> [Double] {
    var all = [Double](repeating: 0, count: model.rowCount)
    for (row, dual) in zip(rows, duals) { all[row] = sign * dual }
    return conditioned.duals(all)
  }

  /// The model's reduced costs from the file's.
  func reducedCosts(fromFile costs: [Double]) -> [Double] { costs.map { sign * $0 } }
}
