import Essentials
import Networks

/// How far a network's margin can be above that of another one, such as a pruned copy, and what a bound of the other's
/// margin then says about the network itself.
public struct MarginDifference {
  /// The other network, a copy.
  public let embedded: Network
  /// By how much the network's margin can exceed the other's, anywhere in the region.
  public let bound: Double
  /// The best that is known of the other's largest margin.
  private var embeddedBound = Double.infinity

  init(_ dense: Network, _ embedded: Network, _ problem: Problem) throws {
    try problem.check(embedded)
    if let number = problem.constraints.firstIndex(where: { !$0.outputs.isEmpty }) {
      throw Misuse(
        "verify.difference: constraint \(number + 1) is about outputs, which the networks compute differently: expected "
          + "constraints on inputs only")
    }
    let difference = try DifferenceBounds(dense, embedded, over: problem.region)
    self.embedded = try embedded.copy()
    bound = try problem.rivals(outputCount: dense.outputCount).reduce(-.infinity) { most, rival in
      let weights = problem.marginWeights(rival: rival, outputCount: dense.outputCount)
      return max(most, try difference.upperBound(outputWeights: weights))
    }
  }

  /// No margin of the network is larger.
  var marginBound: Double { (bound + embeddedBound).nextUp }

  /// The same with the margin of the other network known to be at most `other`, where that is tighter.
  func concluding(_ other: Double?) -> MarginDifference {
    var result = self
    if let other { result.embeddedBound = min(embeddedBound, other) }
    return result
  }
}

extension Certified where Content == MarginDifference {
  /// What follows from a finding about the embedded network and the same problem.
  ///
  /// - Throws: `Misuse` when it is about another network or problem.
  public func concluding<Finding: MarginBounding>(
    from finding: Certified<Finding>
  ) throws -> Certified<MarginDifference> {
    guard finding.question.network.hasSameParameters(as: content.embedded),
      finding.question.problem.covers(question.problem)
    else { throw Misuse("expected a search or an encoding of the embedded network and the same problem") }
    return replacing(content.concluding(try finding.marginBound))
  }
}
