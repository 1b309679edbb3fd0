import Essentials
import Networks

/// A candidate adversarial input, rechecked from raw numbers: what `Recheck` found out about it. The only thing taken
/// from the problem's own code is the point near the candidate, which is then measured like any other.
public struct Witness: Sendable, Equatable {
  /// The input that was checked: the candidate moved into the region.
  public let point: [Double]
  /// The margin in Float64, by how much the target, or the best other class, beats the class; -infinity where the
  /// network's numbers overflow.
  public let margin64: Double
  /// The margin in Float32, the smallest of three orders of summation; -infinity where these overflow.
  public let margin32: Double
  /// The distance from x0 in the problem's norm.
  public let distance: Double
  /// The largest violation of a box bound; none is allowed.
  public let boxViolation: Double
  /// The largest excess over an extra constraint, relative to its largest coefficient; 0 where all are met. What is
  /// allowed is `LinearConstraint.allowance`.
  public let constraintViolation: Double
  /// How far the candidate was moved, in its largest coordinate.
  public let moved: Double
  /// Whether the point is x0 itself, and x0 meets the extra constraints to the last bit.
  public let isUnchanged: Bool
  /// The margin of real numbers is at least this. It is that margin, rounded down, where the point passes the rest of
  /// the recheck and the work is less than `Recheck.largestWork`; elsewhere what accounting for the rounding leaves of
  /// `margin64`. -infinity where nothing is known.
  public let marginLower: Double
  /// The class that wins, 0-based: the target, or the best other one.
  public let winner: Int
  /// Whether the point is in the region, meets the extra constraints, the margins are positive in both precisions, and
  /// the margin of real numbers is not known to be 0 or less.
  public let isAdversarial: Bool
  /// By how much the distance may exceed epsilon: rounding only.
  private let distanceTolerance: Double

  /// Whether real numbers, without any rounding, confirm the margin too.
  public var isCertain: Bool { marginLower > 0 }

  /// Rechecks `candidate` on `network`, which should be the dense one.
  ///
  /// - Parameter projects: whether a candidate outside the region, or beside the constraints, is first moved; true by
  ///   default, since solvers return points that are off by their tolerances.
  /// - Throws: `Misuse` when network and problem do not fit, or the candidate has another number of inputs.
  public init(_ candidate: [Double], network: Network, problem: Problem, projects: Bool = true) throws {
    try problem.check(network)
    guard candidate.count == network.inputCount else {
      throw Misuse("witness: expected \(network.inputCount) inputs, got \(candidate.count)")
    }
    let point = projects ? try problem.project(candidate, for: network) : candidate
    self.init(point, movedFrom: candidate, network: network, problem: problem)
  }

  /// The witness that `candidate` becomes after the recheck; nil when it is none.
  ///
  /// Most candidates of a solver are none, so a plain forward pass sorts them out first; what passes it is only
  /// believed after the recheck has looked at the raw parameters itself.
  ///
  /// - Throws: `Misuse` when network and problem do not fit, or the candidate has another number of inputs.
  public static func confirmed(_ candidate: [Double], network: Network, problem: Problem) throws -> Witness? {
    try problem.check(network)
    guard candidate.count == network.inputCount else {
      throw Misuse("witness: expected \(network.inputCount) inputs, got \(candidate.count)")
    }
    let point = try problem.project(candidate, for: network)
    guard problem.margin(of: try network.forward(point)) > 0 else { return nil }
    let witness = Witness(point, movedFrom: candidate, network: network, problem: problem)
    return witness.isAdversarial ? witness : nil
  }

  private init(_ point: [Double], movedFrom candidate: [Double], network: Network, problem: Problem) {
    let recheck = Recheck(network, problem)
    self.point = point
    func best(_ outputs: [Double]) -> Int {
      var winner = problem.target ?? (problem.classIndex == 0 && outputs.count > 1 ? 1 : 0)
      guard problem.target == nil else { return winner }
      for index in outputs.indices where index != problem.classIndex && outputs[index] > outputs[winner] {
        winner = index
      }
      return winner
    }
    func margin(_ outputs: [Double]) -> Double {
      outputs.count == 1 ? outputs[0] : outputs[best(outputs)] - outputs[problem.classIndex]
    }
    let computed = recheck.outputs64(at: point)
    margin64 = recheck.margin(of: computed, margin)
    margin32 = recheck.margin32(at: point, margin)
    // Whole numbers only for what passes everything else.
    let isPromising = margin64 > 0 && margin32 > 0 && recheck.isInside(point)
    let exact = isPromising ? recheck.exactOutputs(at: point) : nil
    let outputs = exact?.rounded ?? computed
    let rivals = problem.rivals(outputCount: computed.count).map { rival in
      [OutputInequality(coefficients: problem.marginWeights(rival: rival, outputCount: computed.count))]
    }
    let range = recheck.marginRange(at: point, exact, rivals)
    marginLower = range.lowerBound
    winner = best(outputs)
    distance = recheck.distance(of: point)
    let largestDistance = Recheck.largestDistance(epsilon: problem.epsilon, inputCount: point.count)
    distanceTolerance = largestDistance - problem.epsilon
    boxViolation = recheck.boxViolation(of: point)
    let constraints = recheck.constraints(at: point, outputs: outputs)
    constraintViolation = constraints.violation
    moved = zip(point, candidate).reduce(0) { max($0, abs($1.0 - $1.1)) }
    isUnchanged = moved == 0 && point == problem.input && recheck.meetsConstraints(point, exact, outputs: outputs)
    isAdversarial = isPromising && range.upperBound > 0 && constraints.areMet
  }

  /// The witness as its file holds it, for any reader of JSON.
  public var json: JSON {
    func number(_ value: Double) -> JSON { value.isFinite ? .number(value) : .null }
    return .object([
      "witness": .array(point.map(number)), "margin64": number(margin64), "margin32": number(margin32),
      "distance": number(distance), "box_violation": number(boxViolation), "moved": number(moved),
      "distance_tolerance": number(distanceTolerance), "box_tolerance": .number(0),
      "constraint_violation": number(constraintViolation),
      "margin_lower": number(marginLower), "certain": .boolean(isCertain), "unchanged": .boolean(isUnchanged),
      "winner": .integer(Int64(winner + 1)), "adversarial": .boolean(isAdversarial),
    ])
  }

  /// Writes the witness's file, whole or not at all.
  public func write(_ path: String) throws { try FileAccess.write(json.text() + "\n", to: path) }
}
