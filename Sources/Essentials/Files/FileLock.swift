import Glibc

/// A lock that at most one process holds at a time, and that the kernel gives back when its holder dies (`flock`).
///
/// It saves work; nothing may depend on it for being right, because a network file system may not offer locks at all:
/// there every process gets one.
public final class FileLock {
  private var descriptor: Int32
  /// The file that stands for the lock; it is never removed by the lock itself.
  public let path: String

  private init(descriptor: Int32, path: String) { (self.descriptor, self.path) = (descriptor, path) }

  /// Takes the lock if it is free; nil while another process, or another lock of this one, holds it.
  ///
  /// - Throws: `OutsideFailure` when the file cannot be made.
  public static func acquire(_ path: String) throws -> FileLock? {
    let descriptor = try FileAccess.open(path, O_RDWR | O_CREAT, orSay: "cannot be made")
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK || errno == EINTR {
      close(descriptor)
      return nil
    }
    return FileLock(descriptor: descriptor, path: path)
  }

  /// Gives the lock back; a second time does nothing.
  public func release() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
  }

  deinit { release() }
}
