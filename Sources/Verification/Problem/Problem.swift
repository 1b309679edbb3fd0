import Essentials
import Networks

/// A question about a network: is there an input of the region, one that meets the constraints, for which the target class
/// beats the class? Of a network with one output the question is whether that can be above 0.
public struct Problem: Sendable {
  /// The inputs that an adversary may choose.
  public let region: any InputRegion
  /// The class that the input has, 0-based.
  public let classIndex: Int
  /// The class that the adversary wants, 0-based; nil for any other class.
  public let target: Int?
  /// The number of image rows, where known; some norms need it.
  public let rows: Int?
  /// What an input must meet beside being in the region.
  public let constraints: [LinearConstraint]
  /// Further members of the problem's file, kept as they are: data set, image index and the like.
  public var facts: [String: JSON]

  /// A problem over a given region.
  ///
  /// - Parameters:
  ///   - classIndex: the class that the input has, 0-based.
  ///   - target: the class that the adversary wants, 0-based; nil for any other.
  ///   - constraints: what an input must meet beside being in the region.
  /// - Throws: `Misuse` when the classes are equal or negative, rows do not divide the inputs, or a constraint has
  ///   another number of inputs.
  public init(
    region: any InputRegion, class classIndex: Int, target: Int? = nil, rows: Int? = nil,
    constraints: [LinearConstraint] = [], facts: [String: JSON] = [:]
  ) throws {
    guard classIndex >= 0 else { throw Misuse("problem: expected a class from 1, got \(classIndex + 1)") }
    if let target, target < 0 { throw Misuse("problem: expected a target from 1, got \(target + 1)") }
    guard target != classIndex else {
      throw Misuse("problem: expected a target other than the class, got \(classIndex + 1) for both")
    }
    if let rows, rows < 1 || region.inputCount % rows != 0 {
      throw Misuse("problem: expected a number of rows that divides \(region.inputCount) inputs, got \(rows)")
    }
    for (index, constraint) in constraints.enumerated()
    where !constraint.inputs.isEmpty && constraint.inputs.count != region.inputCount {
      throw Misuse(
        "problem: constraint \(index + 1): expected \(region.inputCount) coefficients of inputs, got "
          + "\(constraint.inputs.count)")
    }
    self.region = region
    self.constraints = constraints
    self.classIndex = classIndex
    self.target = target
    self.rows = region.imageRows ?? rows
    self.facts = facts
  }

  /// A problem around `input` in a norm.
  ///
  /// - Parameters:
  ///   - input: x0, inside the box.
  ///   - lower: the box's lower bounds, one per input.
  ///   - upper: the box's upper bounds, one per input.
  ///   - norm: how changes are measured.
  ///   - epsilon: the largest change in the norm, where it needs one.
  ///   - rows: the number of image rows, where the norm needs it.
  ///   - classIndex: the class that the input has, 0-based.
  ///   - target: the class that the adversary wants, 0-based; nil for any other.
  public init(
    input: [Double], lower: [Double], upper: [Double], norm: Norm, epsilon: Double, rows: Int? = nil,
    class classIndex: Int, target: Int? = nil, constraints: [LinearConstraint] = [], facts: [String: JSON] = [:]
  ) throws {
    let region = try norm.region(
      RegionParameters(center: input, epsilon: epsilon, rows: rows, lower: lower, upper: upper))
    try self.init(
      region: region, class: classIndex, target: target, rows: rows, constraints: constraints, facts: facts)
  }

  /// x0, the input in question.
  public var input: [Double] { region.center }
  /// The norm of the region.
  public var norm: Norm { region.norm }
  /// The largest change in the norm; infinite for a plain box.
  public var epsilon: Double { region.epsilon }

  /// Checks that the problem can be asked of `network`.
  ///
  /// - Throws: `Misuse` when the input or a class does not fit the network, or a parameter is not finite.
  public func check(_ network: Network) throws {
    guard network.inputCount == region.inputCount else {
      throw Misuse(
        "problem: the network takes \(network.inputCount) inputs, but the problem has \(region.inputCount)")
    }
    guard network.outputCount > 1 || (classIndex == 0 && target == nil) else {
      throw Misuse("problem: expected class 1 and no target for a network with one output, whose margin is that output")
    }
    for (name, index) in [("class", classIndex), ("target", target ?? classIndex)] where index >= network.outputCount {
      throw Misuse("problem: expected a \(name) from 1 to \(network.outputCount), got \(index + 1)")
    }
    for (index, constraint) in constraints.enumerated()
    where !constraint.outputs.isEmpty && constraint.outputs.count != network.outputCount {
      throw Misuse(
        "problem: constraint \(index + 1): expected \(network.outputCount) coefficients of outputs, got "
          + "\(constraint.outputs.count)")
    }
    try network.checkParameters(for: "verify")
  }

  /// The classes that the adversary would be content with, for a network of `outputCount` outputs; a single output is
  /// its own.
  public func rivals(outputCount: Int) -> [Int] {
    if outputCount == 1 { return [0] }
    return target.map { [$0] } ?? (0..<outputCount).filter { $0 != classIndex }
  }

  /// The weights of y_rival - y_class, one per output; of a single output, 1.
  public func marginWeights(rival: Int, outputCount: Int) -> [Double] {
    (0..<outputCount).map { $0 == rival ? 1 : $0 == classIndex ? -1 : 0 }
  }

  /// y_rival - y_class, or a single output.
  func margin(of outputs: [Double], rival: Int) -> Double {
    outputs.count == 1 ? outputs[0] : outputs[rival] - outputs[classIndex]
  }

  /// By how much the target, or the best other class, beats the class; adversarial when positive.
  public func margin(of outputs: [Double]) -> Double {
    rivals(outputCount: outputs.count).reduce(-Double.infinity) { max($0, margin(of: outputs, rival: $1)) }
  }
}
