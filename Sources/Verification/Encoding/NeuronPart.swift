/// One part of a partitioned neuron's preactivation.
struct NeuronPart: Sendable {
  /// The column of the part's sum.
  let sum: Int
  /// The column of the sum where the neuron is active, and 0 where it is not.
  let active: Int
  /// The sum's terms.
  let indices: [Int32]
  let values: [Double]

  /// The part's sum at a point of the model.
  func value(at point: [Double]) -> Double {
    zip(indices, values).reduce(0) { $0 + $1.1 * point[Int($1.0)] }
  }
}
