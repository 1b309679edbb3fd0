import Essentials
import Glibc
import Synchronization

/// Answers the control channel on a thread of its own, so that interrupt and shutdown work while scripts run. Everything
/// else that comes by this channel goes on to the thread that runs them.
final class ControlThread: Sendable {
  /// The end of the thread that runs scripts.
  let relay: MessageSocket
  private let relayed: MessageSocket
  private let socket: MessageSocket
  private let publisher: Publisher
  private let ending = Atomic(false)

  /// Seconds that what runs has to stop before the process ends.
  private static let patience: UInt32 = 2

  /// Whether the process is to end.
  var isEnding: Bool { ending.load(ordering: .acquiring) }

  init(_ connection: Connection, _ publisher: Publisher) throws {
    self.publisher = publisher
    socket = try MessageSocket(.router)
    try socket.bind(connection.endpoint(.control))
    let endpoint = "inproc://control"
    (relay, relayed) = (try MessageSocket(.pair), try MessageSocket(.pair))
    try relay.bind(endpoint)
    try relayed.connect(endpoint)
  }

  /// Starts the thread; `interrupt` stops what runs.
  func start(interrupt: @escaping @Sendable () -> Void) throws {
    try BackgroundThread.start { [self] in
      while true { serve(interrupt) }
    }
  }

  /// Waits for messages and takes one from each end that has some.
  private func serve(_ interrupt: () -> Void) {
    let ready = MessageSocket.wait(for: [socket, relayed])
    if ready.contains(0), let frames = socket.receive() { handle(frames, interrupt) }
    if ready.contains(1), let frames = relayed.receive() { socket.send(frames) }
  }

  private func handle(_ frames: [[UInt8]], _ interrupt: () -> Void) {
    guard let request = publisher.read(frames) else { return }
    switch request.type {
    case "interrupt_request":
      answer(request, "interrupt_reply", #"{"status":"ok"}"#, after: interrupt)
    case "shutdown_request":
      let content = (try? JSON(parsing: Array(request.content.utf8), path: "shutdown_request"))?["restart"]
      let restarts = content == .boolean(true)
      answer(request, "shutdown_reply", #"{"status":"ok","restart":\#(restarts)}"#) {
        ending.store(true, ordering: .releasing)
        // The thread that runs scripts may wait for this.
        relayed.send([[]])
        interrupt()
      }
      endByForce()
    default: relayed.send(frames)
    }
  }

  private func answer(_ request: Message, _ type: String, _ content: String, after work: () -> Void) {
    publisher.publish(isBusy: true, for: request)
    work()
    socket.send(publisher.answer(type, content, to: request))
    publisher.publish(isBusy: false, for: request)
  }

  /// Ends the process when what runs does not stop.
  private func endByForce() {
    try? BackgroundThread.start {
      sleep(ControlThread.patience)
      TemporaryFolder.removeAll()
      _exit(0)
    }
  }
}
