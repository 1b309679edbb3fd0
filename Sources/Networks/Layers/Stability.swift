/// What bounds say about a neuron.
public enum Stability: String, Sendable {
  /// Its preactivation is never positive: the output is 0.
  case inactive
  /// Its preactivation is never negative, or it has no ReLU: the output is the preactivation.
  case active
  /// Both may happen: the MILP needs a binary.
  case unstable
}
