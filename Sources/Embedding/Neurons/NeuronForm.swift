/// What became of a hidden neuron in a model.
enum NeuronForm {
  /// Nothing that is wanted depends on it.
  case unused
  /// Stably inactive: its output is 0.
  case inactive
  /// No input changes it: its output is this number.
  case constant(Double)
  /// Passed on, and cheaper written out wherever it is read: its output is this function of columns.
  case carried(ColumnSum)
  /// Stably active, or passed on: its output is its preactivation, one column and one row.
  case active(output: Int)
  /// Undecided: what a formulation made of it.
  case undecided(any UndecidedNeuron)

  /// The column of its output, if it has one.
  var output: Int? {
    switch self {
    case .unused, .inactive, .constant, .carried: nil
    case .active(let output): output
    case .undecided(let neuron): neuron.output
    }
  }
}
