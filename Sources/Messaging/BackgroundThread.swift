import Essentials
import Glibc

/// Threads that end with the process.
enum BackgroundThread {
  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Runs `body` on a thread of its own.
  ///
  /// - Throws: `OutsideFailure` when the system starts none.
  static func start(_ body: @escaping @Sendable () -> Void) throws {
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work(body))
    let result = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
        return nil
      }, work.toOpaque())
    guard result == 0 else {
      work.release()
      throw OutsideFailure("the system starts no thread: \(String(cString: strerror(result)))")
    }
    pthread_detach(thread)
  }
}
