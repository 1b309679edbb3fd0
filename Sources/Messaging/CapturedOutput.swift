import Essentials
import Glibc
import Synchronization

/// What is written to standard output and standard error, by whomever in this process and its children: it is published
/// as it comes.
final class CapturedOutput: Sendable {
  private struct Stream {
    let name: String
    let descriptor: Int32
    /// The beginning of a character whose end has not come yet.
    var rest: [UInt8] = []
  }

  private struct State {
    var streams: [Stream]
    var request: Message?
  }

  /// What comes within this time goes into one message, in microseconds.
  private static let pause: UInt32 = 10_000
  private static let largestPipe: Int32 = 1 << 20

  private let publisher: Publisher
  private let descriptors: [Int32]
  private let state: Mutex<State>

  /// Takes over both streams.
  ///
  /// - Throws: `OutsideFailure` when there are no pipes or threads.
  init(_ publisher: Publisher) throws {
    self.publisher = publisher
    let streams = try [("stdout", STDOUT_FILENO), ("stderr", STDERR_FILENO)].map { name, descriptor in
      Stream(name: name, descriptor: try CapturedOutput.capture(descriptor))
    }
    descriptors = streams.map(\.descriptor)
    state = Mutex(State(streams: streams))
    try BackgroundThread.start { [self] in
      while true {
        var items = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        guard poll(&items, nfds_t(items.count), -1) > 0 else { continue }
        usleep(CapturedOutput.pause)
        drain()
      }
    }
  }

  /// Leads what is written to `descriptor` into a pipe; returns the end to read from.
  private static func capture(_ descriptor: Int32) throws -> Int32 {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw OutsideFailure("no pipe for the output: \(String(cString: strerror(errno)))") }
    _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    // Fewer waits for a script that prints much; less is fine too.
    _ = fcntl(ends[1], 1031 /* F_SETPIPE_SZ */, largestPipe)
    dup2(ends[1], descriptor)
    close(ends[1])
    return ends[0]
  }

  /// Publishes what was written so far; from now on output belongs to `request`.
  func begin(_ request: Message) {
    drain()
    state.withLock { $0.request = request }
  }

  /// Publishes what was written so far.
  func drain() {
    state.withLock { state in
      for position in state.streams.indices { publish(&state.streams[position], for: state.request) }
    }
  }

  private func publish(_ stream: inout Stream, for request: Message?) {
    var bytes = stream.rest
    stream.rest = []
    withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
      var count = 0
      // One message for at most what a pipe holds.
      while bytes.count < CapturedOutput.largestPipe {
        count = Glibc.read(stream.descriptor, buffer.baseAddress, buffer.count)
        guard count > 0 else { break }
        bytes += buffer[..<count]
      }
    }
    guard !bytes.isEmpty else { return }
    let start = CapturedOutput.unfinished(bytes)
    stream.rest = Array(bytes[start...])
    guard start > 0 else { return }
    let text = String(decoding: bytes[..<start], as: UTF8.self)
    let content = JSON.object(["name": .string(stream.name), "text": .string(text)])
    // There are only strings in it.
    publisher.publish("stream", (try? content.text()) ?? "{}", answering: request)
  }

  /// Where a character begins that is not complete at the end of `bytes`; their number if there is none.
  static func unfinished(_ bytes: [UInt8]) -> Int {
    for back in 1...3 where back <= bytes.count {
      let byte = bytes[bytes.count - back]
      if byte & 0xC0 == 0x80 { continue }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
      return length > back ? bytes.count - back : bytes.count
    }
    return bytes.count
  }
}
