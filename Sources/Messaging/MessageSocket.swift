import CMessaging
import Essentials
import Glibc

/// A socket of ZeroMQ that sends and receives messages of several frames.
///
/// `@unchecked Sendable`: a socket may go from thread to thread, but only one may use it at a time. Each has one thread,
/// or is used under a lock.
final class MessageSocket: @unchecked Sendable {
  /// How a socket finds whom it sends to.
  enum Kind {
    /// One other socket.
    case pair
    /// All that have connected.
    case publisher
    /// The one that asked.
    case reply
    /// Whoever the first frames name.
    case router

    fileprivate var number: Int32 {
      let number =
        switch self {
        case .pair: zeromq_pair
        case .publisher: zeromq_publisher
        case .reply: zeromq_reply
        case .router: zeromq_router
        }
      return Int32(number)
    }
  }

  private let functions: UnsafePointer<zeromq_table>
  private let handle: UnsafeMutableRawPointer

  /// Makes a socket that belongs to nobody yet.
  ///
  /// - Throws: `OutsideFailure` when ZeroMQ is missing or has no more sockets.
  init(_ kind: Kind) throws {
    let (functions, context) = try ZeroMQ.open()
    self.functions = functions
    guard let handle = functions.pointee.socket(context, kind.number) else {
      throw MessageSocket.failure("a socket cannot be made", functions)
    }
    self.handle = handle
    // What a process that ends has sent last is given a second to arrive.
    set(zeromq_option_linger, 1000)
    // Nothing is dropped when a front end reads slowly: least of all that a cell has ended.
    set(zeromq_option_send_mark, 0)
    // A front end that comes again under its old name is that front end.
    if case .router = kind { set(zeromq_option_handover, 1) }
  }

  private func set(_ option: Int, _ value: Int32) {
    var value = value
    _ = functions.pointee.setsockopt(handle, Int32(option), &value, MemoryLayout<Int32>.size)
  }

  private static func failure(_ what: String, _ functions: UnsafePointer<zeromq_table>) -> OutsideFailure {
    let words = functions.pointee.strerror(functions.pointee.error()).map { String(cString: $0) } ?? "unknown"
    return OutsideFailure("ZeroMQ: \(what): \(words)")
  }

  /// Lets others connect to `endpoint`.
  func bind(_ endpoint: String) throws {
    guard functions.pointee.bind(handle, endpoint) == 0 else { throw MessageSocket.failure(endpoint, functions) }
  }

  /// Connects to where another socket listens.
  func connect(_ endpoint: String) throws {
    guard functions.pointee.connect(handle, endpoint) == 0 else { throw MessageSocket.failure(endpoint, functions) }
  }

  /// Sends a message; to somebody who is gone it is lost.
  func send(_ frames: [[UInt8]]) {
    for (offset, frame) in frames.enumerated() {
      let flags = offset + 1 < frames.count ? Int32(zeromq_more_follows) : 0
      var sent: Int32
      repeat { sent = functions.pointee.send(handle, frame, frame.count, flags) } while sent < 0 && wasInterrupted
      guard sent >= 0 else { return }
    }
  }

  private var wasInterrupted: Bool { functions.pointee.error() == EINTR }

  /// Takes a message that is there; nil when none is.
  func receive() -> [[UInt8]]? {
    var frames: [[UInt8]] = []
    while true {
      var frame = zeromq_frame()
      _ = functions.pointee.msg_init(&frame)
      defer { _ = functions.pointee.msg_close(&frame) }
      // All frames of a message arrive together.
      let size = functions.pointee.msg_recv(&frame, handle, Int32(zeromq_dont_wait))
      if size < 0, wasInterrupted { continue }
      guard size >= 0 else { return nil }
      frames.append(Array(UnsafeRawBufferPointer(start: functions.pointee.msg_data(&frame), count: Int(size))))
      var more: Int32 = 0
      var length = MemoryLayout<Int32>.size
      _ = functions.pointee.getsockopt(handle, Int32(zeromq_option_more), &more, &length)
      if more == 0 { return frames }
    }
  }

  /// Waits until one of some sockets has a message, a signal arrives, or the time is up.
  ///
  /// - Parameter milliseconds: nil waits for ever.
  /// - Returns: the positions of those that have one.
  static func wait(for sockets: [MessageSocket], milliseconds: Int? = nil) -> [Int] {
    guard let functions = sockets.first?.functions else { return [] }
    var items = sockets.map {
      zeromq_poll_item(socket: $0.handle, descriptor: 0, events: Int16(zeromq_readable), happened: 0)
    }
    guard functions.pointee.poll(&items, Int32(items.count), milliseconds ?? -1) > 0 else { return [] }
    return items.indices.filter { items[$0].happened != 0 }
  }
}
