import Essentials

/// A model as a solver gets that does not know all of its constructs: binaries and rows say the same.
///
/// It is exact: the points of the model are those of the original with further columns at their end. Whatever has to be
/// large is as small as the bounds of the columns and what rows imply for them allow.
///
/// - A semicontinuous x in {0} ∪ [l, u] gets a binary z and the rows l z <= x <= u z.
/// - In a set of type 1 every x gets a binary z with min(l, 0) z <= x <= max(u, 0) z, and the z add up to at most 1.
/// - In a set of type 2 every pair of neighbours gets a binary y, one of which is 1, and x lies between its bounds times
///   the sum of the two (at the ends: the one) of the pairs that x is in (Beale and Tomlin 1970, as one finds it in
///   Nemhauser and Wolsey, "Integer and Combinatorial Optimization", section I.1.4).
/// - An indicator becomes the rows of `Model.imply`.
///
/// A variable has one z, whatever asks for it; a binary is its own.
package struct Reformulation {
  /// What further columns are at a point of the original.
  private enum Addition {
    /// One column, 1 where the given one is not 0.
    case nonzero(column: Int)
    /// One column for each pair of neighbours of a set, 1 for the pair that may differ from 0.
    case pairs(SpecialOrderedSet)
  }

  /// The model that is meant.
  package let original: Model
  /// The same for the solver; the original itself if that knows everything.
  package let model: Model

  private let solver: String
  private var additions: [Addition] = []
  private var nonzeros: [Int: Variable] = [:]
  private lazy var implied = ImpliedBounds(original, .tighter)

  /// Says with binaries and rows what is not among `known`.
  ///
  /// - Parameter solver: the solver's name, for messages.
  /// - Throws: `OutsideFailure` for an infinite bound in the way, naming its variable.
  package init(_ original: Model, knowing known: Set<ConstructKind>, solver: String) throws {
    self.original = original
    self.solver = solver
    guard !original.constructKinds.isSubset(of: known) else {
      model = original
      return
    }
    model = original.copy()
    if !known.contains(.semicontinuous) {
      for column in model.thresholds.keys.sorted() { try reformulate(semicontinuous: column) }
    }
    for (name, set) in original.specialOrderedSets where !known.contains(set.type == .one ? .sos1 : .sos2) {
      try set.type == .one ? reformulate(one: set, name) : reformulate(two: set, name)
    }
    if !known.contains(.indicator) {
      for (name, indicator) in original.indicators { try reformulate(indicator, name) }
    }
    model.constructs.removeAll { !known.contains($0.kind) }
  }

  // MARK: Points

  /// A point of the original as one of the model.
  package func lifted(_ point: [Double]) -> [Double] {
    guard !additions.isEmpty else { return point }
    let snapped = original.rounded(point)
    return additions.reduce(into: point) { point, addition in
      switch addition {
      case .nonzero(let column): point.append(snapped[column] == 0 ? 0 : 1)
      case .pairs(let set):
        let chosen = set.window(at: snapped).positions.lowerBound
        point += (0..<set.columns.count - 1).map { $0 == chosen ? 1 : 0 }
      }
    }
  }

  /// A point of the model as one of the original.
  package func restricted(_ point: [Double]) -> [Double] {
    additions.isEmpty ? point : Array(point.prefix(original.columnCount))
  }

  /// `point` of the model with whole numbers where such are wanted; see `Model.rounded`.
  package func rounded(_ point: [Double]) -> [Double] {
    let rounded = model.rounded(point)
    guard model !== original, point.count == model.columnCount else { return rounded }
    return original.rounded(restricted(rounded)) + rounded.suffix(from: original.columnCount)
  }

  /// The largest violation of both models at a point of `model`: a big M makes a row's tolerance large that is meant to be
  /// that of the indicator behind it.
  package func violation(at point: [Double]) throws -> Double {
    let violation = try model.violation(at: point).largest
    return model === original ? violation : max(violation, try original.violation(at: restricted(point)).largest)
  }

  /// A solution of the model as one of the original.
  package func restored(_ solution: Solution) -> Solution {
    guard model !== original else { return solution }
    var solution = solution
    solution.values = solution.values.map(restricted)
    solution.rowDuals = solution.rowDuals.map { Array($0.prefix(original.rowCount)) }
    solution.reducedCosts = solution.reducedCosts.map { Array($0.prefix(original.columnCount)) }
    return solution
  }

  // MARK: Constructs

  private func refusal(_ what: String, _ missing: String) -> OutsideFailure {
    OutsideFailure(
      "solve: \(solver) gets binaries and rows for \(what), which needs finite bounds: got \(missing)")
  }

  /// The least and the largest value of a column, both finite.
  private mutating func reach(_ column: Int, for what: String) throws -> (lower: Double, upper: Double) {
    let (lower, upper) = (implied.lower[column], implied.upper[column])
    guard lower.isFinite, upper.isFinite else {
      throw refusal(
        what, "\(original.columnName(column)) without \(upper.isFinite ? "a lower" : "an upper") bound")
    }
    return (lower, upper)
  }

  /// Adds rows that make a column 0 where `switches`, which is 0 or 1, is 0.
  private mutating func close(_ column: Int, without switches: LinearExpression, for what: String) throws {
    let (lower, upper) = try reach(column, for: what)
    let x = model.variable(at: column)
    if upper > 0 { try model.constrain(x - upper * switches, .lessOrEqual, 0) }
    if lower < 0 { try model.constrain(x - lower * switches, .greaterOrEqual, 0) }
  }

  /// A binary that is 1 wherever the column is not 0.
  private mutating func nonzero(_ column: Int, for what: String) throws -> Variable {
    if let known = nonzeros[column] { return known }
    let isBinary = model.kinds[column].isIntegral && model.columnLower[column] >= 0 && model.columnUpper[column] <= 1
    var binary = model.variable(at: column)
    if !isBinary {
      additions.append(.nonzero(column: column))
      binary = try model.addVariable(name: "\(model.columnName(column))_nonzero", kind: .binary)
      try close(column, without: LinearExpression(binary), for: what)
    }
    nonzeros[column] = binary
    return binary
  }

  private mutating func reformulate(semicontinuous column: Int) throws {
    let threshold = model.thresholds.removeValue(forKey: column) ?? 0
    let domain = original.domain(column)
    guard domain.kind.isSemicontinuous else {
      model.kinds[column] = domain.kind
      (model.columnLower[column], model.columnUpper[column]) = (domain.lower, domain.upper)
      return
    }
    model.kinds[column] = domain.kind == .semiinteger ? .integer : .continuous
    let binary = try nonzero(column, for: "the semicontinuous \(model.columnName(column))")
    try model.constrain(
      model.variable(at: column) - threshold * binary, threshold > 0 ? .greaterOrEqual : .lessOrEqual, 0)
  }

  private mutating func reformulate(one set: SpecialOrderedSet, _ name: String) throws {
    var sum = LinearExpression()
    for column in set.columns where set.columns.count > 1 {
      sum.add(1, try nonzero(column, for: "the set \(name)"))
    }
    if !sum.terms.isEmpty { try model.constrain(sum, .lessOrEqual, 1, name: name) }
  }

  private mutating func reformulate(two set: SpecialOrderedSet, _ name: String) throws {
    guard set.columns.count > 2 else { return }
    additions.append(.pairs(set))
    let pairs = try model.addVariables(set.columns.count - 1, prefix: "\(name)_pair", kind: .binary)
    try model.constrain(LinearExpression(sumOf: pairs), .equal, 1, name: name)
    for (position, column) in set.columns.enumerated() {
      let around = max(0, position - 1)...min(pairs.count - 1, position)
      try close(column, without: LinearExpression(sumOf: pairs[around]), for: "the set \(name)")
    }
  }

  private mutating func reformulate(_ indicator: Indicator, _ name: String) throws {
    let (lower, upper) = (original.columnLower[indicator.binary], original.columnUpper[indicator.binary])
    let row = LinearExpression(
      indicator.coefficients, indicator.columns.map { model.variable(at: Int($0)) })
    if lower == upper {
      if lower == Double(indicator.value) { try model.constrain(row, indicator.relation, indicator.right, name: name) }
      return
    }
    let binary = model.variable(at: indicator.binary)
    try model.imply(
      binary, is: indicator.value, row, indicator.relation, indicator.right, name: name,
      within: (implied.lower, implied.upper)
    ) { refusal("the indicator \(name)", $0) }
  }
}
