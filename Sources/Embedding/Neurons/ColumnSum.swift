import Essentials
import MILP

/// An affine function of columns: what a neuron's preactivation is in a model.
package struct ColumnSum {
  package var indices: [Int32] = []
  package var values: [Double] = []
  package var constant = 0.0
  /// By how much the function can differ from the network's preactivation.
  package private(set) var error = 0.0

  /// The function 0.
  package init() {}

  /// Terms that can change a sum by no more than this make no entry.
  ///
  /// Training with weight decay shrinks the weights of pixels that are always black to 1e-40 and less. Such entries mean
  /// nothing and ruin a solver's scaling: with them GLPK 5.0 called feasible models infeasible and gave bounds below
  /// attained values. What they could have contributed is not lost but bounded, layer by layer, in `error`.
  package static let negligibleContribution = 1e-10

  /// Takes the term in, or, where it can hardly change the sum, its value at the middle of the column's range.
  package mutating func add(
    _ coefficient: Double, column: Int, lower: Double, upper: Double, error columnError: Double
  ) {
    error += abs(coefficient) * columnError
    let reach = 0.5 * (upper - lower)
    if abs(coefficient) * reach <= ColumnSum.negligibleContribution {
      constant += coefficient * (lower + reach)
      error += abs(coefficient) * reach * (1 + 1e-9)
    } else {
      indices.append(Int32(column))
      values.append(coefficient)
    }
  }

  /// Takes in factor · function for every pair, each column getting one coefficient for all that it has here.
  package mutating func add(_ terms: [(factor: Double, function: ColumnSum)], in model: Model) {
    var sums: [Int32: Double] = [:]
    var order = indices
    for (column, value) in zip(indices, values) { sums[column, default: 0] += value }
    for (factor, function) in terms {
      constant += factor * function.constant
      error += abs(factor) * function.error
      for (column, value) in zip(function.indices, function.values) {
        if sums[column] == nil { order.append(column) }
        sums[column, default: 0] += factor * value
      }
    }
    (indices, values) = ([], [])
    for column in order {
      guard let value = sums.removeValue(forKey: column), value != 0 else { continue }
      add(
        value, column: Int(column), lower: model.columnLower[Int(column)], upper: model.columnUpper[Int(column)],
        error: 0)
    }
  }

  /// Adds the row `lower <= this + Σ more <= upper`, the constant taken to the right.
  ///
  /// - Throws: `OutsideFailure` for a constant that solvers take for infinite.
  @discardableResult
  package func addRow(
    with more: [(column: Int, coefficient: Double)], from lower: Double, to upper: Double, name: String? = nil,
    in model: Model
  ) throws -> Constraint {
    guard abs(constant) < Model.infinity else {
      throw OutsideFailure(
        "network: \(constant) is too large for a row of a model: solvers take \(Model.infinity) and more for infinite")
    }
    return try model.addRow(
      indices: indices + more.map { Int32($0.column) }, values: values + more.map(\.coefficient),
      lower: lower - constant, upper: upper - constant, name: name)
  }
}
