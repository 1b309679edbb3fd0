/// What a branch and bound found out.
public struct BranchAndBoundResult: Sendable {
  /// How it ended.
  public var status: BranchAndBoundStatus
  /// No margin over the region is larger than this; rounded outward.
  public var bound: Double
  /// The witness that ended the search, or the input with the largest margin seen among those that meet the
  /// constraints; x0 where there was none.
  public var point: [Double]
  /// That margin, in Float64; -infinity where no input met the constraints.
  public var margin: Double
  /// The witness that ended the search; nil without one.
  public var witness: Witness?
  /// A bound that the witness's real margin exceeds: where the given bounds hold, one of the two is a defect.
  public var refutedBound: Double?
  /// Nodes that were bounded.
  public var nodes = 0
  /// Bounds that were evaluated, those of neurons and of probes included.
  public var evaluations = 0
  /// Undecided neurons at the root.
  public var unstable = 0
  /// Wall seconds.
  public var seconds = 0.0

  /// Whether the bound proves that there is no adversarial input.
  public var isProof: Bool { status == .proved && bound < 0 }
}
