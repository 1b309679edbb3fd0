/// How a branch and bound ended.
public enum BranchAndBoundStatus: String, Sendable, CaseIterable {
  /// Every node was closed by a bound: no margin of the region reaches 0 (or, with a gap, `bound`).
  case proved
  /// A witness passed the recheck.
  case found
  /// A limit was reached, or a margin is so near 0 that rounding decides its sign.
  case limit
  /// The caller asked for the end.
  case stopped
}
