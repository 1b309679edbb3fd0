import Essentials

/// A property as VNN-LIB 1.0 states it: is there an input in one of some regions for which the outputs meet a
/// condition? The condition usually describes what must not happen, so an answer of no (`unsat`) is the good one.
public struct VNNLIBProperty: Sendable, Equatable {
  /// coefficients · outputs + constant >= 0.
  public struct Inequality: Sendable, Hashable {
    /// One number per output.
    public var coefficients: [Double]
    /// What is added.
    public var constant: Double

    /// An inequality with one coefficient per output.
    public init(coefficients: [Double], constant: Double) {
      self.coefficients = coefficients
      self.constant = constant
    }

    /// The left side for given outputs; the inequality holds when it is not negative.
    public func value(of outputs: [Double]) -> Double {
      zip(coefficients, outputs).reduce(constant) { $0 + $1.0 * $1.1 }
    }
  }

  /// The inputs that may be chosen: a box, and where there is a budget its intersection with an L1 ball.
  public struct Region: Sendable, Hashable {
    /// The least value of each input.
    public var lower: [Double]
    /// The largest value of each input.
    public var upper: [Double]
    /// The centre of the L1 ball and its radius; nil for a plain box.
    public var budget: Budget?

    /// A box, with a budget or without.
    public init(lower: [Double], upper: [Double], budget: Budget? = nil) {
      self.lower = lower
      self.upper = upper
      self.budget = budget
    }
  }

  /// |x - center|₁ <= epsilon.
  public struct Budget: Sendable, Hashable {
    /// The point from which changes are counted.
    public var center: [Double]
    /// The sum that they may have.
    public var epsilon: Double

    /// A budget around a point.
    public init(center: [Double], epsilon: Double) {
      self.center = center
      self.epsilon = epsilon
    }
  }

  /// A region and the condition on the outputs that goes with it.
  public struct Case: Sendable, Equatable {
    /// The inputs in question.
    public var region: Region
    /// The condition: for one of these lists, all inequalities in it hold.
    public var alternatives: [[Inequality]]

    /// A region and a condition.
    public init(region: Region, alternatives: [[Inequality]]) {
      self.region = region
      self.alternatives = alternatives
    }
  }

  /// The number of inputs.
  public let inputCount: Int
  /// The number of outputs.
  public let outputCount: Int
  /// The regions, at least one; the property is satisfiable when one of them has such an input.
  public let cases: [Case]

  /// A property of these cases.
  ///
  /// - Throws: `Misuse` when there is none, a case has no condition, or a length differs from the counts.
  public init(inputCount: Int, outputCount: Int, cases: [Case]) throws {
    guard !cases.isEmpty else { throw Misuse("property: expected at least one region") }
    for item in cases {
      let (region, inequalities) = (item.region, item.alternatives.flatMap(\.self))
      guard region.lower.count == inputCount, region.upper.count == inputCount,
        (region.budget?.center.count ?? inputCount) == inputCount
      else { throw Misuse("property: expected a region of \(inputCount) inputs, got \(region.lower.count)") }
      guard !item.alternatives.isEmpty, !item.alternatives.contains(where: \.isEmpty) else {
        throw Misuse("property: expected a condition on the outputs")
      }
      guard inequalities.allSatisfy({ $0.coefficients.count == outputCount }) else {
        throw Misuse("property: expected \(outputCount) coefficients in every inequality")
      }
    }
    self.inputCount = inputCount
    self.outputCount = outputCount
    self.cases = cases
  }

  /// Whether these inputs and outputs answer the property with yes: the inputs lie in a region, and its condition holds.
  ///
  /// The box and the inequalities are checked without any tolerance; the sum of an L1 budget, in which every term is
  /// rounded, may exceed it by a part in 10¹².
  public func isSatisfied(inputs: [Double], outputs: [Double]) -> Bool {
    guard inputs.count == inputCount, outputs.count == outputCount, outputs.allSatisfy(\.isFinite) else { return false }
    return cases.contains { item in
      let isInBox = zip(inputs, zip(item.region.lower, item.region.upper)).allSatisfy { $1.0 <= $0 && $0 <= $1.1 }
      guard isInBox else { return false }
      if let budget = item.region.budget {
        let distance = zip(inputs, budget.center).reduce(0) { $0 + abs($1.0 - $1.1) }
        guard distance <= budget.epsilon * (1 + 1e-12) else { return false }
      }
      return item.alternatives.contains { $0.allSatisfy { $0.value(of: outputs) >= 0 } }
    }
  }
}
