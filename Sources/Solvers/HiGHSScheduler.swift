import Synchronization

/// HiGHS keeps one pool of threads for the whole process and refuses to run with another number of them, unless the
/// pool is reset while nothing runs.
enum HiGHSScheduler {
  private static let state = Mutex<(threads: Int, running: Int)>((0, 0))

  /// Announces a run that wants `threads`; returns the number that it must use, which is the running one's if there is
  /// one, as for a solve inside a callback.
  static func begin(threads: Int, library: HiGHSLibrary) -> Int {
    state.withLock { state in
      if state.running == 0, state.threads != threads {
        if state.threads != 0 { library.resetScheduler(1) }
        state.threads = threads
      }
      state.running += 1
      return state.threads
    }
  }

  /// Announces the end of a run.
  static func end() { state.withLock { $0.running -= 1 } }
}
