import Essentials
import MILP
import Testing

/// Changes of every kind in any order, good ones and such as are refused, leave a model whose arrays fit together.
@Suite struct ModelInvariantTests {
  @Test(arguments: 1...60 as ClosedRange<UInt64>) func theyHoldAfterAnyChanges(_ seed: UInt64) throws {
    var random = RandomSource(seed: seed)
    var model = Model()
    for step in 1...160 {
      // What is refused must leave everything as it was, and is no failure.
      do { try change(&model, using: &random) } catch is Misuse {}
      #expect(model.violatedInvariants == [], "seed \(seed), step \(step)")
    }
    #expect(model.columnCount > 5 && model.rowCount > 5, "seed \(seed): nothing was tried")
  }

  private func change(_ model: inout Model, using random: inout RandomSource) throws {
    let variables = model.variables
    let variable = variables.isEmpty ? try model.addVariable() : variables[random.below(variables.count)]
    let kind = VariableKind.allCases[random.below(5)]
    switch random.below(19) {
    case 0: try model.addVariable(kind: kind, lower: number(&random), upper: number(&random))
    case 1:
      let count = random.below(4)
      let (lower, upper) = (numbers(count, &random), numbers(count, &random))
      try model.addVariables(count, prefix: "v", kind: kind, lower: lower, upper: upper)
    case 2, 3:
      // Repeated columns, columns that are not there, zeros and coefficients that cancel.
      let count = random.below(6)
      let indices = (0..<count).map { _ in Int32(random.below(model.columnCount + random.below(20) / 19)) }
      try model.addRow(
        indices: indices, values: numbers(count, &random), lower: number(&random), upper: number(&random))
    case 4:
      var left = LinearExpression(constant: number(&random))
      for _ in 0..<random.below(6) { left.add(number(&random), variables.randomElement(using: &random) ?? variable) }
      try model.constrain(left, [Relation.lessOrEqual, .equal, .greaterOrEqual][random.below(3)], number(&random))
    case 5:
      let rows = random.below(3)
      let dense = RowBlock(.dense(numbers(2 * rows, &random)), [variable, variables.last ?? variable])
      try model.addRows([dense], lower: [number(&random)], upper: numbers(rows, &random))
    case 6: try model.setBounds(of: variable, lower: number(&random), upper: number(&random))
    case 7: try model.fix(variable, at: number(&random))
    case 8: try model.unfix(variable)
    case 9, 10:
      guard let row = model.constraints.randomElement(using: &random) else { return }
      try model.setCoefficient(number(&random), of: variable, in: row)
    case 11:
      guard let row = model.constraints.randomElement(using: &random) else { return }
      try model.setBounds(of: row, lower: number(&random), upper: number(&random))
    case 12: try model.truncateRows(to: model.rowCount - random.below(3))
    case 13: model = random.below(4) == 0 ? model.relaxation() : model.copy()
    case 14: try model.setKind(kind, of: variable)
    case 15:
      let members = variables.filter { _ in random.below(3) == 0 }
      try model.addSpecialOrderedSet(random.below(2) == 0 ? .one : .two, members, weights: numbers(2, &random))
      try model.addSpecialOrderedSet(.two, members)
    case 16:
      if let construct = model.constructs.randomElement(using: &random) { try model.remove([construct]) }
      try model.addIndicator(variable, is: 1, 2 * variable - number(&random), .equal, number(&random))
    case 17: try model.setObjective(LinearExpression(variable), random.below(2) == 0 ? .minimize : .maximize)
    default:
      let binary = try model.addVariable(kind: .binary)
      let expression = 2 * variable - number(&random)
      switch random.below(4) {
      case 0: try model.imply(binary, is: random.below(3), expression, .lessOrEqual, number(&random))
      case 1: try model.absoluteValue(of: expression, isExact: random.below(2) == 0)
      case 2: try model.limitL1Distance(of: [variable, binary], from: numbers(2, &random), to: number(&random))
      default: try model.limitLInfinityDistance(of: [variable, binary], from: numbers(2, &random), to: number(&random))
      }
    }
  }

  /// Small whole numbers, sometimes a fraction, rarely what no model takes.
  private func number(_ random: inout RandomSource) -> Double {
    switch random.below(24) {
    case 0: [Double.nan, .infinity, -.infinity][random.below(3)]
    case 1...4: Double(random.below(7)) - 2.5
    default: Double(random.below(7) - 2)
    }
  }

  private func numbers(_ count: Int, _ random: inout RandomSource) -> [Double] {
    (0..<count).map { _ in number(&random) }
  }
}
