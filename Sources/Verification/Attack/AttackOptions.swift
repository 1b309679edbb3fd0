/// How long and how a gradient attack tries.
public struct AttackOptions: Sendable {
  /// The ways to climb, in the order in which they are tried from every start.
  public var methods: [AttackMethod] = [.frankWolfe, .projectedGradient]
  /// Steps of one climb, up to 1,000,000; 40 by default.
  public var steps = 40
  /// Starts beside x0 itself, sampled from the region, up to 1,000,000; 4 by default.
  public var restarts = 4
  /// Threads that climb; 1 by default.
  public var threads = 1
  /// The attack ends at a margin above this; 1e-4 by default, so that the recheck in Float32 agrees.
  public var goal = 1e-4

  /// The defaults.
  public init() {}
}
