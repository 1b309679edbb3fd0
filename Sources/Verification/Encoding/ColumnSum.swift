/// An affine function of columns: what a neuron's preactivation is in a model.
struct ColumnSum {
  var indices: [Int32] = []
  var values: [Double] = []
  var constant = 0.0
  /// By how much the function can differ from the network's preactivation.
  var error = 0.0

  /// Takes the term in, or, where it can hardly change the sum, its value at the middle of the column's range.
  mutating func add(_ coefficient: Double, column: Int, lower: Double, upper: Double, error columnError: Double) {
    error += abs(coefficient) * columnError
    let reach = 0.5 * (upper - lower)
    if abs(coefficient) * reach <= Encoding.negligibleContribution {
      constant += coefficient * (lower + reach)
      error += abs(coefficient) * reach * (1 + 1e-9)
    } else {
      indices.append(Int32(column))
      values.append(coefficient)
    }
  }
}
