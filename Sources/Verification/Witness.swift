import Essentials
import Networks

/// A candidate adversarial input, rechecked from raw numbers.
///
/// Everything here is written out in plain loops and shares no code with `Network.forward`, the encoding or the
/// regions' distances and the constraints' own arithmetic: a mistake there cannot confirm itself here. The only thing taken from the region is the point
/// near the candidate, which is then measured like any other.
public struct Witness: Sendable, Equatable {
  /// The input that was checked: the candidate moved into the region.
  public let point: [Double]
  /// The margin in Float64: by how much the target, or the best other class, beats the class.
  public let margin64: Double
  /// The margin in Float32, the smallest of three orders of summation, so that another library's order, or fused
  /// multiplication, seldom sees the opposite sign.
  public let margin32: Double
  /// The distance from x0 in the problem's norm.
  public let distance: Double
  /// The largest violation of a box bound.
  public let boxViolation: Double
  /// The largest excess over an extra constraint, relative to the larger of its right side and its coefficients; 0
  /// where all are met.
  public let constraintViolation: Double
  /// How far the candidate was moved, in its largest coordinate.
  public let moved: Double
  /// The class that wins, 0-based: the target, or the best other one.
  public let winner: Int
  /// Whether the point is in the region, meets the extra constraints, and the margins are positive in both precisions.
  public let isAdversarial: Bool

  /// By how much the distance may exceed epsilon: rounding only.
  public static let distanceTolerance = 1e-9
  /// By how much a box bound may be violated: not at all.
  public static let boxTolerance = 0.0

  /// Rechecks `candidate` on `network`, which should be the dense one.
  ///
  /// - Parameter projects: whether a candidate outside the region is first moved into it; true by default, since
  ///   solvers return points that are outside by their tolerances.
  /// - Throws: `Misuse` when network and problem do not fit, or the candidate has another number of inputs.
  public init(_ candidate: [Double], network: Network, problem: Problem, projects: Bool = true) throws {
    try problem.check(network)
    guard candidate.count == network.inputCount else {
      throw Misuse("witness: expected \(network.inputCount) inputs, got \(candidate.count)")
    }
    let point = projects ? problem.project(candidate) : candidate
    let layers = network.layers.map {
      RawLayer(weight: $0.weight.array, bias: $0.bias.array, outputs: $0.outputCount, inputs: $0.inputCount)
    }
    let wide = Witness.forward64(layers, point)
    var winner = problem.target ?? (problem.classIndex == 0 ? 1 : 0)
    if problem.target == nil {
      for index in wide.indices where index != problem.classIndex && wide[index] > wide[winner] { winner = index }
    }
    var narrow = Double.infinity
    for order in SummationOrder.allCases {
      let outputs = Witness.forward32(layers, point, order)
      var best = -Float.infinity
      for rival in outputs.indices where rival == problem.target ?? rival && rival != problem.classIndex {
        best = max(best, outputs[rival])
      }
      narrow = min(narrow, Double(best - outputs[problem.classIndex]))
    }
    var violation = 0.0
    var moved = 0.0
    for index in point.indices {
      violation = max(violation, problem.region.boxLower[index] - point[index])
      violation = max(violation, point[index] - problem.region.boxUpper[index])
      moved = max(moved, abs(point[index] - candidate[index]))
      if !point[index].isFinite { violation = .infinity }
    }
    let distance = Witness.distance(point, problem)
    let excess = Witness.excess(point, wide, problem)
    self.point = point
    margin64 = wide[winner] - wide[problem.classIndex]
    margin32 = narrow
    self.distance = distance
    boxViolation = violation
    constraintViolation = excess
    self.moved = moved
    self.winner = winner
    isAdversarial =
      margin64 > 0 && margin32 > 0 && violation <= Witness.boxTolerance && excess <= LinearConstraint.tolerance
      && (problem.norm == .box || distance <= problem.epsilon + Witness.distanceTolerance)
  }

  /// The witness as its file holds it: `check_witness.py` and any JSON reader take it.
  public var json: JSON {
    func number(_ value: Double) -> JSON { value.isFinite ? .number(value) : .null }
    return .object([
      "witness": .array(point.map(number)), "margin64": number(margin64), "margin32": number(margin32),
      "distance": number(distance), "box_violation": number(boxViolation), "moved": number(moved),
      "distance_tolerance": .number(Witness.distanceTolerance), "box_tolerance": .number(Witness.boxTolerance),
      "constraint_violation": number(constraintViolation),
      "constraint_tolerance": .number(LinearConstraint.tolerance),
      "winner": .integer(Int64(winner + 1)), "adversarial": .boolean(isAdversarial),
    ])
  }

  /// Writes the witness's file, whole or not at all.
  public func write(_ path: String) throws { try FileAccess.write(json.text() + "\n", to: path) }
}
