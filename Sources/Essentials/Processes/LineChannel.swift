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
  /// The most bytes that are kept of a line that has not ended.
  public var lineLimit = Int.max
  /// Whether a line has become longer than that. Nothing more is read then.
  public private(set) var isFlooded = false

  /// Takes over a connected stream socket.
  public init(descriptor: Int32) { self.descriptor = descriptor }

  /// A channel, and the socket at its other end for the program at `path`, which is the caller's to close.
  static func pair(for path: String) throws -> (channel: LineChannel, otherEnd: Int32) {
    var sockets: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &sockets) == 0 else { throw FileAccess.failure(path, "cannot be connected") }
    return (LineChannel(descriptor: sockets[0]), sockets[1])
  }

  deinit { close(descriptor) }

  /// Sends a line. It waits where the other side reads slowly, until `givesUp` says otherwise.
  ///
  /// - Returns: whether it could be sent; false when the other side is gone.
  public func send(_ line: [UInt8], givesUp: () -> Bool = { false }) -> Bool {
    let bytes = line + [UInt8(ascii: "\n")]
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        // Without SIGPIPE for a peer that has died.
        Glibc.send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
      }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        if givesUp() { return false }
        LineChannel.wait(for: [self], toSend: true, seconds: 0.01)
        continue
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// Says that nothing more will be sent.
  func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

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
      if searched > lineLimit { isFlooded = true }
      guard !isClosed, !isFlooded, readMore() else { return nil }
    }
  }

  /// Whether a whole line has come or the other side has closed, without waiting.
  public var hasNews: Bool {
    if isClosed || received[start...].contains(UInt8(ascii: "\n")) { return true }
    return readMore() ? received[start...].contains(UInt8(ascii: "\n")) : isClosed
  }

  /// What has come, whole lines or not, without waiting: as much as one call of the system gives.
  public func nextBytes() -> [UInt8] {
    if !isClosed { _ = readMore() }
    defer { (received, start, searched) = ([], 0, 0) }
    return Array(received[start...])
  }

  /// Waits until something comes, the other side closes, or `seconds` have passed. A signal ends it early.
  public func wait(seconds: Double) { LineChannel.wait(for: [self], seconds: seconds) }

  /// Waits in the same way for one of `channels`, or until one takes what is sent.
  public static func wait(for channels: [LineChannel], toSend: Bool = false, seconds: Double) {
    let events = Int16(toSend ? POLLOUT : POLLIN)
    var pollers = channels.map { pollfd(fd: $0.descriptor, events: events, revents: 0) }
    poll(&pollers, nfds_t(pollers.count), Int32(min(max(seconds, 0) * 1000, 1e9)))
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
