import Essentials

/// What a solve found out.
public struct Solution: Sendable {
  /// How it ended.
  public var status: SolveStatus

  /// The objective of `values` in the user's sense, constant included; nil without a point.
  public var objective: Double?

  /// A valid bound on every feasible point's objective: none is smaller when minimising, none larger when maximising.
  /// nil when nothing is known.
  public var bound: Double?

  /// The best point found, one number per column; integer columns hold whole numbers. nil without a point.
  public var values: [Double]?

  /// Branch-and-bound nodes; 0 for a linear program.
  public var nodes = 0

  /// Simplex iterations, 0 where the solver does not tell.
  public var iterations = 0

  /// Wall seconds from the call to the return, loading included.
  public var wallSeconds = 0.0

  /// Processor seconds of the process in that time.
  public var processorSeconds = 0.0

  /// Every better point in the order in which they were found.
  public var incumbents: [Incumbent] = []

  /// Linear programs solved to optimality only: per row, how much the objective grows per unit of its right side.
  public var rowDuals: [Double]?

  /// Linear programs solved to optimality only: per column, how much the objective grows per unit of the variable.
  public var reducedCosts: [Double]?

  /// The solver's name.
  public var solver: String

  /// Points that callbacks submitted and the solver could use.
  public var acceptedPoints = 0

  /// Points that callbacks submitted and that violated a constraint.
  public var rejectedPoints = 0

  /// Whether the start point satisfied the model; nil without one.
  public var startPointUsed: Bool?

  /// The model that was solved; see `Model.identity`.
  public var modelIdentity: UInt64 = 0

  /// The state of the model that was solved; see `Model.revision`.
  public var modelRevision = 0

  /// Which variables and constraints the solution can be asked about; nil for solvers that do not tell.
  public var handles: HandleScope?

  /// Rows that callbacks added. Nothing is known about those, so a solution with some proves nothing about the model.
  public var addedRows = 0

  /// Whether the solver was given options in its own names. Some of them, such as tolerances, change what "optimal" and
  /// "bound" mean, so that a solution with some proves nothing about the model either.
  public var hasNativeOptions = false

  /// Whether the solver's own point violated the model by more than its tolerances, whatever took its place in
  /// `values`. Its bound comes from the same numbers, so that a solution of such a solve proves nothing about the
  /// model.
  public var hasPointViolation = false

  /// What the solver had to say about trouble, in sentences.
  public var warnings: [String] = []

  /// Makes a solution without a point.
  public init(status: SolveStatus, solver: String) {
    self.status = status
    self.solver = solver
  }

  /// Whether status and bound are about `model` as it was at `revision`, and about nothing more than that.
  public func isAbout(_ model: Model, revision: Int) -> Bool {
    modelIdentity == model.identity && modelRevision == revision && addedRows == 0 && !hasNativeOptions
  }

  /// Whether there is a point.
  public var hasPoint: Bool { values != nil }

  /// The value of `variable` at the best point; nil without a point.
  public func value(of variable: Variable) -> Double? {
    guard let values, let column = try? column(of: variable) else { return nil }
    return values[column]
  }

  /// The values of `variables` at the best point; nil without a point.
  public func values(of variables: [Variable]) -> [Double]? {
    guard let values, let columns = try? variables.map({ try column(of: $0) }) else { return nil }
    return columns.map { values[$0] }
  }

  /// The column of `variable` in `values` and `reducedCosts`.
  ///
  /// - Throws: `Misuse` for a variable of another model, or one that came after the solve.
  public func column(of variable: Variable) throws -> Int {
    if let handles { return try handles.column(of: variable, for: "solution") }
    guard variable.index < values?.count ?? .max else {
      throw Misuse("solution: expected a variable of its model, got one of another model")
    }
    return variable.index
  }

  /// The row of `constraint` in `rowDuals`.
  ///
  /// - Throws: `Misuse` for a constraint of another model, or one that came after the solve.
  public func row(of constraint: Constraint) throws -> Int {
    if let handles { return try handles.row(of: constraint, for: "solution") }
    guard constraint.index < rowDuals?.count ?? .max else {
      throw Misuse("solution: expected a constraint of its model, got one of another model")
    }
    return constraint.index
  }

  /// |objective - bound| / max(1e-10, |objective|); nil when either is unknown.
  public var gap: Double? {
    guard let objective, let bound else { return nil }
    if objective == bound { return 0 }
    return abs(objective - bound) / max(1e-10, abs(objective))
  }
}
