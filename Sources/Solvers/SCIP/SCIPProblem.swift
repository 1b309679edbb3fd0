import CSCIP
import Essentials
import Glibc
import MILP

/// A SCIP object with a model's content.
final class SCIPProblem {
  let library: SCIPLibrary
  private(set) var scip: OpaquePointer?
  /// The model's columns.
  private(set) var variables: [OpaquePointer?] = []
  /// What indicators have added to them.
  var slacks: [Slack] = []
  private var messages: OpaquePointer?
  private let infinity: Double

  /// Makes an object without a problem, with everything that SCIP brings along.
  ///
  /// - Parameter showsLog: whether SCIP's messages go to standard error; they go nowhere otherwise.
  init(_ library: SCIPLibrary, showsLog: Bool) throws {
    self.library = library
    try library.check(library.create(&scip))
    infinity = library.infinity(scip)
    let show: CSCIPMessage = { _, _, text in if let text { _ = write(STDERR_FILENO, text, strlen(text)) } }
    let ignore: CSCIPMessage = { _, _, _ in }
    let message = showsLog ? show : ignore
    try library.check(library.messagehdlrCreate(&messages, 0, nil, 0, message, message, message, nil, nil))
    try library.check(library.setMessagehdlr(scip, messages))
    try library.check(library.includeDefaultPlugins(scip))
  }

  deinit { close() }

  /// Frees SCIP's object. It calls back once more where there are plug-ins, so what they call must be there still.
  func close() {
    var gone = scip
    if gone != nil { _ = library.free(&gone) }
    scip = nil
    if messages != nil { _ = library.messagehdlrRelease(&messages) }
  }

  // MARK: Loading

  /// Loads `model`, whose bounds must not be crossed, with `rows` in the place of its own.
  ///
  /// - Throws: `OutsideFailure` for finite numbers that SCIP would take for infinite.
  func load(_ model: Model, _ rows: ConditionedRows) throws {
    try library.check(library.createProbBasic(scip, model.name))
    try library.check(library.setObjsense(scip, model.objectiveSense == .minimize ? 1 : -1))
    try library.check(library.addOrigObjoffset(scip, model.objectiveConstant))
    variables.reserveCapacity(model.columnCount)
    for column in 0..<model.columnCount {
      let cost = model.objectiveCoefficients[column]
      try refuse(cost) { "the objective coefficient of \(model.columnName(column))" }
      let (lower, upper) = (model.columnLower[column], model.columnUpper[column])
      try refuseFinite(lower, upper) { "a bound of \(model.columnName(column))" }
      let isBinary = (lower == 0 || lower == 1) && (upper == 0 || upper == 1)
      let type = !model.kinds[column].isIntegral ? CSCIP_CONTINUOUS : isBinary ? CSCIP_BINARY : CSCIP_INTEGER
      var variable: OpaquePointer?
      try library.check(
        library.createVarBasic(scip, &variable, "", bounded(lower), bounded(upper), cost, type))
      variables.append(variable)
      defer { _ = library.releaseVar(scip, &variable) }
      try library.check(library.addVar(scip, variable))
    }
    for row in 0..<model.rowCount {
      let entries = rows.starts[row]..<rows.starts[row + 1]
      try add(
        SparseRow(
          columns: Array(rows.columns[entries]), values: Array(rows.values[entries]), lower: rows.lower[row],
          upper: rows.upper[row])
      ) { "row \(model.rowName(row))" }
    }
    try addConstructs(of: model)
  }

  /// Adds a row to the problem, before or during the search, for all of it.
  ///
  /// - Parameter name: what to call it in a message.
  func add(_ row: SparseRow, _ name: () -> String = { "added row" }) throws {
    try refuseInfinite(row, name)
    var chosen = row.columns.map { variables[Int($0)] }
    try addConstraint {
      library.createConsBasicLinear(
        scip, &$0, "", Int32(chosen.count), &chosen, row.values, bounded(row.lower), bounded(row.upper))
    }
  }

