import Glibc

/// The process that started this one as a `ChildProcess`: from now on this one dies with it.
public final class ParentProcess {
  /// The child's end of the channel.
  static let descriptor: Int32 = 3
  /// The variable that tells a child its parent's identifier, so that a grandchild does not take itself for a child.
  static let variable = "VNNLUA_PARENT"

  /// Lines to it and from it.
  public let channel: LineChannel

  /// Finds the parent; nil when this process was started in another way.
  public init?() {
    guard let text = getenv(ParentProcess.variable), let parent = pid_t(String(cString: text)) else { return nil }
    unsetenv(ParentProcess.variable)
    var information = stat()
    guard fstat(ParentProcess.descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFSOCK else {
      return nil
    }
    // Otherwise it died before this process came so far.
    guard getppid() == parent else { _exit(1) }
    // Programs that this process starts must not keep the channel open when it dies.
    _ = fcntl(ParentProcess.descriptor, F_SETFD, FD_CLOEXEC)
    channel = LineChannel(descriptor: ParentProcess.descriptor)
    ParentProcess.die(whenClosed: ParentProcess.descriptor)
  }

  /// From now on this process, with what it has started, dies when the other end of the socket `descriptor` closes,
  /// which the kernel does whatever happens to the process there: a thread waits for it.
  public static func die(whenClosed descriptor: Int32) {
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { context in
        var poller = pollfd(fd: Int32(Int(bitPattern: context)), events: 0, revents: 0)
        while poll(&poller, 1, -1) < 1 || poller.revents & Int16(POLLHUP) == 0 {}
        if getpgrp() == getpid() { kill(0, SIGKILL) }
        _exit(1)
      }, UnsafeMutableRawPointer(bitPattern: Int(descriptor)))
    pthread_detach(thread)
  }
}
