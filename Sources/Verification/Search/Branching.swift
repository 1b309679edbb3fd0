/// What a branch and bound divides.
public enum Branching: String, Sendable, CaseIterable {
  /// Where the region is a box with at most `InputSplitting.fewInputs` inputs that vary, inputs down to where no more
  /// than `BranchAndBoundOptions.fewNeurons` are undecided, and then those; otherwise neurons.
  case automatic
  /// The phases of undecided neurons.
  case neurons
  /// The ranges of inputs; only where the region is a box or box ∩ L∞ ball.
  case inputs
}
