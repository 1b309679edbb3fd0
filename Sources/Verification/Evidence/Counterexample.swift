import Essentials
import Networks

/// An input whose outputs are said to meet a condition, rechecked from raw numbers: what `Recheck` found out about it.
public struct Counterexample: Sendable, Equatable {
  /// The input that was checked: the candidate moved into the region.
  public let point: [Double]
  /// The network's outputs there, in Float64; all NaN where its numbers overflow.
  public let outputs: [Double]
  /// The condition's margin in Float64: the largest over the alternatives of their smallest left side; -infinity where
  /// numbers overflow.
  public let margin64: Double
  /// The margin of the outputs in Float32, the smallest of three orders of summation; -infinity where these overflow.
  public let margin32: Double
  /// The margin of real numbers is at least this; see `Witness.marginLower`.
  public let marginLower: Double
  /// The distance from the region's centre in its norm.
  public let distance: Double
  /// Whether the point is in the region, the condition holds in both precisions, and it is not known to fail for real
  /// numbers.
  public let isConfirmed: Bool

  /// Whether real numbers, without any rounding, meet the condition too.
  public var isCertain: Bool { marginLower >= 0 }

  /// Rechecks `candidate` on `network`.
  ///
  /// - Parameter problem: gives the region; the problem that `OutputCondition.reduce` made, or any other over it.
  /// - Throws: `Misuse` when network, region, condition and candidate do not fit.
  public init(_ candidate: [Double], network: Network, condition: OutputCondition, problem: Problem) throws {
    try condition.check(network)
    try NetworkCheck.check(network, region: problem.region)
    guard problem.constraints.isEmpty else {
      throw Misuse("counterexample: expected a problem without constraints, which would not be checked here")
    }
    guard candidate.count == network.inputCount else {
      throw Misuse("counterexample: expected \(network.inputCount) inputs, got \(candidate.count)")
    }
    let recheck = Recheck(network, problem)
    point = problem.region.project(candidate)
    outputs = recheck.outputs64(at: point)
    func margin(_ outputs: [Double]) -> Double { Counterexample.margin(condition, outputs) }
    margin64 = recheck.margin(of: outputs, margin)
    margin32 = recheck.margin32(at: point, margin)
    distance = recheck.distance(of: point)
    let isPromising = margin64 >= 0 && margin32 >= 0 && recheck.isInside(point)
    let range = recheck.marginRange(
      at: point, isPromising ? recheck.exactOutputs(at: point) : nil, condition.alternatives)
    marginLower = range.lowerBound
    isConfirmed = isPromising && range.upperBound >= 0
  }

  /// The margin, written out once more.
  private static func margin(_ condition: OutputCondition, _ outputs: [Double]) -> Double {
    var best = -Double.infinity
    for alternative in condition.alternatives {
      var smallest = Double.infinity
      for inequality in alternative {
        var value = inequality.constant
        for output in 0..<outputs.count { value += inequality.coefficients[output] * outputs[output] }
        // A left side that overflowed confirms nothing.
        smallest = value.isFinite ? min(smallest, value) : -.infinity
        if smallest == -.infinity { break }
      }
      if smallest > best { best = smallest }
    }
    return best
  }
}
