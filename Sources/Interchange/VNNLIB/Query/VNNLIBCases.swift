import Essentials
import Verification

/// Makes regions, and conditions on the outputs of a chain, of what a query asserts.
struct VNNLIBCases {
  /// The numbers that a search chooses.
  let inputs: VNNLIBInputs
  /// Those of them that the chain must pass on.
  let carried: [Int]
  /// The number of outputs of the chain.
  let outputCount: Int
  private let path: String
  private let alternatives: VNNLIBAlternatives
  private let places: [Int]

  /// - Throws: `OutsideFailure` naming the file, and the line where one is to blame.
  init(_ variables: [VNNLIBVariable], _ formula: VNNLIBFormula, isNumbered: Bool, path: String) throws {
    self.path = path
    alternatives = try VNNLIBAlternatives(of: formula, path: path)
    let inputs = VNNLIBInputs(
      of: variables, equal: VNNLIBCases.equalInputs(alternatives.common, variables), isNumbered: isNumbered)
    self.inputs = inputs
    var carried: Set<Int> = []
    try formula.forEach { inequality in
      let row = try VNNLIBRow(inequality, inputs, failure: VNNLIBCases.failure(path))
      if !row.isOfRegion { carried.formUnion(row.inputs.keys) }
    }
    self.carried = carried.sorted()
    places = VNNLIBCases.places(of: variables)
    outputCount =
      variables.reduce(0) { $0 + ($1.role == .input ? 0 : $1.count) } + carried.count
  }

  private static func failure(_ path: String) -> (Int, String) -> any Error {
    { OutsideFailure("\(path):\($0): \($1)") }
  }

  /// For each variable where its elements begin among the outputs of a chain; inputs are not among them.
  static func places(of variables: [VNNLIBVariable]) -> [Int] {
    var next = 0
    return variables.map { variable in
      defer { if variable.role != .input { next += variable.count } }
      return next
    }
  }

  /// The pairs of elements of inputs each of which must be at least the other, in every alternative.
  private static func equalInputs(
    _ inequalities: [VNNLIBInequality], _ variables: [VNNLIBVariable]
  ) -> [(VNNLIBElement, VNNLIBElement)] {
    var pairs: Set<[VNNLIBElement]> = []
    var equal: [(VNNLIBElement, VNNLIBElement)] = []
    for inequality in inequalities {
      let term = inequality.term
      guard term.coefficients.count == 2, term.absolutes.isEmpty, term.constant == 0,
        let larger = term.coefficients.first(where: { $0.value > 0 }),
        let smaller = term.coefficients.first(where: { $0.value < 0 }), larger.value == -smaller.value,
        variables[larger.key.variable].role == .input, variables[smaller.key.variable].role == .input
      else { continue }
      pairs.insert([larger.key, smaller.key])
      if pairs.contains([smaller.key, larger.key]) { equal.append((larger.key, smaller.key)) }
    }
    return equal
  }

  /// The cases, alternatives over the same inputs together; where there is none, why; and what is not bounded.
  func cases() throws -> (cases: [VNNLIBProperty.Case], emptiness: String?, missingBound: String?) {
    var shared = VNNLIBRegionBuilder(path: path, inputs: inputs)
    let (commonRows, sharedConditions) = try sorted(alternatives.common, into: &shared)
    var (regions, conditions): ([VNNLIBRegionBuilder], [[[OutputInequality]]]) = ([], [])
    var known: [VNNLIBRegionBuilder.Region: Int] = [:]
    var emptiness: String?
    for alternative in alternatives.others {
      var region = shared
      let (rows, own) = try sorted(alternative, into: &region)
      region.propagate(commonRows + rows)
      if let reason = region.emptiness {
        emptiness = emptiness ?? reason
        continue
      }
      var condition = sharedConditions + own
      if condition.isEmpty {
        // Any input will do.
        condition = [OutputInequality(coefficients: [Double](repeating: 0, count: outputCount), constant: 1)]
      }
      if let place = known[region.region] {
        conditions[place].append(condition)
      } else {
        known[region.region] = regions.count
        regions.append(region)
        conditions.append([condition])
      }
    }
    let cases = try zip(regions, conditions).map { region, alternatives in
      VNNLIBProperty.Case(
        region: try region.inputRegion(), condition: try OutputCondition(alternatives: alternatives))
    }
    return (
      cases, cases.isEmpty ? "\(path):\(emptiness ?? " nothing can be true of what is asserted")" : nil,
      regions.lazy.compactMap(\.missingBound).first
    )
  }

  /// Adds what inequalities say about the region to it.
  ///
  /// - Returns: the rows about several inputs, and the conditions on the chain's outputs.
  private func sorted(
    _ inequalities: [VNNLIBInequality], into region: inout VNNLIBRegionBuilder
  ) throws -> (rows: [VNNLIBRow], conditions: [OutputInequality]) {
    var (rows, conditions): ([VNNLIBRow], [OutputInequality]) = ([], [])
    for inequality in inequalities {
      let row = try VNNLIBRow(inequality, inputs, failure: VNNLIBCases.failure(path))
      if row.isOfRegion {
        try region.add(row)
      } else {
        if row.others.isEmpty { rows.append(row) }
        conditions.append(try condition(row))
      }
    }
    return (rows, conditions)
  }

  private func condition(_ row: VNNLIBRow) throws -> OutputInequality {
    guard row.absolutes.isEmpty else {
      throw OutsideFailure("\(path):\(row.line): expected the absolute values of inputs only in an L1 budget")
    }
    var coefficients = [Double](repeating: 0, count: outputCount)
    for (element, coefficient) in row.others { coefficients[places[element.variable] + element.offset] = coefficient }
    for (index, number) in carried.enumerated() {
      coefficients[outputCount - carried.count + index] = row.inputs[number] ?? 0
    }
    guard (coefficients + [row.constant]).allSatisfy(\.isFinite) else {
      throw OutsideFailure("\(path):\(row.line): its numbers are too large")
    }
    return OutputInequality(coefficients: coefficients, constant: row.constant)
  }
}
