/// The columns of a neuron that may be active or inactive.
protocol UndecidedNeuron {
  /// The column of its output.
  var output: Int { get }
  /// The column of the binary that is 1 where it is active; nil for formulations without one.
  var activity: Int? { get }

  /// Writes the neuron's columns into `point`, whose columns of the layers below are written already.
  func complete(_ preactivation: Double, _ point: inout [Double])
}
