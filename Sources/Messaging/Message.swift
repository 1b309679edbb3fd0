import Essentials
import Glibc

/// A message of Jupyter's protocol as it goes over the wire: who, a mark, a signature, and four JSON texts.
public struct Message: Sendable {
  /// What front ends may rely on.
  public static let protocolVersion = "5.4"
  private static let mark = Array("<IDS|MSG>".utf8)

  /// Whom it came from, or goes to.
  var identities: [[UInt8]]
  private let header: [UInt8]
  private let parent: [UInt8]
  private let metadata: [UInt8]
  private let body: [UInt8]
  /// What it is, such as `execute_request`.
  public let type: String

  /// What it says: a JSON text.
  public var content: String { String(decoding: body, as: UTF8.self) }

  /// Reads a message that arrived; nil when it is none, or its signature is not by `key`.
  package init?(_ frames: [[UInt8]], key: [UInt8]) {
    guard let mark = frames.firstIndex(of: Message.mark), frames.count >= mark + 6 else { return nil }
    identities = Array(frames[..<mark])
    (header, parent) = (frames[mark + 2], frames[mark + 3])
    (metadata, body) = (frames[mark + 4], frames[mark + 5])
    let signed = Digest.hmac(key: key, [header, parent, metadata, body])
    guard key.isEmpty || Digest.areEqual(frames[mark + 1], Array(signed.utf8)) else { return nil }
    guard let header = try? JSON(parsing: header, path: "header"), let type = header["msg_type"]?.string,
      (try? JSON(parsing: body, path: "content"))?.object != nil
    else { return nil }
    self.type = type
  }

  /// The signature that some frames bring, if there is one.
  package static func signature(_ frames: [[UInt8]]) -> [UInt8]? {
    frames.firstIndex(of: mark).flatMap { $0 + 1 < frames.count ? frames[$0 + 1] : nil }
  }

  /// Makes a message that answers another one.
  ///
  /// - Parameters:
  ///   - content: a JSON text.
  ///   - identifier: one that no other message has.
  package init(
    _ type: String, _ content: String, answering request: Message?, identifier: String, session: String
  ) {
    let members: [String: JSON] = [
      "msg_id": .string(identifier), "msg_type": .string(type), "session": .string(session),
      "username": .string("kernel"), "date": .string(Message.now), "version": .string(Message.protocolVersion),
    ]
    // There are only strings in it.
    header = Array(((try? JSON.object(members).text()) ?? "{}").utf8)
    (metadata, body) = (Array("{}".utf8), Array(content.utf8))
    parent = request?.header ?? metadata
    identities = request?.identities ?? []
    self.type = type
  }

  /// The frames that are sent.
  package func frames(key: [UInt8]) -> [[UInt8]] {
    let parts = [header, parent, metadata, body]
    let signature = key.isEmpty ? [] : Array(Digest.hmac(key: key, parts).utf8)
    return identities + [Message.mark, signature] + parts
  }

  /// The time in the form of ISO 8601, with microseconds.
  private static var now: String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var parts = tm()
    gmtime_r(&time.tv_sec, &parts)
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      strftime(start, buffer.count, "%Y-%m-%dT%H:%M:%S", &parts)
      let fraction = String(1_000_000 + time.tv_nsec / 1000).dropFirst()
      return String(cString: start) + "." + fraction + "Z"
    }
  }
}
