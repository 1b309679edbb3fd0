import Essentials
import Glibc
import Synchronization

/// HiGHS keeps a pool of workers per calling thread. It refuses to run with another number of workers unless the pool is
/// reset, and it crashes when a run starts inside a callback of another one on the same thread.
enum HiGHSScheduler {
  private static let state = Mutex<[UInt: (workers: Int, isRunning: Bool)]>([:])

  /// Calls `body` where HiGHS can run with `workers`: here, or on a thread of its own for a solve inside a callback. The
  /// calling thread waits, so nothing runs at the same time as before.
  static func run<Result>(
    workers: Int, library: HiGHSLibrary, _ body: () throws -> Result
  ) throws -> Result {
    let thread = identityOfThread
    let isNested = state.withLock { state in
      let known = state[thread] ?? (0, false)
      if known.isRunning { return true }
      state[thread] = (workers, true)
      if known.workers != 0, known.workers != workers { library.resetScheduler(1) }
      return false
    }
    if isNested {
      return try onOwnThread {
        defer { library.resetScheduler(1) }
        return try run(workers: workers, library: library, body)
      }
    }
    defer { state.withLock { $0[thread] = (workers, false) } }
    return try body()
  }

  private static var identityOfThread: UInt { UInt(pthread_self()) }

  /// What the other thread does; a class, so that a pointer to it can pass through pthread_create.
  private final class Work {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  private static func onOwnThread<Result>(_ body: () throws -> Result) throws -> Result {
    try withoutActuallyEscaping(body) { body in
      var outcome: Swift.Result<Result, any Error>?
      let work = Work { outcome = Swift.Result { try body() } }
      var attributes = pthread_attr_t()
      pthread_attr_init(&attributes)
      defer { pthread_attr_destroy(&attributes) }
      // As much as a main thread has: branch and cut recurses.
      pthread_attr_setstacksize(&attributes, 8 << 20)
      var thread = pthread_t()
      let status = pthread_create(
        &thread, &attributes,
        { pointer in
          if let pointer { Unmanaged<Work>.fromOpaque(pointer).takeUnretainedValue().body() }
          return nil
        }, Unmanaged.passUnretained(work).toOpaque())
      if status == 0 { withExtendedLifetime(work) { _ = pthread_join(thread, nil) } }
      guard let outcome else { throw OutsideFailure("HiGHS: no thread for a solve inside a callback: error \(status)") }
      return try outcome.get()
    }
  }
}
