import Glibc

/// Measures wall and CPU seconds from the moment it is made.
public struct Stopwatch: Sendable {
  private let wallStart = Stopwatch.read(CLOCK_MONOTONIC)
  private let processorStart = Stopwatch.read(CLOCK_PROCESS_CPUTIME_ID)

  /// What time is measured by. Raw values are the names in scripts.
  public enum Clock: String, Sendable, Hashable, CaseIterable {
    /// What a clock on the wall shows.
    case wall
    /// What the processors worked for this process, whatever else the machine did.
    case processor
  }

  /// Starts now.
  public init() {}

  /// Seconds by `clock` since the start.
  public func seconds(by clock: Clock) -> Double { clock == .wall ? wallSeconds : processorSeconds }

  /// Wall seconds since the start, from the monotonic clock.
  public var wallSeconds: Double { Stopwatch.read(CLOCK_MONOTONIC) - wallStart }

  /// CPU seconds of the whole process, all threads together, since the start.
  public var processorSeconds: Double { Stopwatch.read(CLOCK_PROCESS_CPUTIME_ID) - processorStart }

  /// Seconds on the monotonic clock; only differences mean anything.
  public static var now: Double { read(CLOCK_MONOTONIC) }

  /// CPU seconds of the whole process, all threads together, since it began.
  public static var processorNow: Double { read(CLOCK_PROCESS_CPUTIME_ID) }

  private static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
