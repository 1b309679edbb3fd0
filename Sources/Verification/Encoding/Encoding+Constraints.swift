import Embedding
import Essentials
import MILP

extension Encoding {
  /// Adds a row for every extra constraint. Terms that were left out relax it by what they could contribute, rounding
  /// by what it can do to the outputs, and what a witness may exceed it by is allowed here too: no optimum is below the
  /// margin of a witness.
  func addConstraints(bounds: PreactivationBounds, _ outputRounding: OutputRounding) throws {
    let constraints = problem.constraints
    if objective == .admissibility {
      guard !constraints.isEmpty else {
        throw Misuse("encoding: the problem has no constraints that could exclude all inputs")
      }
      let most = try constraints.reduce(0) { max($0, try largestExcess($1, bounds)) }
      excess = try model.addVariable(name: "excess", lower: 0, upper: most)
    }
    for (number, constraint) in constraints.enumerated() {
      var row = ColumnSum()
      for (input, coefficient) in constraint.inputs.enumerated() where coefficient != 0 {
        row.add(
          coefficient, column: inputs[input].index, lower: region.lower[input], upper: region.upper[input], error: 0)
      }
      add(constraint.outputs.enumerated().map { ($0.element, $0.offset) }, to: &row)
      let roundingHere = outputRounding.error(of: constraint.outputs)
      if excess != nil { record.rounding = max(record.rounding, roundingHere / constraint.scale) }
      try row.addRow(
        with: excess.map { [($0.index, -constraint.scale)] } ?? [], from: -.infinity,
        to: constraint.right + row.error + roundingHere + constraint.allowance(over: region, bounds.outputs),
        name: "constraint\(number + 1)", in: model)
    }
  }

  /// By how much an input of the region can exceed the constraint, relative to its scale.
  private func largestExcess(_ constraint: LinearConstraint, _ bounds: PreactivationBounds) throws -> Double {
    var most = constraint.inputs.isEmpty ? 0 : try region.support(constraint.inputs).support.upperBound
    for (output, coefficient) in constraint.outputs.enumerated() where coefficient != 0 {
      most += coefficient * (coefficient > 0 ? bounds.outputs.upper[output] : bounds.outputs.lower[output])
    }
    return 1.001 * max(most - constraint.right, 0) / constraint.scale + 1e-3
  }

  /// Makes the objective what the options ask for.
  func setObjective(_ options: EncodingOptions) throws {
    switch objective {
    case .margin:
      if let margin { try model.setObjective(LinearExpression(margin), .maximize) }
    case .distance:
      guard let distance, let margin else { return }
      try model.constrain(margin, .greaterOrEqual, options.threshold - record.rounding, name: "threshold")
      try model.setObjective(LinearExpression(distance), .minimize)
    case .admissibility:
      guard let excess else { return }
      try model.setObjective(-1 * excess, .maximize)
    }
  }
}
