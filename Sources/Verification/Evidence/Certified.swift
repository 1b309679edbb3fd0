import Essentials
import MILP
import Networks

/// A finding about a network together with the question that it answers; only a `Question` makes one, so that findings
/// about different networks or problems are never mixed up.
public struct Certified<Content> {
  /// The finding.
  public let content: Content
  /// The network that was looked at, and the problem.
  public let question: Question
  /// Which inputs the preactivation bounds at the bottom of it hold for.
  public let scope: BoundsScope
  /// Whether these bounds were computed here. Nothing that rests on bounds of a script or a file is called a proof.
  public let isCertified: Bool

  init(_ content: Content, question: Question, scope: BoundsScope, isCertified: Bool) {
    self.content = content
    self.question = question
    self.scope = scope
    self.isCertified = isCertified
  }

  /// What follows from this finding, about the same question.
  func replacing<Other>(_ content: Other, scope: BoundsScope? = nil) -> Certified<Other> {
    Certified<Other>(content, question: question, scope: scope ?? self.scope, isCertified: isCertified)
  }

  /// Whether what is found out is an answer to the question whether `network` is robust, and perhaps for `problem`: it
  /// must be the very network, not a pruned copy, and the problem in question must be covered by that which was looked at.
  public func answers(_ network: Network, _ problem: Problem? = nil) -> Bool {
    isCertified && network.hasSameParameters(as: question.network) && problem.map(question.problem.covers) ?? true
  }

  /// What no margin of an input that meets the constraints exceeds, if `bound` is that of the inputs in the scope: where
  /// only inputs with a margin of at least 0 were considered, the others have a smaller one.
  func boundOfAll(_ bound: Double) -> Double { scope == .counterexamples ? max(bound, 0) : bound }
}

extension Certified where Content == PreactivationBounds {
  /// Whether the bounds hold for another question: one about the same network and region, and where they assume the
  /// problem's constraints or target, the same in everything.
  public func holds(for network: Network, _ problem: Problem) -> Bool {
    (scope == .region ? question.problem.hasSameRegion(as: problem) : question.problem.isSameQuestion(as: problem))
      && network.hasSameParameters(as: question.network)
  }
}

extension Certified where Content: MarginBounding {
  /// Whether it proves that `network` is robust, and perhaps for which problem. Inputs out of the scope have a negative
  /// margin or do not count.
  public func provesRobust(_ network: Network, _ problem: Problem? = nil) throws -> ProofAnswer {
    guard answers(network, problem) else { return .none }
    return ProofAnswer(
      marginBound: try content.marginBound(for: question),
      leavesNoInput: content.leavesNoInput && scope != .counterexamples)
  }

  /// What no margin of an input that meets the constraints exceeds; nil where that is not known, or rests on bounds from
  /// outside.
  public var marginBound: Double? {
    get throws { isCertified ? try claimedMarginBound : nil }
  }

  /// The same, whatever it rests on.
  public var claimedMarginBound: Double? {
    get throws {
      guard let bound = try content.marginBound(for: question), !bound.isNaN else { return nil }
      return boundOfAll(bound)
    }
  }
}

extension Certified where Content == BranchAndBound {
  /// Searches, or goes on with a search, until the question is settled, a limit is reached, or `shouldStop` says so.
  ///
  /// - Throws: `Misuse` where a bound that is a proof is below the margin of a witness.
  public func run(shouldStop: @escaping @Sendable () -> Bool = { false }) throws {
    let result = try content.run(shouldStop: shouldStop)
    guard let bound = result.refutedBound, let witness = result.witness, isCertified else { return }
    throw Misuse(
      "verify.branch_and_bound: proved that no margin is above \(bound), and found a witness with a margin of at least "
        + "\(witness.marginLower) at \(witness.point): expected at most one of them, please report this")
  }
}

extension Certified where Content == Encoding {
  /// What a solution of the model says about the question.
  public func solved(by solution: Solution) throws -> Certified<SolvedEncoding> {
    replacing(try SolvedEncoding(content, by: solution, scope: scope))
  }
}

extension Certified where Content == LinearRelaxation {
  /// The preactivation bounds, tightened by all that was found since.
  public var bounds: Certified<PreactivationBounds> { replacing(content.bounds) }
}
