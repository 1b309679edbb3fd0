/// What a model may ask for that linear rows do not say by themselves. Raw values are the names in scripts.
public enum ConstructKind: String, Sendable, Hashable, CaseIterable {
  /// Variables that are 0 or between bounds; see `VariableKind.semicontinuous`.
  case semicontinuous
  /// Special ordered sets of type 1.
  case sos1
  /// Special ordered sets of type 2.
  case sos2
  /// Rows that hold only where a binary variable has a given value.
  case indicator
}
