/// Which half of a branching is explored first.
public enum BranchDirection: String, Sendable, Hashable, CaseIterable {
  /// Values rounded down.
  case down
  /// Values rounded up.
  case up
  /// The solver chooses.
  case either
}
