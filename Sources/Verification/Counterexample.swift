import Essentials
import Networks

/// An input whose outputs are said to meet a condition, rechecked from raw numbers by the plain loops of `Witness`: they
/// share no code with `Network.forward`, the reduction, or the search.
public struct Counterexample: Sendable, Equatable {
  /// The input that was checked: the candidate moved into the region.
  public let point: [Double]
  /// The network's outputs there, in Float64.
  public let outputs: [Double]
  /// The condition's margin in Float64: the largest over the alternatives of their smallest left side.
  public let margin64: Double
  /// The margin of the outputs in Float32, the smallest of three orders of summation.
  public let margin32: Double
  /// The distance from the region's centre in its norm.
  public let distance: Double
  /// Whether the point is in the region and the condition holds in both precisions.
  public let isConfirmed: Bool

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
    let point = problem.region.project(candidate)
    let layers = network.layers.map {
      RawLayer(weight: $0.weight.array, bias: $0.bias.array, outputs: $0.outputCount, inputs: $0.inputCount)
    }
    let wide = Witness.forward64(layers, point)
    var narrow = Double.infinity
    for order in SummationOrder.allCases {
      let outputs = Witness.forward32(layers, point, order).map { Double($0) }
      narrow = min(narrow, Counterexample.margin(condition, outputs))
    }
    var isInside = true
    for index in point.indices {
      let isAbove = point[index] >= problem.region.boxLower[index]
      if !isAbove || !(point[index] <= problem.region.boxUpper[index]) { isInside = false }
    }
    let distance = Witness.distance(point, problem)
    if problem.norm != .box, !(distance <= problem.epsilon + Witness.distanceTolerance) { isInside = false }
    self.point = point
    outputs = wide
    margin64 = Counterexample.margin(condition, wide)
    margin32 = narrow
    self.distance = distance
    isConfirmed = isInside && margin64 >= 0 && margin32 >= 0
  }

  /// The margin, written out once more.
  private static func margin(_ condition: OutputCondition, _ outputs: [Double]) -> Double {
    var best = -Double.infinity
    for alternative in condition.alternatives {
      var smallest = Double.infinity
      for inequality in alternative {
        var value = inequality.constant
        for output in 0..<outputs.count { value += inequality.coefficients[output] * outputs[output] }
        // An output that overflowed confirms nothing.
        smallest = value.isFinite ? min(smallest, value) : -.infinity
        if smallest == -.infinity { break }
      }
      if smallest > best { best = smallest }
    }
    return best
  }
}
