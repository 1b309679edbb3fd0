import CSCIP
import Glibc

/// A thread that looks at the interrupt while SCIP is inside one linear program, where it calls nobody for as long as
/// that takes.
///
/// `@unchecked Sendable`: nothing here changes while the thread runs; what it calls in SCIP sets flags that SCIP reads,
/// and `end` waits for it before SCIP's object is freed.
final class SCIPWatch: @unchecked Sendable {
  /// How often it looks, in milliseconds.
  private static let pause: Int32 = 10

  private let library: SCIPLibrary
  private let scip: OpaquePointer?
  private let shouldStop: @Sendable () -> Bool
  /// A pipe, to wake the thread by.
  private var ends: [Int32] = [-1, -1]
  private var thread = pthread_t()
  private var isRunning = false

  /// Begins to watch; where there is no thread to be had, the interrupt is seen later.
  init(_ library: SCIPLibrary, _ scip: OpaquePointer?, shouldStop: @escaping @Sendable () -> Bool) {
    (self.library, self.scip, self.shouldStop) = (library, scip, shouldStop)
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let routine: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { pointer in
      if let pointer { Unmanaged<SCIPWatch>.fromOpaque(pointer).takeUnretainedValue().watch() }
      return nil
    }
    isRunning = pthread_create(&thread, nil, routine, Unmanaged.passUnretained(self).toOpaque()) == 0
  }

  /// Ends the thread; must be called once, while SCIP's object is there.
  func end() {
    if isRunning {
      _ = write(ends[1], "!", 1)
      _ = pthread_join(thread, nil)
    }
    for end in ends where end >= 0 { close(end) }
  }

  private func watch() {
    var descriptor = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
    while poll(&descriptor, 1, SCIPWatch.pause) <= 0 {
      if shouldStop() { _ = library.interruptLP(scip, 1) }
    }
  }
}
