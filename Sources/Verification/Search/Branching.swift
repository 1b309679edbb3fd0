/// What a branch and bound divides.
public enum Branching: String, Sendable, CaseIterable {
  /// Inputs where the region is a box with at most `BranchAndBound.fewInputs` inputs that vary, otherwise neurons.
  case automatic
  /// The phases of undecided neurons.
  case neurons
  /// The ranges of inputs; only where the region is a box or box ∩ L∞ ball.
  case inputs
}
