import Essentials
import Synchronization

/// Tells all front ends what happens, from any thread.
final class Publisher: Sendable {
  private let socket: Mutex<MessageSocket>
  private let key: [UInt8]
  /// The kernel's session; a process that starts again has another one.
  private let session = String(UInt64.random(in: .min ... .max), radix: 16)
  private let count = Atomic(0)
  private let signatures = Mutex(RecentSignatures())

  init(_ connection: Connection) throws {
    let socket = try MessageSocket(.publisher)
    try socket.bind(connection.endpoint(.publication))
    self.socket = Mutex(socket)
    key = connection.key
  }

  /// A message that answers `request`.
  func message(_ type: String, _ content: String, answering request: Message?) -> Message {
    let number = count.add(1, ordering: .relaxed).newValue
    return Message(
      type, content, answering: request, identifier: "\(session)_\(number)", session: session)
  }

  /// The frames of an answer to `request`, for the channel that it came by.
  func answer(_ type: String, _ content: String, to request: Message) -> [[UInt8]] {
    message(type, content, answering: request).frames(key: key)
  }

  /// Reads what arrived; nil when it is no message, not signed by our key, or sent a second time.
  func read(_ frames: [[UInt8]]) -> Message? {
    guard let message = Message(frames, key: key) else { return nil }
    guard !key.isEmpty, let signature = Message.signature(frames) else { return message }
    return signatures.withLock { $0.insert(signature) } ? message : nil
  }

  /// Reads what another thread of ours has read before.
  func readAgain(_ frames: [[UInt8]]) -> Message? { Message(frames, key: key) }

  /// Tells all front ends.
  func publish(_ type: String, _ content: String, answering request: Message?) {
    var message = message(type, content, answering: request)
    // Who subscribes may ask for kinds of messages by this frame.
    message.identities = [Array("kernel.\(session).\(type)".utf8)]
    let frames = message.frames(key: key)
    socket.withLock { $0.send(frames) }
  }

  /// Says whether the kernel works on `request`.
  func publish(isBusy: Bool, for request: Message?) {
    publish("status", #"{"execution_state":"\#(isBusy ? "busy" : "idle")"}"#, answering: request)
  }
}
