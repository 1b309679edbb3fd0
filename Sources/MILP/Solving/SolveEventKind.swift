/// What a callback is told about.
public enum SolveEventKind: String, Sendable, Hashable, CaseIterable {
  /// A better feasible point; every one exactly once.
  case incumbent
  /// A node's linear relaxation has been solved.
  case relaxation
  /// A regular sign of life, at most ten a second.
  case progress
}
