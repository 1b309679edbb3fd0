import Essentials
import LuaHost

extension TableReader {
  /// The option `time_limit_s`, seconds from now, as what work asks between its pieces: whether they are over, or Ctrl-C
  /// was pressed.
  ///
  /// - Throws: `Misuse` when they are negative or no number.
  func stopping() throws -> @Sendable () -> Bool {
    guard let seconds = try optionalDouble("time_limit_s") else { return { Interrupt.isRequested } }
    guard seconds >= 0 else { throw Misuse("time_limit_s: expected seconds from 0, got \(seconds)") }
    let end = Stopwatch.now + seconds
    return { Interrupt.isRequested || Stopwatch.now >= end }
  }
}
