/// An undecided neuron that is to become columns and rows.
struct NeuronRequest {
  /// Its preactivation as a function of columns.
  let preactivation: ColumnSum
  /// Bounds of that function: lower < 0 < upper.
  let lower: Double
  let upper: Double
  /// The column of its output, which has these bounds.
  let output: Int
  /// What a column or a row that is called something is named.
  let label: (String) -> String
  /// Bounds, rounded outward, of a sum of columns of the preactivation.
  let range: (_ indices: [Int32], _ values: [Double]) -> (lower: Double, upper: Double)
}
