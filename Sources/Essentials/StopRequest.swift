/// Asks whether whoever waits for long work has given it up, as by Ctrl-C. Work that takes longer than some tenths of a
/// second and has no answer of its own to that looks here between its pieces.
public enum StopRequest {
  /// Whether it was given up. Unsafe because it is set once, by the host of scripts, before there is work; what is set may
  /// be called from any thread.
  nonisolated(unsafe) public static var isPending: @Sendable () -> Bool = { false }

  /// - Throws: `Stopped` if it was given up.
  public static func check() throws {
    if isPending() { throw Stopped() }
  }

  /// Runs `body` for 0, 1, … up to `count`, and looks now and then.
  ///
  /// - Throws: `Stopped` if it was given up, and what `body` throws.
  @inline(__always)
  public static func forEach(below count: Int, _ body: (Int) throws -> Void) throws {
    for first in stride(from: 0, to: count, by: 1 << 16) {
      if first > 0 { try check() }
      for index in first..<min(first + 1 << 16, count) { try body(index) }
    }
  }
}

/// Work was given up before its end; nobody wants to know what became of it.
public struct Stopped: Error {
  /// Makes the error.
  public init() {}
}
