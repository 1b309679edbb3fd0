/// What a branch and bound divides.
public enum Branching: String, Sendable, CaseIterable {
  /// Inputs down to where no more than `BranchAndBoundOptions.fewNeurons` are undecided, and then those, where the region
  /// is a box with at most 12 inputs that vary; with at most 32 inputs or neurons, as `SplitGains` says; otherwise
  /// neurons.
  case automatic
  /// The phases of undecided neurons.
  case neurons
  /// The ranges of inputs; only where the region is a box or box ∩ L∞ ball.
  case inputs
}