  /// Adds the constraint that `make` makes, and leaves it to SCIP.
  func addConstraint(_ make: (inout OpaquePointer?) -> CSCIPCode) throws {
    var constraint: OpaquePointer?
    try library.check(make(&constraint))
    defer { _ = library.releaseCons(scip, &constraint) }
    try library.check(library.addCons(scip, constraint))
  }

  /// SCIP's number for a bound: its infinity is a number like others.
  func bounded(_ value: Double) -> Double { min(max(value, -infinity), infinity) }

  private func refuse(_ value: Double, _ what: () -> String) throws {
    guard value.magnitude < infinity else {
      throw OutsideFailure(
        "solve: \(what()) is \(value), which scip takes for infinite: expected less than \(infinity), or other units")
    }
  }

  /// Throws an `OutsideFailure` for a row with finite numbers that SCIP would take for infinite.
  func refuseInfinite(_ row: SparseRow, _ name: () -> String) throws {
    for value in row.values { try refuse(value) { "a coefficient of \(name())" } }
    try refuseFinite(row.lower, row.upper) { "a side of \(name())" }
  }

  private func refuseFinite(_ lower: Double, _ upper: Double, _ what: () -> String) throws {
    for value in [lower, upper] where value.isFinite { try refuse(value, what) }
  }

  // MARK: Points

  /// The values of some columns, or all, at a solution; nil is the current node's linear program.
  func values(_ columns: [Int]?, at solution: OpaquePointer? = nil) -> [Double] {
    var chosen = columns.map { $0.map { variables[$0] } } ?? variables
    var values = [Double](repeating: 0, count: chosen.count)
    // Numbers that no check takes for a point.
    guard library.getSolVals(scip, solution, Int32(chosen.count), &chosen, &values) == CSCIP_OKAY else {
      return values.map { _ in .nan }
    }
    return values
  }

  /// Gives a checked point to the search; true if it is of use to it.
  func submit(_ point: [Double], from heuristic: OpaquePointer? = nil) throws -> Bool {
    var solution: OpaquePointer?
    try library.check(library.createOrigSol(scip, &solution, heuristic))
    var all = variables + slacks.map(\.variable)
    let values = point + slacks.map { $0.value(at: point) }
    try library.check(library.setSolVals(scip, solution, Int32(all.count), &all, values))
    var isStored: CSCIPBool = 0
    try library.check(library.addSolFree(scip, &solution, &isStored))
    return isStored != 0
  }

  // MARK: Steering

  /// Adds a row that cuts off the current linear program's solution, but no point; true if no point is left.
  func add(cut: SparseRow, from separator: OpaquePointer?) throws -> Bool {
    var row: OpaquePointer?
    try library.check(
      library.createEmptyRowSepa(scip, &row, separator, "", bounded(cut.lower), bounded(cut.upper), 0, 0, 1))
    defer { _ = library.releaseRow(scip, &row) }
    for (column, value) in zip(cut.columns, cut.values) {
      try library.check(library.addVarToRow(scip, row, variables[Int(column)], value))
    }
    var isInfeasible: CSCIPBool = 0
    try library.check(library.addRow(scip, row, 1, &isInfeasible))
    return isInfeasible != 0
  }

  /// Makes the children of the current node, where an integer column has a fractional value.
  func branch(on column: Int, _ first: BranchDirection) throws {
    var variable: OpaquePointer?
    try library.check(library.getTransformedVar(scip, variables[column], &variable))
    let directions: [BranchDirection: Int32] = [.down: CSCIP_BRANCH_DOWN, .up: CSCIP_BRANCH_UP]
    let direction = directions[first] ?? CSCIP_BRANCH_EITHER
    try library.check(library.chgVarBranchDirection(scip, variable, direction))
    try library.check(library.branchVar(scip, variable, nil, nil, nil))
  }

  /// Forbids to round a column up or down as if no row minded.
  func lock(_ column: Int, _ type: Int32, _ count: Int32) throws {
    var variable: OpaquePointer?
    try library.check(library.getTransformedVar(scip, variables[column], &variable))
    try library.check(library.addVarLocksType(scip, variable, type, count, count))
  }
}
