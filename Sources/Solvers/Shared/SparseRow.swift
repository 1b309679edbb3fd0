import Essentials
import MILP

/// A checked row that a callback added: columns without duplicates, finite values, bounds with the constant moved over.
struct SparseRow {
  let columns: [Int32]
  let values: [Double]
  let lower: Double
  let upper: Double

  init(_ row: AddedRow, of model: Model) throws {
    let entries = try model.sums(of: row.expression, for: "added row")
    let right = row.right - row.expression.constant
    guard right.isFinite, entries.allSatisfy(\.coefficient.isFinite) else {
      throw Misuse("added row: expected finite numbers, got NaN or an infinity")
    }
    let conditioned = try ConditionedRow(
      entries.map { Int32($0.column) }, entries.map(\.coefficient),
      lower: row.relation == .lessOrEqual ? -.infinity : right,
      upper: row.relation == .greaterOrEqual ? .infinity : right, of: model, name: "added row")
    columns = conditioned.columns
    values = conditioned.values
    lower = conditioned.lower
    upper = conditioned.upper
  }

  /// Makes a row of checked content.
  init(columns: [Int32], values: [Double], lower: Double, upper: Double) {
    self.columns = columns
    self.values = values
    self.lower = lower
    self.upper = upper
  }

  /// The value of the left side at `point`.
  func activity(at point: [Double]) -> Double { zip(columns, values).reduce(0) { $0 + $1.1 * point[Int($1.0)] } }

  /// By how much `point` violates the row, relative to bounds larger than 1.
  func violation(at point: [Double]) -> Double {
    let activity = activity(at: point)
    return max(0, (lower - activity) / max(1, abs(lower)), (activity - upper) / max(1, abs(upper)))
  }
}
