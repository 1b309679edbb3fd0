/// What bounds say about a ReLU neuron.
public enum Stability: String, Sendable {
  /// Its preactivation is never positive: the output is 0.
  case inactive
  /// Its preactivation is never negative: the ReLU does nothing.
  case active
  /// Both may happen: the MILP needs a binary.
  case unstable
}
