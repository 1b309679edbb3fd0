import Essentials

/// One thing that happened during a solve, alive until the callback returns.
public final class SolveEvent {
  /// What happened.
  public let kind: SolveEventKind

  /// Wall seconds since the solve began.
  public let seconds: Double

  /// The objective in the user's sense, constant included: of the new point for `incumbent`, of the node's linear
  /// program for `relaxation`, of the best point so far (nil without one) for `progress`.
  public let objective: Double?

  /// The best point's objective so far; nil without one.
  public let incumbentObjective: Double?

  /// Branch-and-bound nodes so far.
  public let nodes: Int

  /// Simplex iterations so far, 0 where the solver does not tell.
  public let iterations: Int

  /// The current node's depth, 0 at the root and where it is unknown.
  public let depth: Int

  private let model: Model
  private var readBound: (() -> Double?)?
  private var readValues: (([Int]?) -> [Double])?
  private var knownBound: Double??

  /// Makes an event for solvers: `bound` and `values` are asked at most while the event is alive. `values` gets the
  /// wanted columns, nil for all; it is nil for events without a point.
  package init(
    kind: SolveEventKind, model: Model, seconds: Double, objective: Double?, incumbentObjective: Double?, nodes: Int,
    iterations: Int, depth: Int, bound: @escaping () -> Double?, values: (([Int]?) -> [Double])?
  ) {
    self.kind = kind
    self.model = model
    self.seconds = seconds
    self.objective = objective
    self.incumbentObjective = incumbentObjective
    self.nodes = nodes
    self.iterations = iterations
    self.depth = depth
    readBound = bound
    readValues = values
  }

  /// Whether the callback is still running.
  public private(set) var isAlive = true

  /// A valid bound on every feasible point's objective; nil when nothing is known.
  ///
  /// - Throws: `Misuse` when the callback has returned.
  public func bound() throws -> Double? {
    if let knownBound { return knownBound }
    try checkAlive()
    let bound = readBound?()
    knownBound = .some(bound)
    return bound
  }

  /// The values of `variables` at the event's point, copied now.
  ///
  /// - Throws: `Misuse` when the callback has returned, for an event without a point, and for another model's variables.
  public func values(of variables: [Variable]) throws -> [Double] {
    let read = try reader()
    return read(try variables.map { try model.column(of: $0, for: "event values") })
  }

  /// The value of `variable` at the event's point.
  public func value(of variable: Variable) throws -> Double { try values(of: [variable])[0] }

  /// The whole point, one number per column of the model.
  public func point() throws -> [Double] { try reader()(nil) }

  /// Ends the event's life; solvers call it when the callback has returned.
  package func finish() {
    isAlive = false
    readBound = nil
    readValues = nil
  }

  private func reader() throws -> ([Int]?) -> [Double] {
    try checkAlive()
    guard let readValues else {
      throw Misuse("event: a \(kind.rawValue) event has no point: expected incumbent or relaxation")
    }
    return readValues
  }

  private func checkAlive() throws {
    guard isAlive else { throw Misuse("event is finished: read it before the callback returns") }
  }
}
