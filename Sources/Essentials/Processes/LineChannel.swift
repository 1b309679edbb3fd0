import Glibc

/// One end of a socket through which two processes send each other lines.
public final class LineChannel {
  /// The socket, for `poll`.
  public let descriptor: Int32
  private var received: [UInt8] = []
  /// How much of `received` was given out already, and how much of the rest was searched in vain.
  private var start = 0
  private var searched = 0
  /// Whether the other side has closed its end, or died.
  public private(set) var isClosed = false

  /// Takes over a connected stream socket.
  public init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Sends a line. It waits where the other side reads slowly.
  ///
  /// - Returns: whether it could be sent; false when the other side is gone.
  public func send(_ line: [UInt8]) -> Bool {
    let bytes = line + [UInt8(ascii: "\n")]
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        // Without SIGPIPE for a peer that has died.
        Glibc.send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// The next whole line that has come, without waiting for one.
  public func nextLine() -> [UInt8]? {
    while true {
      if let end = received[(start + searched)...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = Array(received[start..<end])
        (start, searched) = (end + 1, 0)
        if start == received.count { (received, start) = ([], 0) }
        return line
      }
      searched = received.count - start
      guard !isClosed, readMore() else { return nil }
    }
  }

  /// Whether a whole line has come or the other side has closed, without waiting.
  public var hasNews: Bool {
    if isClosed || received[start...].contains(UInt8(ascii: "\n")) { return true }
    return readMore() ? received[start...].contains(UInt8(ascii: "\n")) : isClosed
  }

  /// Waits until something comes, the other side closes, or `seconds` have passed. A signal ends it early.
  public func wait(seconds: Double) {
    var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    poll(&poller, 1, Int32(min(max(seconds, 0) * 1000, 1e9)))
  }

  private func readMore() -> Bool {
    if start > 0 {
      received.removeFirst(start)
      start = 0
    }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { return false }
      guard count > 0 else {
        isClosed = true
        return false
      }
      received += buffer[..<count]
      return true
    }
  }
}
