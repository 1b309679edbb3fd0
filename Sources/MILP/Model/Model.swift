import Essentials
import Synchronization

/// A mixed-integer linear model: minimise or maximise c·x + constant subject to row bounds on A x, bounds on x, and
/// some of x whole numbers; besides, semicontinuous variables, special ordered sets and indicators (the room `Constructs`).
///
/// Everything is kept as a struct of arrays, the matrix in compressed sparse rows, so that a model of 100,000 entries
/// is built and handed to a solver in milliseconds. Infinite bounds are `±Double.infinity`. Crossed bounds are allowed:
/// such a model is infeasible, which a solver says in its answer. Rows hold no duplicate columns and no zeros: both are
/// removed as the row comes in.
///
/// A model must not change while it is being solved; trying to is a `Misuse`.
public final class Model {
  private static let identities = Atomic<UInt64>(1)

  /// A number that no other model of this process has; the handles carry it.
  public let identity: UInt64

  /// The model's name, written to files.
  public let name: String

  /// Lower bounds of the variables, -infinity where there is none.
  public internal(set) var columnLower: [Double] = [] { didSet { revision += 1 } }

  /// Upper bounds of the variables, +infinity where there is none.
  public internal(set) var columnUpper: [Double] = [] { didSet { revision += 1 } }

  /// Kinds of the variables.
  public internal(set) var kinds: [VariableKind] = [] { didSet { revision += 1 } }

  /// Objective coefficients of the variables.
  public internal(set) var objectiveCoefficients: [Double] = [] { didSet { revision += 1 } }

  /// The objective's constant part.
  public internal(set) var objectiveConstant = 0.0 { didSet { revision += 1 } }

  /// Whether the objective is minimised (the default) or maximised.
  public internal(set) var objectiveSense = ObjectiveSense.minimize { didSet { revision += 1 } }

  /// Where each row's entries begin in `columnIndices` and `coefficients`; `rowCount + 1` numbers, the last one the
  /// number of entries.
  public internal(set) var rowStarts: [Int] = [0] { didSet { revision += 1 } }

  /// The columns of the matrix entries, row by row.
  public internal(set) var columnIndices: [Int32] = [] { didSet { revision += 1 } }

  /// The values of the matrix entries, row by row; none is zero.
  public internal(set) var coefficients: [Double] = [] { didSet { revision += 1 } }

  /// Lower bounds of the rows, -infinity where there is none.
  public internal(set) var rowLower: [Double] = [] { didSet { revision += 1 } }

  /// Upper bounds of the rows, +infinity where there is none.
  public internal(set) var rowUpper: [Double] = [] { didSet { revision += 1 } }

  /// Of semicontinuous variables whose bounds leave 0 out, the bound that is nearer to 0: the variable is 0 or on the far
  /// side of it, and within `columnLower` and `columnUpper`, which hold 0.
  public internal(set) var thresholds: [Int: Double] = [:] { didSet { revision += 1 } }

  /// Special ordered sets and indicators, in the order in which they were added.
  public internal(set) var constructs: [Construct] = [] { didSet { revision += 1 } }

  /// What of the file that the model was read from may not be meant as it was read, in sentences with their lines; empty
  /// for a model that was not read.
  public internal(set) var warnings: [String] = []

  /// Whether a solver is working on the model just now.
  public private(set) var isBeingSolved = false

  /// Rises with every change, so that a proof can say which state of the model it is about. What makes up the model
  /// counts itself, so that no change is missed and one that is refused is none.
  public internal(set) var revision = 0

  /// The bounds that `fix` replaced, for `unfix`.
  var boundsBeforeFixing: [Int: (lower: Double, upper: Double)] = [:]

  /// Columns and rows that were removed; their places stay empty.
  var removedColumns: Set<Int> = [] { didSet { revision += 1 } }
  var removedRows: Set<Int> = [] { didSet { revision += 1 } }

  /// The blocks by their handles' numbers, and how many there ever were.
  var blockTable: [Int: any ModelBlock] = [:] { didSet { revision += 1 } }
  var blockCount = 0

  var columnNames = NameTable(letter: "x")
  var rowNames = NameTable(letter: "r")

  /// The models from which this one was copied, and how many of their handles it knows.
  private var ancestors: [UInt64: (columns: Int, rows: Int)] = [:]

  /// For each column, 1 + its position in `columnIndices` if it is in the row that is being added; older positions
  /// lie before the row's start and mean nothing.
  var lastPosition: [Int] = []

  /// Makes an empty model.
  public init(name: String = "model") {
    self.name = name
    identity = Model.identities.wrappingAdd(1, ordering: .relaxed).newValue
  }

  /// The number of variables.
  public var columnCount: Int { columnLower.count }

  /// The number of rows.
  public var rowCount: Int { rowLower.count }

  /// The number of matrix entries.
  public var entryCount: Int { coefficients.count }

  /// Whether some variable must be a whole number.
  public var hasIntegers: Bool { kinds.contains(where: \.isIntegral) }

