import Essentials

/// Limits and wishes for one solve. What is nil is not limited or left to the solver.
public struct SolveOptions: Sendable {
  /// Seconds by `limitClock`.
  public var timeLimit: Double?

  /// What `timeLimit` counts: wall seconds by default. Processor seconds are looked at wherever a solver calls back, and
  /// nowhere else.
  public var limitClock = Stopwatch.Clock.wall

  /// Branch-and-bound nodes.
  public var nodeLimit: Int?

  /// Stop when |objective - bound| <= gapRelative * |objective|; 0 by default, so that `optimal` means optimal.
  public var gapRelative = 0.0

  /// Stop when |objective - bound| <= gapAbsolute; 0 by default.
  public var gapAbsolute = 0.0

  /// Stop as soon as a point is at least this good, in the user's sense.
  public var objectiveStop: Double?

  /// Stop as soon as the bound proves that no point is better than this, in the user's sense.
  public var boundStop: Double?

  /// The most threads that the solver may use, up to 1024; 1 by default. A solver that knows one only uses one.
  public var threads = 1

  /// Seed of the solver's random choices, where it makes any.
  public var seed: Int?

  /// Print the solver's progress on standard error; off by default.
  public var log = false

  /// The solver's presolve; nil lets the solver choose.
  public var presolve: Bool?

  /// Options in the solver's own names, such as `["mir_cuts": "on"]`; unknown ones are a `Misuse`.
  public var native: [String: String] = [:]

  /// A point to begin with, one number per column; ignored if it violates the model (see `Solution.startPointUsed`),
  /// and by linear programs.
  public var startPoint: [Double]?

  /// Polled during the solve; true ends it with status `stopped` and the incumbent kept.
  public var shouldStop: (@Sendable () -> Bool)?

  /// Makes the defaults: no limits, no gaps, one thread.
  public init() {}
}
