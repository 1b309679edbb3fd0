import MILP
import Solvers

/// The optimum of `model` by GLPK; NaN without one within 20 seconds.
func solve(_ model: Model) throws -> Double {
  var options = SolveOptions()
  options.timeLimit = 20
  let solution = try GLPKSolver().solve(model, options: options)
  return solution.status == .optimal ? solution.objective ?? .nan : .nan
}

/// How much `point` violates a row or bound of `model`, or misses a whole number, at the most.
func violation(of point: [Double], in model: Model) -> Double {
  var worst = 0.0
  for (column, value) in point.enumerated() {
    worst = max(worst, model.columnLower[column] - value, value - model.columnUpper[column])
    if model.kinds[column].isIntegral { worst = max(worst, abs(value - value.rounded())) }
  }
  for row in 0..<model.rowCount {
    var sum = 0.0
    for entry in model.rowStarts[row]..<model.rowStarts[row + 1] {
      sum += model.coefficients[entry] * point[Int(model.columnIndices[entry])]
    }
    worst = max(worst, model.rowLower[row] - sum, sum - model.rowUpper[row])
  }
  return worst
}