  /// All variables in the order of their columns.
  public var variables: [Variable] {
    (0..<columnCount).filter { !removedColumns.contains($0) }.map { Variable(index: $0, modelIdentity: identity) }
  }

  /// The variable of a column.
  package func variable(at column: Int) -> Variable { Variable(index: column, modelIdentity: identity) }

  /// All rows in their order.
  public var constraints: [Constraint] {
    (0..<rowCount).filter { !removedRows.contains($0) }.map { Constraint(index: $0, modelIdentity: identity) }
  }

  /// A model with the same content that changes independently. It accepts the handles that this one has made so far.
  public func copy(name: String? = nil) -> Model {
    let copy = Model(name: name ?? self.name)
    copy.columnLower = columnLower
    copy.columnUpper = columnUpper
    copy.kinds = kinds
    copy.objectiveCoefficients = objectiveCoefficients
    copy.objectiveConstant = objectiveConstant
    copy.objectiveSense = objectiveSense
    copy.rowStarts = rowStarts
    copy.columnIndices = columnIndices
    copy.coefficients = coefficients
    copy.rowLower = rowLower
    copy.rowUpper = rowUpper
    (copy.thresholds, copy.constructs) = (thresholds, constructs)
    copy.warnings = warnings
    copy.boundsBeforeFixing = boundsBeforeFixing
    (copy.removedColumns, copy.removedRows) = (removedColumns, removedRows)
    (copy.blockTable, copy.blockCount) = (blockTable, blockCount)
    copy.columnNames = columnNames
    copy.rowNames = rowNames
    copy.ancestors = ancestors
    copy.ancestors[identity] = (columnCount, rowCount)
    copy.lastPosition = [Int](repeating: 0, count: columnCount)
    return copy
  }

  /// Which handles the model knows just now.
  public var handles: HandleScope {
    var known = ancestors
    known[identity] = (columnCount, rowCount)
    return HandleScope(
      modelName: name, known: known, removedColumns: removedColumns, removedRows: removedRows, columnNames: columnNames)
  }

  /// The linear relaxation: a copy in which every variable is continuous, a semicontinuous one with 0 and all between, and
  /// which has neither special ordered sets nor indicators.
  public func relaxation() -> Model {
    let copy = copy(name: name + "-relaxation")
    copy.kinds = [VariableKind](repeating: .continuous, count: columnCount)
    (copy.thresholds, copy.constructs) = ([:], [])
    return copy
  }

  /// Marks the model as being solved, for solvers only; each call needs one `endSolve`.
  package func beginSolve() throws {
    guard !isBeingSolved else {
      throw Misuse("solve: model \"\(name)\" is already being solved: solve another model, or a copy, in its callbacks")
    }
    for block in blockTable.values { try block.check(in: self) }
    isBeingSolved = true
  }

  /// Allows changes again.
  package func endSolve() { isBeingSolved = false }

  /// Throws if the model must not change now; `operation` begins the message.
  func checkMayChange(_ operation: String) throws {
    guard !isBeingSolved else {
      throw Misuse("\(operation): model \"\(name)\" is being solved: expected no changes until the solve has returned")
    }
  }

  /// Does what `body` does, which adds variables and rows, wholly or not at all: if it throws, the model is as before.
  package func wholly<Result>(_ body: () throws -> Result) throws -> Result {
    let before = (columns: columnCount, rows: rowCount, constructs: constructs.count, revision: revision)
    do {
      return try body()
    } catch {
      if revision != before.revision {
        constructs.removeLast(constructs.count - before.constructs)
        dropRows(from: before.rows)
        dropColumns(from: before.columns)
        revision = before.revision
      }
      throw error
    }
  }

  /// Does what `body` does to bounds, `count` times, wholly or not at all: if it throws, all bounds are what they were.
  package func changeBounds(_ count: Int, _ body: () throws -> Void) throws {
    // A single change that throws is none.
    guard count > 1 else { return try body() }
    let (columns, rows) = ((columnLower, columnUpper), (rowLower, rowUpper))
    let before = (fixed: boundsBeforeFixing, thresholds: thresholds, revision: revision)
    do {
      try body()
    } catch {
      ((columnLower, columnUpper), (rowLower, rowUpper)) = (columns, rows)
      (boundsBeforeFixing, thresholds, revision) = before
      throw error
    }
  }

  /// The column of `variable`, if it is this model's; throws a `Misuse` that begins with `operation` otherwise.
  public func column(of variable: Variable, for operation: String = "variable") throws -> Int {
    if variable.modelIdentity == identity, variable.index < columnCount, removedColumns.isEmpty {
      return variable.index
    }
    return try handles.column(of: variable, for: operation)
  }

  /// The row of `constraint`, if it is this model's; throws a `Misuse` that begins with `operation` otherwise.
  public func row(of constraint: Constraint, for operation: String = "constraint") throws -> Int {
    if constraint.modelIdentity == identity, constraint.index < rowCount, removedRows.isEmpty {
      return constraint.index
    }
    return try handles.row(of: constraint, for: operation)
  }
}
