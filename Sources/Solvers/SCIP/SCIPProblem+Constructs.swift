import CSCIP
import MILP

/// What SCIP knows by itself beside linear rows.
extension SCIPProblem {
  /// What a solution has beside the model's columns: how far the row of an indicator is missed where it need not hold.
  struct Slack {
    let variable: OpaquePointer?
    let row: SparseRow

    func value(at point: [Double]) -> Double { max(0, row.activity(at: point) - row.upper) }
  }

  /// Adds the semicontinuous variables' gaps, the special ordered sets of type 1 and the indicators of `model`.
  func addConstructs(of model: Model) throws {
    for (column, threshold) in model.thresholds.sorted(by: { $0.key < $1.key }) { try add(gap: column, threshold) }
    for (_, set) in model.specialOrderedSets { try add(set) }
    for (name, indicator) in model.indicators {
      let (lower, upper) = indicator.bounds
      let row = try ConditionedRow(
        indicator.columns, indicator.coefficients, lower: lower, upper: upper, of: model,
        name: "solve: indicator \(name)")
      // SCIP's hold from above only.
      if row.upper < .infinity {
        try add(indicator, SparseRow(columns: row.columns, values: row.values, lower: -.infinity, upper: row.upper))
      }
      if row.lower > -.infinity {
        try add(
          indicator,
          SparseRow(columns: row.columns, values: row.values.map { -$0 }, lower: -.infinity, upper: -row.lower))
      }
    }
  }

  /// Between 0 and its threshold a column has no value.
  private func add(gap column: Int, _ threshold: Double) throws {
    var both = [variables[column], variables[column]]
    var types = threshold > 0 ? [CSCIP_BOUND_UPPER, CSCIP_BOUND_LOWER] : [CSCIP_BOUND_LOWER, CSCIP_BOUND_UPPER]
    var bounds = [0, threshold]
    try addConstraint { library.createConsBasicBounddisjunction(scip, &$0, "", 2, &both, &types, &bounds) }
  }

  private func add(_ set: SpecialOrderedSet) throws {
    var members = set.columns.map { variables[$0] }
    try addConstraint {
      library.createConsBasicSOS1(scip, &$0, "", Int32(members.count), &members, set.weights)
    }
  }

  /// Adds `row`, which has an upper bound only, where `indicator`'s binary has its value.
  private func add(_ indicator: Indicator, _ row: SparseRow) throws {
    try refuseInfinite(row) { "an indicator" }
    var binary = variables[indicator.binary]
    if indicator.value == 0 { try library.check(library.getNegatedVar(scip, variables[indicator.binary], &binary)) }
    var chosen = row.columns.map { variables[Int($0)] }
    var slack: OpaquePointer?
    try addConstraint { constraint in
      let code = library.createConsBasicIndicator(
        scip, &constraint, "", binary, Int32(chosen.count), &chosen, row.values, row.upper)
      if code == CSCIP_OKAY { slack = library.getSlackVarIndicator(constraint) }
      return code
    }
    slacks.append(Slack(variable: slack, row: row))
  }
}
