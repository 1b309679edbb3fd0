import Essentials
import MILP
import Solvers

/// Small random models with constructs, and their optima by trying every choice.
enum ConstructInstances {
  /// A model of `Instances.random` with constructs of some of `kinds`, which may overlap; every variable is bounded, some
  /// only by a row.
  static func random(_ random: inout RandomSource, _ kinds: Set<ConstructKind>) throws -> Model {
    let model = try Instances.random(&random)
    func chance(_ one: Int, in all: Int) -> Bool { random.below(all) < one }
    if kinds.contains(.semicontinuous) {
      for _ in 0..<1 + random.below(3) { try addSemicontinuous(to: model, &random) }
    }
    for _ in 0..<1 + random.below(2) {
      for type in SpecialOrderedSet.SetType.allCases where kinds.contains(type == .one ? .sos1 : .sos2) {
        let members = model.variables.filter { _ in chance(2, in: 3) }.shuffled(using: &random)
        guard !members.isEmpty else { continue }
        try model.addSpecialOrderedSet(
          type, members, weights: chance(1, in: 2) ? nil : members.indices.map { Double(3 - 2 * $0) })
      }
    }
    if kinds.contains(.indicator) {
      for _ in 0..<1 + random.below(2) {
        let binary = try model.addVariable(kind: .binary)
        var left = LinearExpression(constant: Double(random.below(3)))
        for variable in model.variables where chance(1, in: 2) { left.add(Double(random.below(11) - 5), variable) }
        try model.addIndicator(
          binary, is: random.below(2), left, Relation.allCases[random.below(3)], Double(random.below(9) - 4))
        try model.setObjectiveCoefficient(Double(random.below(13) - 6), of: binary)
        if chance(1, in: 8) { try model.fix(binary, at: Double(random.below(2))) }
      }
    }
    return model
  }

  private static func addSemicontinuous(to model: Model, _ random: inout RandomSource) throws {
    let kind = [VariableKind.semicontinuous, .semiinteger][random.below(2)]
    let lower = Double(random.below(6) - 3)
    let upper = lower + Double(random.below(4))
    let variable: Variable
    switch random.below(5) {
    case 0 where upper > 0:
      // The bound is a row's.
      variable = try model.addVariable(kind: kind, lower: lower)
      try model.constrain(2 * variable, .lessOrEqual, 2 * upper)
    case 1 where lower > 0:
      variable = try model.addVariable(kind: kind, lower: lower, upper: upper)
      try model.limitLInfinityDistance(of: [variable], from: [upper], to: Double(random.below(Int(upper) + 2)))
    default: variable = try model.addVariable(kind: kind, lower: lower, upper: upper)
    }
    try model.setObjectiveCoefficient(Double(random.below(21) - 10), of: variable)
    if !model.constraints.isEmpty, random.below(2) == 0 {
      let row = model.constraints[random.below(model.rowCount)]
      try model.setCoefficient(Double(random.below(9) - 4), of: variable, in: row)
    }
  }

  /// The optimum over every choice of which semicontinuous variables are 0, which variables of a set may differ from 0, and
  /// what the indicators' binaries are; nil if there is none.
  static func bruteForce(_ model: Model) throws -> Double? {
    var best: Double?
    func visit(_ plain: Model, _ thresholds: [Int], _ constructs: [Construct]) throws {
      if let column = thresholds.first {
        let kind: VariableKind = model.kinds[column] == .semiinteger ? .integer : .continuous
        let threshold = model.thresholds[column] ?? 0
        let (lower, upper) = (model.columnLower[column], min(10, model.columnUpper[column]))
        let beyond = threshold > 0 ? (max(threshold, lower), upper) : (lower, min(threshold, upper))
        // What narrowed bounds leave no room for is crossed.
        for (lower, upper) in [(max(0, lower), min(0, upper)), beyond] {
          let copy = plain.copy()
          try copy.setKind(.continuous, of: model.variable(at: column))
          try copy.setBounds(of: model.variable(at: column), lower: lower, upper: upper)
          try copy.setKind(kind, of: model.variable(at: column))
          try visit(copy, Array(thresholds.dropFirst()), constructs)
        }
        return
      }
      guard let construct = constructs.first else {
        guard zip(plain.columnLower, plain.columnUpper).allSatisfy({ $0 <= $1 }) else { return }
        guard let value = try Instances.bruteForce(plain) else { return }
        if best.map({ model.objectiveSense.prefers(value, over: $0) }) ?? true { best = value }
        return
      }
      let rest = Array(constructs.dropFirst())
      switch construct.content {
      case .specialOrderedSet(let set):
        for start in 0...max(0, set.columns.count - set.type.rawValue) {
          let copy = plain.copy()
          for (position, column) in set.columns.enumerated()
          where position < start || position >= start + set.type.rawValue {
            let (lower, upper) = (copy.columnLower[column], copy.columnUpper[column])
            try copy.setBounds(of: model.variable(at: column), lower: max(0, lower), upper: min(0, upper))
          }
          try visit(copy, [], rest)
        }
      case .indicator(let indicator):
        for value in 0...1 where Double(value) >= model.columnLower[indicator.binary] {
          guard Double(value) <= model.columnUpper[indicator.binary] else { continue }
          let copy = plain.copy()
          let binary = model.variable(at: indicator.binary)
          let (lower, upper) = (copy.columnLower[indicator.binary], copy.columnUpper[indicator.binary])
          guard Double(value) >= lower, Double(value) <= upper else { continue }
          try copy.setBounds(of: binary, lower: Double(value), upper: Double(value))
          if value == indicator.value {
            try copy.addRow(
              indices: indicator.columns, values: indicator.coefficients, lower: indicator.bounds.lower,
              upper: indicator.bounds.upper)
          }
          try visit(copy, [], rest)
        }
      }
    }
    let plain = model.copy()
    try plain.remove(plain.constructs)
    // Those that a row bounds are less than 10.
    for variable in plain.variables where plain.columnUpper[variable.index] == .infinity {
      try plain.setBounds(of: variable, lower: plain.bounds(of: variable).lower, upper: 10)
    }
    try visit(plain, model.thresholds.keys.sorted(), model.constructs)
    return best
  }
}
