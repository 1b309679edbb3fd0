import Essentials
import MILP

/// Limits and choices of a branch and bound.
public struct BranchAndBoundOptions: Sendable {
  /// Wall seconds; nil, the default, for no limit.
  public var timeLimit: Double?
  /// Nodes that are bounded; nil, the default, for no limit.
  public var nodeLimit: Int?
  /// What is divided; automatic by default.
  public var branching = Branching.automatic
  /// With automatic branching, nodes with at most so many undecided neurons are divided by phases where others may be by
  /// inputs; 10 by default.
  public var fewNeurons = 10
  /// Evaluations of the bound per node, up to 1,000,000; 6 by default.
  public var iterations = 6
  /// Evaluations per bound of an undecided neuron at the root, before the search begins; 0 leaves the bounds as they
  /// are. By default 12, or 0 where ranges of few inputs are divided: that tightens all bounds by more.
  public var rootIterations: Int?
  /// Undecided neurons whose phases are both tried before one of them is branched on; 4 by default.
  public var probes = 4
  /// Down to this depth the layers above a split neuron are bounded anew, for the node and all below it; 6 by default.
  public var tighteningDepth = 6
  /// Threads that look at open nodes; 1 by default.
  public var threads = 1
  /// The most open nodes that are kept in order of their bounds; with more, the search goes depth first, which keeps
  /// them few. 4,000 by default.
  public var orderedNodes = 4000
  /// The first step of a slope, which may be from 0 to 1; 0.5 by default.
  public var stepSize = 0.5
  /// What a step is of the one before; 0.85 by default.
  public var stepDecay = 0.85
  /// Look for the largest margin itself, to within this, instead of stopping at the first witness and leaving aside
  /// whatever cannot be positive; nil, the default, does not.
  public var gap: Double?

  /// Write down what proves the result, so that a certificate can be made of it; false by default. Nodes are then closed
  /// a little later, since whoever checks it rounds otherwise.
  public var isRecorded = false
  /// Of a network that `OutputCondition.reduce` made of another: that condition, so that the certificate is about it and
  /// the other network; nil, the default, for one about this network.
  public var condition: OutputCondition?
  /// Solves the linear programs of nodes whose phases are all assumed, within so many seconds, where that is asked for in
  /// fractions; its duals are not believed but evaluated. With nil, the default, such nodes stay open.
  public var solveProgram: (@Sendable (Model, _ timeLimit: Double?, _ isExact: Bool) throws -> Solution)?

  /// The defaults.
  public init() {}

  /// - Throws: `Misuse` when a limit is negative or a choice makes no sense.
  func check() throws {
    let limit = timeLimit ?? 0
    let most = 1_000_000
    guard !limit.isNaN, limit >= 0, nodeLimit ?? 0 >= 0, (1...most).contains(iterations), (1...1024).contains(threads),
      (0...most).contains(rootIterations ?? 0), fewNeurons >= 0, probes > 0, orderedNodes >= 0, stepSize > 0,
      stepDecay > 0, stepDecay <= 1, !(gap ?? 1).isNaN, gap ?? 1 > 0
    else {
      throw Misuse(
        "branch and bound: expected limits >= 0, iterations from 1 to \(most), threads from 1 to 1024, probes >= 1, steps and a gap > 0, "
          + "got \(self)")
    }
  }
}
