/// What a callback may ask of the solver, beyond going on. Raw values are the names in scripts.
public enum SolveAnswerKind: String, Sendable, Hashable, CaseIterable {
  /// End the solve and keep the incumbent.
  case stop
  /// Use this feasible point.
  case submit
  /// Enforce these rows, which are part of the model although they were not written down.
  case lazyRows = "lazy_rows"
  /// Use these rows, which cut off fractional points but no feasible one.
  case cuts
  /// Branch on this variable at the current node.
  case branch
}
