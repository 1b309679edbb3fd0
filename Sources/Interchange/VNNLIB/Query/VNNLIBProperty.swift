import Essentials
import Networks
import Verification

/// A property as VNN-LIB states it: is there an input in one of some regions for which what networks make of it meets a
/// condition? The condition usually describes what must not happen, so an answer of no (`unsat`) is the good one.
///
/// The question is about one network, the chain (`chain(of:)`): it takes the numbers that a search chooses, which are
/// the elements of all inputs, and gives all hidden and output elements in the order of their declaration, and behind
/// them the inputs that conditions speak of. For the one network of a usual file it is that network.
public struct VNNLIBProperty: Sendable {
  /// A region and the condition on the chain's outputs that goes with it.
  public struct Case: Sendable {
    /// The inputs in question: a box, or a box with an L1 budget.
    public var region: any InputRegion
    /// What the chain's outputs have to meet.
    public var condition: OutputCondition

    /// A region and a condition.
    public init(region: any InputRegion, condition: OutputCondition) {
      self.region = region
      self.condition = condition
    }
  }

  /// The networks.
  public let networks: [VNNLIBNetwork]
  /// The tensors of all of them.
  public let variables: [VNNLIBVariable]
  /// The regions; the property is satisfiable when one of them has such an input, and not where there is none. Conditions
  /// that exclude equality are relaxed to those that do not.
  public let cases: [Case]
  /// Why there is no region, where that is so.
  public let emptiness: String?
  /// Which input is not bounded, where that is so: the regions are then a part of what was asked about, and that they
  /// hold no such input proves nothing.
  public let missingBound: String?
  /// The numbers that a search chooses.
  package let inputs: VNNLIBInputs
  /// Those of them that the chain passes on.
  package let carried: [Int]
  /// What was asserted; nil for properties that come from no file.
  package let formula: VNNLIBFormula?
  /// Whether it is VNN-LIB 1.0, which knows numbers of elements, and neither shapes nor how many tensors they are of.
  let isNumbered: Bool

  /// Whether regions and conditions on one network's outputs say all.
  var isOfOneNetwork: Bool {
    networks.count == 1 && variables.count == 2 && inputs.isEveryElement && carried.isEmpty && !isRelaxed
      && missingBound == nil
  }

  /// Whether it is about real numbers only, and not about what a type can hold.
  public var isReal: Bool { variables.allSatisfy { $0.elementType == .real } }

  /// Whether equality is excluded somewhere, which regions and conditions do not say: that there is no such input is
  /// then proved for more than was asked, and one that is found must meet what the file says.
  public var isRelaxed: Bool {
    var isRelaxed = false
    formula?.forEach { isRelaxed = isRelaxed || $0.isStrict }
    return isRelaxed
  }

  /// The number of inputs of the chain.
  public var inputCount: Int { inputs.count }
  /// The number of outputs of the chain.
  public let outputCount: Int

  /// What a file states.
  ///
  /// - Throws: `OutsideFailure` naming the file, and the line where one is to blame.
  init(
    networks: [VNNLIBNetwork], variables: [VNNLIBVariable], formula: VNNLIBFormula, isNumbered: Bool, path: String
  ) throws {
    self.networks = networks
    self.variables = variables
    self.formula = formula
    self.isNumbered = isNumbered
    let builder = try VNNLIBCases(variables, formula, isNumbered: isNumbered, path: path)
    (inputs, carried, outputCount) = (builder.inputs, builder.carried, builder.outputCount)
    (cases, emptiness, missingBound) = try builder.cases()
  }

  /// A property of these cases, of one network.
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
    outputCount = first.condition.outputCount
    variables = [("X", VNNLIBVariable.Role.input, first.region.inputCount), ("Y", .output, outputCount)].map {
      VNNLIBVariable(name: $0, role: $1, elementType: .real, shape: [$2], nodeOutput: "")
    }
    networks = [VNNLIBNetwork(name: "N", relation: .none, variables: 0..<2)]
    inputs = VNNLIBInputs(of: variables, isNumbered: true)
    (carried, formula, emptiness, missingBound, isNumbered) = ([], nil, nil, nil, true)
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

  /// Whether all that is said of a hidden or output variable is which of its elements are larger than others, so that
  /// whatever keeps their order changes no answer.
  func onlyCompares(_ variable: Int) -> Bool {
    let first = VNNLIBCases.places(of: variables)[variable]
    let own = first..<first + variables[variable].count
    return cases.allSatisfy { item in
      item.condition.alternatives.joined().allSatisfy { inequality in
        let used = inequality.coefficients.indices.filter { inequality.coefficients[$0] != 0 }
        guard used.contains(where: own.contains) else { return true }
        return used.count == 2 && used.allSatisfy(own.contains) && inequality.constant == 0
          && inequality.coefficients[used[0]] == -inequality.coefficients[used[1]]
      }
    }
  }

  /// Whether these inputs and outputs of the chain answer the property with yes: the inputs lie in a region and its
  /// condition holds, and so does what the file asserts, equality excluded where it says so.
  ///
  /// Everything is checked without any tolerance, what the file asserts in exact arithmetic; a budget may be exceeded by
  /// what rounding makes of its sum, as in `Recheck`.
  public func isSatisfied(inputs: [Double], outputs: [Double]) -> Bool {
    guard inputs.count == inputCount, outputs.count == outputCount, (inputs + outputs).allSatisfy(\.isFinite) else {
      return false
    }
    let isInside = cases.contains { item in
      item.region.boxViolation(of: inputs) <= 0
        && item.region.distance(of: inputs)
          <= Recheck.largestDistance(epsilon: item.region.epsilon, inputCount: inputCount)
        && item.condition.margin(of: outputs) >= 0
    }
    guard let formula, isInside else { return isInside }
    let places = VNNLIBCases.places(of: variables)
    return formula.isTrue {
      $0.holds { self.inputs.number($0).map { inputs[$0] } ?? outputs[places[$0.variable] + $0.offset] }
    }
  }

  /// The nearest numbers to an input of a case, inside of its box, that the type of each holds: of Float32 where it is
  /// `real`, as tools of single precision read them and most networks take them. Under a budget they are no farther from
  /// the centre than the input is. Where there is no such number, the input's stays.
  public func rounded(_ input: [Double], in item: Case) -> [Double] {
    let region = item.region
    guard input.count == region.inputCount else { return input }
    return input.indices.map { index in
      let (own, center) = (input[index], region.center[index])
      return inputs.types[index].neighbours(of: own).first { number in
        region.lower[index] <= number && number <= region.upper[index]
          && (region.norm.isBox || abs(number - center) <= abs(own - center))
      } ?? own
    }
  }
}
