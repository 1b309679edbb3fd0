import Essentials
import Glibc
import Synchronization

/// Programs that wait for another task, as those may that say so in their solution: starting Python and a library takes
/// longer than most small solves. Whoever takes one has it alone.
enum IdlePrograms {
  /// Unchecked: it goes from one solve to another, which may be on another thread, and belongs to one of them at a time.
  private struct Idle: @unchecked Sendable {
    let process: ChildProcess
  }

  /// The most of one command that wait; solves within callbacks are seldom deeper.
  private static let most = 2
  private static let waiting = Mutex<[[String]: [Idle]]>([:])

  /// They end with this process: here, or by the end of their input where it does not come so far.
  private static let endsThemAtExit: Void = {
    _ = atexit { IdlePrograms.waiting.withLock { $0 = [:] } }
  }()

  /// Takes one that waits, if there is one that is still well.
  static func take(_ command: [String]) -> ChildProcess? {
    while let idle = waiting.withLock({ $0[command]?.popLast() }) {
      if !idle.process.hasNews { return idle.process }
    }
    return nil
  }

  /// Keeps one for the next solve, or ends it.
  static func keep(_ process: ChildProcess, of command: [String]) {
    _ = endsThemAtExit
    let idle = Idle(process: process)
    waiting.withLock { waiting in
      if waiting[command, default: []].count < most { waiting[command, default: []].append(idle) }
    }
  }

  /// Ends those of a command, whose file may be another by now.
  static func end(_ command: [String]) { waiting.withLock { $0[command] = nil } }
}
