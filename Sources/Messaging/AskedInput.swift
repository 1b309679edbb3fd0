import CMessaging
import Essentials
import Glibc

/// A standard input whose lines a front end is asked for, when somebody reads it.
///
/// `@unchecked Sendable`: only the thread that runs the scripts uses it.
final class AskedInput: @unchecked Sendable {
  // Unsafe because C's callback has no context: it is set once, before the input is replaced.
  nonisolated(unsafe) private static var current: AskedInput?

  private let socket: MessageSocket
  private let publisher: Publisher
  /// What a front end has sent and nobody has read yet.
  private var rest: ArraySlice<UInt8> = []
  /// Whom to ask; nil when nobody can be asked.
  var request: Message?
  /// Called before it asks, so that what was printed is seen.
  var prepare: () -> Void = {}
  /// Whether waiting is to end.
  var isInterrupted: () -> Bool = { false }

  /// Replaces the standard input of C.
  init(_ connection: Connection, _ publisher: Publisher) throws {
    socket = try MessageSocket(.router)
    self.publisher = publisher
    try socket.bind(connection.endpoint(.input))
    AskedInput.current = self
    let isReplaced = messaging_replace_input { buffer, size in
      guard let input = AskedInput.current, let buffer else { return 0 }
      return input.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
    }
    guard isReplaced else { throw OutsideFailure("no memory for an input") }
  }

  private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    if rest.isEmpty {
      guard let line = ask("") else {
        guard isInterrupted() else { return 0 }
        errno = EINTR
        return -1
      }
      rest = ArraySlice((line + "\n").utf8)
    }
    let count = min(rest.count, buffer.count)
    buffer.copyBytes(from: rest.prefix(count))
    rest = rest.dropFirst(count)
    return count
  }

  /// Asks for a line; nil when nobody can be asked, at the end of the input, or after an interrupt.
  func ask(_ prompt: String) -> String? {
    guard let request else { return nil }
    prepare()
    // An answer to an earlier question that was given up.
    while socket.receive() != nil {}
    let content = JSON.object(["prompt": .string(prompt), "password": .boolean(false)])
    socket.send(publisher.answer("input_request", (try? content.text()) ?? "{}", to: request))
    while !isInterrupted() {
      guard !MessageSocket.wait(for: [socket], milliseconds: 100).isEmpty, let frames = socket.receive(),
        let reply = publisher.read(frames), reply.type == "input_reply",
        let value = (try? JSON(parsing: Array(reply.content.utf8), path: "input_reply"))?["value"]?.string
      else { continue }
      return value == "\u{4}" ? nil : value
    }
    return nil
  }
}
