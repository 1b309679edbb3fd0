import MILP

/// What the encoding made of a hidden neuron.
enum NeuronForm: Sendable {
  /// Nothing that the objective sees depends on it.
  case unused
  /// Stably inactive: its output is 0.
  case inactive
  /// No input of the region changes it: its output is this number.
  case constant(Double)
  /// Stably active: its output is its preactivation, one column and one row.
  case active(output: Int)
  /// Undecided: output - slack = preactivation, a binary that chooses which of them is 0.
  case unstable(output: Int, slack: Int, binary: Int)
  /// Undecided, and encoded by partition.
  case partitioned(output: Int, binary: Int, constant: Double, parts: [NeuronPart])
}
