/// Limits and choices of a branch and bound.
public struct BranchAndBoundOptions: Sendable {
  /// Wall seconds; nil, the default, for no limit.
  public var timeLimit: Double?
  /// Nodes that are bounded; nil, the default, for no limit.
  public var nodeLimit: Int?
  /// Evaluations of the bound per node; 12 by default.
  public var iterations = 12
  /// Evaluations per bound of an undecided neuron at the root, before the search begins; 0 leaves the bounds as they
  /// are. 12 by default.
  public var rootIterations = 12
  /// Undecided neurons whose phases are both tried before one of them is branched on; 4 by default.
  public var probes = 4
  /// Whether the layers above a split neuron are bounded anew at every node; true by default.
  public var tightens = true
  /// Look for the largest margin itself, to within this, instead of stopping at the first witness and leaving aside
  /// whatever cannot be positive; nil, the default, does not.
  public var gap: Double?

  /// The defaults.
  public init() {}
}
