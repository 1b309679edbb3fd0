import Essentials
import Networks

/// What a finding about a network rests on, and so which questions it answers: every proof of robustness, by bounds, by
/// a search, by linear programs or by a MILP, is a bound of the margin together with one of these.
public struct Proof {
  /// The network that was looked at, a copy: what a script does to its own later must not change what was proved.
  public let network: Network
  /// The problem that was looked at.
  public let problem: Problem
  /// Which inputs the preactivation bounds at the bottom of it hold for.
  public let scope: BoundsScope
  /// Whether these bounds were computed here. Those that a script or a file gave are taken at their word in models and
  /// searches, but nothing that rests on them is called a proof.
  public let isCertified: Bool

  /// The beginning of a finding.
  ///
  /// - Parameter bounds: what the bounds that it starts from rest on; nil for bounds of the whole region that are
  ///   computed for it.
  /// - Throws: `Misuse` when network and problem do not fit, or the bounds are those of another question.
  public init(_ network: Network, _ problem: Problem, restingOn bounds: Proof? = nil) throws {
    try problem.check(network)
    if let bounds, !bounds.boundsHold(for: network, problem) {
      throw Misuse("the bounds are those of another network or problem")
    }
    self.network = try network.copy()
    self.problem = problem
    scope = bounds?.scope ?? .region
    isCertified = bounds?.isCertified ?? true
  }

  private init(_ other: Proof, scope: BoundsScope, isCertified: Bool) {
    (network, problem) = (other.network, other.problem)
    (self.scope, self.isCertified) = (scope, isCertified)
  }

  /// The same with bounds that came from outside, and are said to hold for the whole region.
  public var uncertified: Proof { Proof(self, scope: .region, isCertified: false) }

  /// The same about the inputs of `scope` only.
  public func narrowed(to scope: BoundsScope) -> Proof { Proof(self, scope: scope, isCertified: isCertified) }

  /// Whether the preactivation bounds hold for another question: one about the same network and region, and where they
  /// assume the problem's constraints or target, the same in everything.
  public func boundsHold(for network: Network, _ other: Problem) -> Bool {
    (scope == .region ? problem.hasSameRegion(as: other) : problem.isSameQuestion(as: other))
      && network.hasSameParameters(as: self.network)
  }

  /// Whether what is found out is an answer to the question whether `network` is robust, and perhaps for `question`: it
  /// must be the very network, not a pruned copy, and the problem must cover the one in question.
  public func answers(_ network: Network, _ question: Problem? = nil) -> Bool {
    isCertified && network.hasSameParameters(as: self.network) && question.map(problem.covers) ?? true
  }

  /// Whether `bound`, which no margin of an input in the scope exceeds, proves that `network` is robust. Inputs out of
  /// the scope have a negative margin or do not count.
  public func provesRobust(
    _ network: Network, _ question: Problem? = nil, marginBound bound: @autoclosure () throws -> Double?
  ) rethrows -> Bool {
    try answers(network, question) && (bound() ?? .infinity) < 0
  }

  /// What no margin of an input that meets the constraints exceeds, if `bound` is that of the inputs in the scope; nil
  /// where that is not proved.
  public func marginBound(_ bound: Double?) -> Double? {
    guard isCertified, let bound, !bound.isNaN else { return nil }
    return boundOfAll(bound)
  }

  /// `bound` of the inputs in the scope as one of all that meet the constraints: where only inputs with a margin of at
  /// least 0 were considered, the others have a smaller one.
  public func boundOfAll(_ bound: Double) -> Double { scope == .counterexamples ? max(bound, 0) : bound }
}
