import Essentials
import Networks
import Verification

/// A property as VNN-LIB 1.0 states it: is there an input in one of some regions for which the outputs meet a
/// condition? The condition usually describes what must not happen, so an answer of no (`unsat`) is the good one.
public struct VNNLIBProperty: Sendable {
  /// A region and the condition on the outputs that goes with it.
  public struct Case: Sendable {
    /// The inputs in question: a box, or a box with an L1 budget.
    public var region: any InputRegion
    /// What the outputs have to meet.
    public var condition: OutputCondition

    /// A region and a condition.
    public init(region: any InputRegion, condition: OutputCondition) {
      self.region = region
      self.condition = condition
    }
  }

  /// The regions, at least one; the property is satisfiable when one of them has such an input.
  public let cases: [Case]

  /// A property of these cases.
  ///
  /// - Throws: `Misuse` when there is none, or they differ in the number of inputs or outputs.
  public init(cases: [Case]) throws {
    guard let first = cases.first else { throw Misuse("property: expected at least one region") }
    for item in cases {
      guard item.region.inputCount == first.region.inputCount,
        item.condition.outputCount == first.condition.outputCount
      else { throw Misuse("property: expected regions and conditions over the same inputs and outputs") }
    }
    self.cases = cases
  }

  /// The property that an adversarial input of `problem` for `network` satisfies.
  ///
  /// - Throws: `Misuse` when the problem does not fit the network, or has constraints, which would be lost.
  public init(_ problem: Problem, of network: Network) throws {
    try problem.check(network)
    guard problem.constraints.isEmpty else {
      throw Misuse("property: expected a problem without constraints, got \(problem.constraints.count)")
    }
    let alternatives = problem.rivals(outputCount: network.outputCount).map { rival in
      [OutputInequality(coefficients: problem.marginWeights(rival: rival, outputCount: network.outputCount))]
    }
    try self.init(
      cases: [Case(region: problem.region, condition: try OutputCondition(alternatives: alternatives))])
  }

  /// The number of inputs.
  public var inputCount: Int { cases[0].region.inputCount }
  /// The number of outputs.
  public var outputCount: Int { cases[0].condition.outputCount }

  /// Whether these inputs and outputs answer the property with yes: the inputs lie in a region, and its condition holds.
  ///
  /// The box and the inequalities are checked without any tolerance; a budget may be exceeded by what rounding makes of
  /// its sum, as in `Recheck`.
  public func isSatisfied(inputs: [Double], outputs: [Double]) -> Bool {
    guard inputs.count == inputCount, outputs.count == outputCount, outputs.allSatisfy(\.isFinite) else { return false }
    return cases.contains { item in
      item.region.boxViolation(of: inputs) <= 0
        && item.region.distance(of: inputs)
          <= Recheck.largestDistance(epsilon: item.region.epsilon, inputCount: inputCount)
        && item.condition.margin(of: outputs) >= 0
    }
  }
}
